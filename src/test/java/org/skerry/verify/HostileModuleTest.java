package org.skerry.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.skerry.isa.Opcode.JUMP;
import static org.skerry.isa.Opcode.R_JUMP_TRUE;
import static org.skerry.isa.Opcode.R_MOVE;
import static org.skerry.isa.Opcode.R_RETURN;
import static org.skerry.isa.Opcode.R_SELF;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.skerry.isa.Bank;
import org.skerry.isa.Opcode;
import org.skerry.isa.OperandKind;
import org.skerry.module.FunctionBuilder;
import org.skerry.module.FunctionDefinition;
import org.skerry.module.FunctionReference;
import org.skerry.module.Handler;
import org.skerry.module.ModuleBuilder;
import org.skerry.module.ModuleFile;
import org.skerry.module.VerifiedFunction;
import org.skerry.module.VerifiedModule;

/**
 * Modules changed at random: rejected, or harmless by a second opinion. And modules that are big.
 */
class HostileModuleTest {
  private int accepted;
  private int rejected;

  @Test
  void shouldRejectOrAcceptSafelyWhateverChanges() {
    Random random = new Random(42);
    for (int round = 0; round < 30_000; round++) {
      ModuleFile file =
          random.nextBoolean()
              ? RandomFunctions.next(random)
              : SimplestForms.of(Opcode.ofCode(random.nextInt(Opcode.count())));
      verify(changed(file, random));
    }
    assertThat(accepted).isGreaterThan(2_000);
    assertThat(rejected).isGreaterThan(2_000);
  }

  @Test
  void shouldSurviveEverySingleBitFlipOfCode() {
    for (Opcode opcode : Opcode.values()) {
      ModuleFile file = SimplestForms.of(opcode);
      long[] code = file.functions().getFirst().code();
      for (int bit = 0; bit < 64 * code.length; bit++) {
        code[bit >> 6] ^= 1L << bit;
        verify(file);
        code[bit >> 6] ^= 1L << bit;
      }
    }
    assertThat(accepted).isGreaterThan(2_000);
    assertThat(rejected).isGreaterThan(2_000);
  }

  private void verify(ModuleFile file) {
    VerifiedModule verified;
    try {
      verified = Verifier.verify(file);
    } catch (VerificationException e) {
      rejected++;
      assertThat(e.problems()).isNotEmpty();
      return;
    }
    accepted++;
    for (int i = 0; i < file.functions().size(); i++) {
      checkNaively(file, file.functions().get(i), verified.functions().get(i).handlerSegments());
    }
  }

  private static ModuleFile changed(ModuleFile file, Random random) {
    FunctionDefinition function = file.functions().getFirst();
    long[] code = function.code();
    List<Handler> handlers = new ArrayList<>(function.handlers());
    int rCount = function.rCount();
    for (int i = random.nextInt(3); i >= 0; i--) {
      int word = random.nextInt(code.length);
      switch (random.nextInt(6)) {
        case 0 -> code[word] ^= 1L << random.nextInt(64);
        case 1 -> code[word] += (random.nextInt(7) - 3L) << 16 * random.nextInt(4);
        case 2 -> code[word] = code[random.nextInt(code.length)];
        case 3 -> handlers.add(handler(code.length, random));
        case 4 -> rCount += random.nextInt(3) - 1;
        default -> code[word] = code[word] & ~0xFFFFL | random.nextInt(Opcode.count() + 1);
      }
    }
    FunctionDefinition changed =
        new FunctionDefinition(
            function.name(),
            function.signature(),
            true,
            rCount,
            function.iCount(),
            function.fCount(),
            code,
            handlers,
            function.lines(),
            function.names());
    List<FunctionDefinition> functions = new ArrayList<>(file.functions());
    functions.set(0, changed);
    return new ModuleFile(
        file.name(),
        file.source(),
        file.atoms(),
        file.literals(),
        file.references(),
        functions,
        file.mvars(),
        file.mvarReferences());
  }

  private static Handler handler(int words, Random random) {
    return new Handler(
        random.nextInt(words + 2) - 1,
        random.nextInt(words + 2),
        random.nextInt(words + 2) - 1,
        random.nextInt(4) - 1);
  }

  private record State(int pc, Set<String> assigned, List<String> holds) {}

  /**
   * Runs every path, with the set of assigned registers and the list of held MVars, until nothing
   * new comes.
   */
  private static void checkNaively(
      ModuleFile file, FunctionDefinition function, int[] handlerSegments) {
    Set<State> seen = new HashSet<>();
    Map<Integer, List<String>> holdsAt = new HashMap<>();
    Deque<State> open = new ArrayDeque<>();
    open.add(new State(0, parameters(function), List.of()));
    while (!open.isEmpty() && seen.size() < 3_000) {
      State state = open.pop();
      if (!seen.add(state)) {
        continue;
      }
      NaiveCode at = new NaiveCode(function, state.pc());
      assertThat(state.assigned()).containsAll(at.reads);
      at.reads.forEach(register -> checkRegister(function, register));
      checkIndices(file, function, at);
      List<String> holds = state.holds();
      assertThat(holdsAt.computeIfAbsent(at.pc, pc -> holds)).isEqualTo(holds);
      assertThat(at.leaves && !holds.isEmpty()).isFalse();
      at.jumps.forEach(target -> open.add(new State(target, state.assigned(), holds)));
      if (at.falls) {
        open.add(new State(at.next, with(state.assigned(), function, at.writes), after(at, holds)));
      }
      if (at.handler >= 0) {
        int kept = kept(handlerSegments, at.pc);
        assertThat(kept).isLessThanOrEqualTo(holds.size());
        open.add(
            new State(
                at.handler,
                with(state.assigned(), function, at.handlerWrites),
                holds.subList(0, kept)));
      }
    }
  }

