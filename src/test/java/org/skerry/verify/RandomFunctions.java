package org.skerry.verify;

import static org.skerry.isa.Opcode.*;

import java.util.List;
import java.util.Random;
import org.skerry.module.FunctionBuilder;
import org.skerry.module.FunctionBuilder.Entries;
import org.skerry.module.ModuleBuilder;
import org.skerry.module.ModuleFile;
import org.skerry.term.Term;

/** Makes small functions whose control flow is random: most are well formed, not all pass. */
final class RandomFunctions {
  /** Registers in use: some of each column of the sets. */
  private static final int[] REGISTERS = {0, 1, 2, 62, 63, 64, 69};

  static final int R_COUNT = 70;

  private final Random random;
  private final int instructions;

  /** Whether the function holds an MVar all through. */
  private final boolean holding;

  private FunctionBuilder function;

  RandomFunctions(Random random) {
    this.random = random;
    instructions = 4 + random.nextInt(16);
    holding = random.nextInt(4) == 0;
  }

  static ModuleFile next(Random random) {
    return new RandomFunctions(random).module();
  }

  private ModuleFile module() {
    function = new FunctionBuilder("f").signature("ri", 'r').counts(R_COUNT, 2, 1);
    for (int register : REGISTERS) {
      if (register > 0 && random.nextInt(4) > 0) {
        function.op(R_SELF, register);
      }
    }
    function.op(I_CONST, 1, 5);
    if (holding) {
      function.op(MVAR_LOCK_READ, 0);
    }
    for (int i = 0; i < instructions; i++) {
      function.label("l" + i);
      instruction();
    }
    function.label("l" + instructions);
    if (holding) {
      function.op(MVAR_UNLOCK, 0);
    }
    function.op(R_RETURN, r());
    for (int i = random.nextInt(4); i > 0; i--) {
      int start = random.nextInt(instructions);
      int end = start + 1 + random.nextInt(instructions - start);
      function.handler("l" + start, "l" + end, label(), r());
    }
    return new ModuleBuilder("m")
        .literal(Term.NIL)
        .literal(Term.TRUE)
        .reference(null, "f", "ri", 'r')
        .reference(null, "g", "rr", 'r')
        .mvar("a", false, 0)
        .mvarReference(null, "a")
        .mvarReference("other", "b")
        .function(function)
        .function(new FunctionBuilder("g").signature("rr", 'r').counts(2, 0, 0).op(R_RETURN, 1))
        .build();
  }

  private void instruction() {
    switch (random.nextInt(23)) {
      case 0 -> function.op(R_MOVE, r(), r());
      case 1 -> function.op(R_TUPLE, r(), FunctionBuilder.registers(r(), r(), r()));
      case 2 -> function.op(R_HEAD, r(), r());
      case 3 -> function.op(COLLECT);
      case 4, 5 -> function.op(R_JUMP_TRUE, r(), label());
      case 6 -> function.op(JUMP, label());
      case 7 -> function.op(I_SWITCH, i(), 3, label(), FunctionBuilder.table(label(), label()));
      case 8 ->
          function.op(R_SWITCH, r(), label(), new Entries(List.of(0, label(), 1, label()), 2));
      case 9, 10 -> function.op(R_CALL, r(), 0, FunctionBuilder.arguments("r" + r(), "i" + i()));
      case 11 -> function.op(R_CALL_CLOSURE, r(), r(), FunctionBuilder.registers(r()));
      case 12 -> function.op(R_RECEIVE_TIMEOUT, r(), i(), label());
      case 13 -> function.op(I_LIST_LENGTH, i(), r());
      case 14 -> function.op(R_FROM_I, r(), i());
      case 15 -> function.op(THROW, r());
      case 16 -> function.op(TAIL_CALL, 1, FunctionBuilder.arguments("r" + r(), "r" + r()));
      case 17 -> function.op(I_JUMP_LT, i(), i(), label());
      case 18 -> function.op(R_CLOSURE, r(), 1, FunctionBuilder.registers(r()));
      case 19 -> {
        int mvar = random.nextInt(2);
        function.op(MVAR_LOCK_WRITE, mvar);
        function.op(random.nextBoolean() ? R_HEAD : R_MOVE, r(), r());
        function.op(MVAR_UNLOCK, mvar);
      }
      case 20 -> {
        function.op(MVAR_TRY_LOCK_READ, 0, label());
        function.op(R_MVAR_READ, r(), 1);
        function.op(MVAR_UNLOCK, 0);
      }
      case 21 -> {
        if (holding) {
          function.op(MVAR_UNLOCK, 0).op(random.nextBoolean() ? R_HEAD : R_MOVE, r(), r());
          function.op(MVAR_LOCK_READ, 0);
        } else if (random.nextInt(4) == 0) {
          function.op(random.nextBoolean() ? MVAR_LOCK_READ : MVAR_UNLOCK, random.nextInt(2));
        }
      }
      default -> function.op(R_CONST, r(), 1);
    }
  }

  private int r() {
    return REGISTERS[random.nextInt(REGISTERS.length)];
  }

  private int i() {
    return random.nextInt(2);
  }

  private String label() {
    return "l" + random.nextInt(instructions + 1);
  }
}
