package org.skerry.jit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.skerry.fuzz.RandomPrograms;
import org.skerry.isa.Bank;
import org.skerry.isa.Effect;
import org.skerry.isa.OperandKind;
import org.skerry.memory.MemoryPool;
import org.skerry.module.CodeSpace;
import org.skerry.module.FunctionDefinition;
import org.skerry.module.InstructionCursor;
import org.skerry.module.LinkedModule;
import org.skerry.module.Linker;
import org.skerry.module.VerifiedModule;
import org.skerry.term.Atoms;

/**
 * Proves for random functions that an access that does not look at its index has been looked for:
 * it goes back on each way on which control may come, from whatever entry, and writes the index as
 * a sum of what registers hold there, until it meets an access that looked at an index which
 * differs by a constant that it looked for. It knows nothing of lines and groups.
 */
class IndexChecksTest {
  private static final int PROGRAMS = Integer.getInteger("skerry.fuzz.programs", 400);
  private static final long SEED = Long.getLong("skerry.fuzz.seed", 1);

  /** So far no way goes back in what is tried here. */
  private static final int MAX_STEPS = 10_000;

  /** A sum of multiples of values, and a number; all wraps. */
  private record Sum(Map<Integer, Long> factors, long number) {
    static Sum of(int value) {
      return new Sum(Map.of(value, 1L), 0);
    }

    Sum plus(Sum other, long factor) {
      Map<Integer, Long> all = new HashMap<>(factors);
      other.factors.forEach((value, times) -> all.merge(value, times * factor, Long::sum));
      all.values().removeIf(times -> times == 0);
      return new Sum(all, number + other.number * factor);
    }

    Sum replace(int value, Sum by) {
      long times = factors.getOrDefault(value, 0L);
      return plus(of(value), -times).plus(by, times);
    }
  }

  /** An index that was looked at, and for which distances. */
  private record Looked(Sum index, IndexChecks.Check check) {}

  private MemoryPool pool;
  private Atoms atoms;
  private CodeSpace code;

  private FunctionDefinition function;
  private ConstantRegisters constants;
  private IndexChecks checks;
  private InstructionCursor at;
  private int array;
  private int kind;
  private int steps;

  /** By pc, where control may come from; {@link #OUTSIDE} for entries. */
  private Map<Integer, List<Integer>> from;

  private static final int OUTSIDE = -1;

  @BeforeEach
  void open() {
    pool = new MemoryPool(1L << 30);
    atoms = new Atoms(pool, Atoms.DEFAULT_MAX_COUNT);
    code = new CodeSpace(pool);
  }

  @AfterEach
  void close() {
    code.close();
    atoms.close();
    pool.close();
  }

  @Test
  void shouldLookForEachAccessOnAllWays() throws Exception {
    int looking = 0;
    int trusting = 0;
    for (int index = 0; index < PROGRAMS; index++) {
      long seed = SEED * 1_000_003 + index;
      List<VerifiedModule> modules = RandomPrograms.any("p" + seed, seed, false).verified();
      for (LinkedModule module : Linker.link(code, atoms, modules)) {
        for (int position = 0; position < module.functionCount(); position++) {
          begin(module, position);
          for (int pc = 0; pc < function.code().length; pc = at.next()) {
            at.move(pc);
            if (ArrayEmitter.kind(at.opcode()) == 0) {
              continue;
            }
            if (checks.at(pc) != null) {
              looking++;
              continue;
            }
            trusting++;
            array = ArrayEmitter.array(at);
            kind = ArrayEmitter.kind(at.opcode());
            steps = 0;
            Sum wanted = Sum.of(ArrayEmitter.index(at));

            assertThat(isLookedFor(pc, wanted, List.of(), true))
                .as("program %s: pc %s of function %s", seed, pc, position)
                .isTrue();
            at.move(pc);
          }
        }
      }
    }
    assertThat(trusting).isGreaterThan(PROGRAMS / 4);
    assertThat(looking).isGreaterThan(trusting);
  }

