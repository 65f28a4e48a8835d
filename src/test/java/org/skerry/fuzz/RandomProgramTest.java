package org.skerry.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.skerry.JitMode;
import org.skerry.Outcome;
import org.skerry.VmBuilder;
import org.skerry.assembly.Assembler;
import org.skerry.assembly.AssemblyException;
import org.skerry.module.ModuleFile;

/**
 * Random programs, run in several ways that must not make a difference: with few and with many
 * slices, collecting now and then or always. {@code -Dskerry.fuzz.programs=N} runs so many of each
 * kind, {@code -Dskerry.fuzz.seed=S} from a seed on.
 *
 * <p>A way is any function on the options of a machine, so a second engine is one more way.
 */
class RandomProgramTest {
  private static final int PROGRAMS = Integer.getInteger("skerry.fuzz.programs", 150);
  private static final long SEED = Long.getLong("skerry.fuzz.seed", 1);

  /** Programs that one machine runs, one after the other. */
  private static final int BATCH = 50;

  private record Way(String name, UnaryOperator<VmBuilder> options) {}

  private static final List<Way> WAYS =
      List.of(
          new Way("plain", options -> options.workers(1)),
          new Way("collecting always", options -> options.workers(1).collectAlways(true)),
          new Way("suspending always", options -> options.workers(1).reductions(1)),
          new Way("both", options -> options.workers(2).reductions(1).collectAlways(true)),
          new Way("compiled", options -> options.workers(1).jit(JitMode.EAGER)),
          new Way(
              "compiled, collecting always",
              options -> options.workers(1).jit(JitMode.EAGER).collectAlways(true)),
          new Way(
              "compiled, suspending always",
              options -> options.workers(1).jit(JitMode.EAGER).reductions(1)),
          new Way(
              "compiled, both",
              options -> options.workers(2).jit(JitMode.EAGER).reductions(1).collectAlways(true)));

  private int returned;
  private int failed;
  private int limited;
  private int waiting;

  @Test
  void shouldNotMakeADifferenceHowAProgramIsRun() {
    for (int first = 0; first < PROGRAMS; first += BATCH) {
      List<ModuleFile> batch = batch(first, true);
      List<List<String>> results = new ArrayList<>();
      for (Way way : WAYS) {
        results.add(runAll(batch, way));
      }
      for (int i = 0; i < batch.size(); i++) {
        compare(batch.get(i), seed(first + i), results, i);
      }
    }
    report("steady");

    assertThat(returned).isPositive();
  }

  @Test
  void shouldEndEveryProgramWithATypedOutcome() {
    for (int first = 0; first < PROGRAMS; first += BATCH) {
      List<ModuleFile> batch = batch(first, false);
      runAll(batch, WAYS.get(first / BATCH % WAYS.size()));
    }
    report("unsteady");

    assertThat(returned).isPositive();
  }

  private void report(String kind) {
    System.out.println(
        kind
            + ": returned="
            + returned
            + " failed="
            + failed
            + " limited="
            + limited
            + " waiting="
            + waiting
            + " seed="
            + SEED);
  }

  private static long seed(int index) {
    return SEED * 1_000_003 + index;
  }

  private static List<ModuleFile> batch(int first, boolean steady) {
    List<ModuleFile> batch = new ArrayList<>();
    for (int i = first; i < Math.min(first + BATCH, PROGRAMS); i++) {
      batch.add(module(seed(i), steady));
    }
    return batch;
  }

  private static ModuleFile module(long seed, boolean steady) {
    String name = "p" + seed;
    String source = RandomPrograms.next(name, seed, steady);
    try {
      return Assembler.assemble(name, source);
    } catch (AssemblyException e) {
      throw new AssertionError(e.getMessage() + "\n" + source, e);
    }
  }

  /** What each program gave; null where that is not the program's doing alone, such as a limit. */
  private List<String> runAll(List<ModuleFile> batch, Way way) {
    List<String> results = new ArrayList<>();
    Batch runs = new Batch(way.options());
    try {
      for (ModuleFile file : batch) {
        results.add(comparable(runs.run(file)));
      }
    } catch (RuntimeException | Error e) {
      throw new AssertionError(way.name() + ": " + batch.get(results.size()).name(), e);
    } finally {
      runs.close();
    }
    return results;
  }

  private String comparable(Sandbox.Result result) {
    String out = result.output();
    if (out.contains("limit_exceeded") || out.contains("#pid")) {
      return null; // what the rest of the machine did shows through
    }
    return switch (result.outcome()) {
      case Outcome.Returned(String value, boolean isNil) -> {
        returned++;
        yield value.contains("limit_exceeded") || value.contains("#pid")
            ? null
            : value + "\n" + out;
      }
      case Outcome.Failed(String reason, List<String> report) -> {
        failed++;
        yield reason.contains("#pid") ? null : reason + "\n" + out;
      }
      case Outcome.LimitExceeded limit -> {
        limited++;
        yield null;
      }
      case Outcome.AwaitingForever awaiting -> {
        waiting++;
        yield null;
      }
      case Outcome.Interrupted interrupted -> throw new AssertionError("interrupted");
      case Outcome.OutputFailed output -> throw new AssertionError(output.message());
      case Outcome.Defect(Throwable cause) -> throw new AssertionError("a defect", cause);
    };
  }

  private String alone(ModuleFile file, Way way) {
    try (Batch run = new Batch(way.options())) {
      return comparable(run.run(file));
    }
  }

  private void compare(ModuleFile file, long seed, List<List<String>> results, int index) {
    String first = results.getFirst().get(index);
    for (int way = 1; way < WAYS.size(); way++) {
      String other = results.get(way).get(index);
      if (first == null || other == null || other.equals(first)) {
        continue;
      }
      // Machines of different age: a function's hash follows from when its module was loaded.
      String firstAlone = alone(file, WAYS.getFirst());
      String otherAlone = alone(file, WAYS.get(way));
      if (firstAlone != null && otherAlone != null) {
        assertThat(otherAlone)
            .as(
                "%s, %s\n%s",
                file.name(), WAYS.get(way).name(), RandomPrograms.next(file.name(), seed, true))
            .isEqualTo(firstAlone);
      }
    }
  }
}
