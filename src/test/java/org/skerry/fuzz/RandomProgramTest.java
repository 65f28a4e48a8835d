package org.skerry.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.skerry.isa.Opcode;
import org.skerry.module.InstructionCursor;
import org.skerry.module.VerifiedFunction;
import org.skerry.module.VerifiedModule;

/**
 * Random programs, some of them: {@code -Dskerry.fuzz.programs=N} runs so many, {@code
 * -Dskerry.fuzz.seed=S} from a seed on; {@code scripts/fuzz} as many as there is time for.
 */
class RandomProgramTest {
  private static final int PROGRAMS = Integer.getInteger("skerry.fuzz.programs", 200);
  private static final long SEED = Long.getLong("skerry.fuzz.seed", 1);

  /** Programs that one machine runs, one after the other. */
  private static final int BATCH = 25;

  private static List<VerifiedModule> program(long index, boolean steady) throws Exception {
    long seed = SEED * 1_000_003 + index;
    return RandomPrograms.any("p" + seed, seed, steady).verified();
  }

  @Test
  void shouldDoTheSameInterpretedAndCompiled() throws Exception {
    for (int first = 0; first < PROGRAMS; first += BATCH) {
      Circumstances circumstances = Circumstances.of(SEED + first);
      try (TwoTiers tiers = new TwoTiers(circumstances)) {
        for (int index = first; index < first + BATCH; index++) {
          TwoTiers.Runs runs = tiers.run(program(index, false));

          assertThat(runs.compiled())
              .as("program %s of seed %s under %s", index, SEED, circumstances)
              .isEqualTo(runs.interpreted());
        }
      }
    }
  }

  @Test
  void shouldNotMakeADifferenceHowAProgramIsRun() throws Exception {
    AllWays ways = AllWays.simulated();
    AllWays threaded = AllWays.threaded();
    for (int first = 0; first < PROGRAMS / 2; first += BATCH) {
      List<List<VerifiedModule>> programs = new ArrayList<>();
      for (int index = first; index < first + BATCH; index++) {
        programs.add(program(index, true));
      }

      assertThat(ways.difference(programs)).as("seed %s", SEED).isNull();
      assertThat(threaded.difference(programs)).as("seed %s", SEED).isNull();
    }
    System.out.printf(
        "returned=%d failed=%d limited=%d waiting=%d seed=%d%n",
        ways.returned, ways.failed, ways.limited, ways.waiting, SEED);
    assertThat(ways.returned).isPositive();
  }

  /** Whatever a program can do is done by some. */
  @Test
  void shouldMakeProgramsOfAllInstructions() throws Exception {
    Map<Opcode, Integer> counts = new EnumMap<>(Opcode.class);
    for (int index = 0; index < 600; index++) {
      for (VerifiedModule module : program(index, false)) {
        for (VerifiedFunction function : module.functions()) {
          long[] code = function.definition().code();
          InstructionCursor at = new InstructionCursor(code);
          for (int pc = 0; pc < code.length; pc = at.next()) {
            at.move(pc);
            counts.merge(at.opcode(), 1, Integer::sum);
          }
        }
      }
    }

    assertThat(counts).containsKeys(Opcode.values());
  }
}