  private void begin(LinkedModule module, int position) {
    FunctionFacts facts = FunctionFacts.of(module, position);
    function = module.verified().functions().get(position).definition();
    constants = facts.constants();
    checks = facts.indexChecks();
    at = new InstructionCursor(function.code());
    from = new HashMap<>();
    IntStream.concat(IntStream.of(0), facts.resumedPoints().entries())
        .forEach(entry -> comes(OUTSIDE, entry));
    function.handlers().forEach(handler -> comes(OUTSIDE, handler.target()));
    for (int pc = 0; pc < function.code().length; pc = at.next()) {
      at.move(pc);
      for (int operand = 0; operand < at.opcode().operands().size(); operand++) {
        if (at.opcode().operands().get(operand).isLabel()) {
          comes(pc, (int) at.label(operand));
        }
      }
      for (int entry = 0; entry < at.tableLabels(); entry++) {
        comes(pc, (int) at.tableLabel(entry));
      }
      if (!at.opcode().has(Effect.ENDS_BLOCK)) {
        comes(pc, at.next());
      }
    }
  }

  private void comes(int source, int target) {
    from.computeIfAbsent(target, none -> new ArrayList<>()).add(source);
  }

  /**
   * Whether it is so on all ways to before an instruction.
   *
   * @param isArray whether the register has the array already
   */
  private boolean isLookedFor(int pc, Sum wanted, List<Looked> seen, boolean isArray) {
    Sum index = withConstants(wanted);
    for (Looked looked : seen) {
      Sum distance = index.plus(withConstants(looked.index()), -1);
      if (distance.factors().isEmpty()
          && looked.check().least() <= distance.number()
          && distance.number() <= looked.check().greatest()) {
        return true;
      }
    }
    if (++steps > MAX_STEPS || !isArray && seen.isEmpty()) {
      return false;
    }
    return from.getOrDefault(pc, List.of()).stream()
        .allMatch(source -> source != OUTSIDE && isLookedForBefore(source, index, seen, isArray));
  }

  /** Whether it is so behind an instruction. */
  private boolean isLookedForBefore(
      int pc, Sum behind, List<Looked> seenBehind, boolean isArrayBehind) {
    at.move(pc);
    boolean isArray = isArrayBehind;
    Sum wanted = behind;
    List<Looked> seen = new ArrayList<>(seenBehind);
    for (int operand = 0; operand < at.opcode().operands().size(); operand++) {
      OperandKind written = at.opcode().operands().get(operand);
      int register = written.isDestination() ? at.slot(operand) : 0;
      if (written.isDestination() && written.bank() == Bank.R && register == array) {
        isArray = false;
      }
      if (written.isDestination() && written.bank() == Bank.I) {
        Sum result = result();
        wanted = wanted.replace(register, result);
        seen.replaceAll(old -> new Looked(old.index().replace(register, result), old.check()));
      }
    }
    if (isArray
        && ArrayEmitter.kind(at.opcode()) == kind
        && ArrayEmitter.array(at) == array
        && checks.at(pc) != null) {
      seen.add(new Looked(Sum.of(ArrayEmitter.index(at)), checks.at(pc)));
    }
    return isLookedFor(pc, wanted, seen, isArray);
  }

  /** What the instruction writes, as a sum of registers; a value of its own if it is no sum. */
  private Sum result() {
    return switch (at.opcode()) {
      case I_CONST -> new Sum(Map.of(), at.word(1));
      case I_MOVE -> Sum.of(at.slot(1));
      case I_ADD -> Sum.of(at.slot(1)).plus(Sum.of(at.slot(2)), 1);
      case I_SUB -> Sum.of(at.slot(1)).plus(Sum.of(at.slot(2)), -1);
      case I_ADD_IMM -> Sum.of(at.slot(1)).plus(new Sum(Map.of(), (short) at.slot(2)), 1);
      default -> Sum.of(function.iCount() + at.pc());
    };
  }

  private Sum withConstants(Sum sum) {
    Sum all = sum;
    for (int register : sum.factors().keySet()) {
      if (register < function.iCount() && constants.contains(Bank.I, register)) {
        all = all.replace(register, new Sum(Map.of(), constants.bits(Bank.I, register)));
      }
    }
    return all;
  }
}
