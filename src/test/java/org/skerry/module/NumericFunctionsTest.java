package org.skerry.module;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.skerry.isa.Effect;
import org.skerry.isa.Opcode;

class NumericFunctionsTest {
  @Test
  void shouldAllowNothingThatLooksAtTheProcessOrAtOthers() {
    Set<Opcode> opcodes = NumericFunctions.opcodes();

    assertThat(opcodes)
        .contains(Opcode.I_ADD, Opcode.F_MUL, Opcode.I_DIV, Opcode.I_JUMP_EQ, Opcode.F_RETURN)
        .doesNotContain(Opcode.R_MOVE, Opcode.R_CONST, Opcode.SLEEP, Opcode.I_TRAP_EXIT)
        .doesNotContain(Opcode.COLLECT, Opcode.I_RANDOM, Opcode.SELECT_BEGIN);
    assertThat(opcodes)
        .allSatisfy(opcode -> {
          Set<Effect> effects = EnumSet.noneOf(Effect.class);
          effects.addAll(opcode.effects());
          effects.removeAll(EnumSet.of(Effect.MAY_THROW, Effect.BRANCHES, Effect.ENDS_BLOCK));
          assertThat(effects).isSubsetOf(Effect.CALLS, Effect.MAY_COLLECT);
          assertThat(opcode.name()).doesNotStartWith("R_");
        });
    assertThat(opcodes).hasSize(88);
  }
}