  private static List<String> after(NaiveCode at, List<String> holds) {
    List<String> after = new ArrayList<>(holds);
    if (at.takes != null) {
      after.add(at.takes);
      assertThat(after).hasSizeLessThanOrEqualTo(255);
    } else if (at.releases >= 0) {
      int last =
          Math.max(
              after.lastIndexOf("read " + at.releases), after.lastIndexOf("write " + at.releases));
      assertThat(last).isNotNegative();
      after.remove(last);
    }
    return after;
  }

  private static int kept(int[] segments, int pc) {
    for (int i = 0; i < segments.length; i += VerifiedFunction.SEGMENT_NUMBERS) {
      if (segments[i] <= pc && pc < segments[i + 1]) {
        return segments[i + 4];
      }
    }
    throw new AssertionError("no segment at " + pc);
  }

  private static Set<String> parameters(FunctionDefinition function) {
    Set<String> registers = new HashSet<>();
    for (Bank bank : Bank.values()) {
      for (int i = 0; i < function.signature().count(bank); i++) {
        registers.add(bank.letter() + "" + i);
      }
    }
    return registers;
  }

  private static Set<String> with(Set<String> set, FunctionDefinition function, String register) {
    if (register == null) {
      return set;
    }
    checkRegister(function, register);
    Set<String> more = new HashSet<>(set);
    more.add(register);
    return more;
  }

  private static void checkRegister(FunctionDefinition function, String register) {
    int count =
        switch (register.charAt(0)) {
          case 'r' -> function.rCount();
          case 'i' -> function.iCount();
          default -> function.fCount();
        };
    assertThat(Integer.parseInt(register.substring(1))).isLessThan(count);
  }

  private static void checkIndices(ModuleFile file, FunctionDefinition function, NaiveCode at) {
    for (int operand = 0; operand < at.opcode.operands().size(); operand++) {
      int slot = at.opcode.format().slotOf(operand);
      long word = function.code()[at.pc + slot / 4];
      if (at.opcode.operands().get(operand) == OperandKind.LITERAL) {
        assertThat(file.literals().size()).isGreaterThan(Math.toIntExact(word));
        assertThat(word).isNotNegative();
      } else if (at.opcode.operands().get(operand) == OperandKind.MVAR) {
        int index = (int) (word >> 16 * (slot % 4));
        assertThat(index).isBetween(0, file.mvarReferences().size() - 1);
      } else if (at.opcode.operands().get(operand) == OperandKind.FUNCTION) {
        checkCall(file, at, (int) (word >> 16 * (slot % 4)));
      }
    }
  }

  private static void checkCall(ModuleFile file, NaiveCode at, int index) {
    FunctionReference reference = file.references().get(index);
    int parameters = reference.signature().parameters().size();
    if (at.opcode == Opcode.R_CLOSURE) {
      assertThat(at.reads.size()).isLessThanOrEqualTo(parameters);
      return;
    }
    List<String> arguments = at.reads.subList(at.reads.size() - parameters, at.reads.size());
    for (int i = 0; i < parameters; i++) {
      char bank = reference.signature().parameters().get(i).letter();
      assertThat(arguments.get(i).charAt(0)).isEqualTo(bank);
    }
  }

  @Test
  void shouldRejectMoreBranchesThanSetsOfRegistersFitMemory() {
    FunctionBuilder function = new FunctionBuilder("f").counts(8_189, 0, 0).op(R_SELF, 0);
    for (int i = 0; i < 40_000; i++) {
      function.op(R_JUMP_TRUE, 0, 1);
    }
    assertRejected(
        function.op(R_RETURN, 0),
        "m.f: a function has too many branches for its number of registers");
  }

  @Test
  void shouldRejectLiveSetsThatAreLargeForTheCode() {
    FunctionBuilder function = new FunctionBuilder("f").counts(8_000, 0, 0);
    for (int register = 0; register < 8_000; register++) {
      function.op(R_SELF, register);
    }
    for (int register = 1; register < 8_000; register++) {
      function.op(R_MOVE, 0, register);
    }
    assertRejected(
        function.op(R_RETURN, 0),
        "m.f: the sets of live registers are too large for the module's size");
  }

  /** A set goes back through the blocks one by one, for each of 64 registers anew. */
  @Test
  void shouldVerifyTheLongestFunctionWithinItsAllowance() throws Exception {
    FunctionBuilder function = new FunctionBuilder("f").counts(64, 0, 0);
    for (int register = 0; register < 64; register++) {
      function.op(R_SELF, register);
    }
    while (function.position() < 400_000) {
      function.op(R_JUMP_TRUE, function.position() % 64, 1);
      function.op(R_MOVE, function.position() * 7 % 64, function.position() % 64);
    }
    function.op(JUMP, -400_000 / 2);

    assertThat(Verifier.verify(module(function)).functions()).hasSize(1);
  }

  private static void assertRejected(FunctionBuilder function, String message) {
    ModuleFile file = module(function);
    assertThatThrownBy(() -> Verifier.verify(file))
        .isInstanceOf(VerificationException.class)
        .hasMessage(message);
  }

  private static ModuleFile module(FunctionBuilder function) {
    return new ModuleBuilder("m").function(function).build();
  }
}
