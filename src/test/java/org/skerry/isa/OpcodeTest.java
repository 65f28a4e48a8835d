package org.skerry.isa;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OpcodeTest {
  @ParameterizedTest
  @EnumSource(Opcode.class)
  void shouldBeFoundByItsCodeAndItsMnemonic(Opcode opcode) {
    assertThat(Opcode.ofCode(opcode.code())).isSameAs(opcode);
    assertThat(Opcode.ofMnemonic(opcode.mnemonic())).isSameAs(opcode);
  }

  @ParameterizedTest
  @EnumSource(Opcode.class)
  void shouldPlaceOperandsInSlotsOfTheirOwn(Opcode opcode) {
    InstructionFormat format = opcode.format();
    boolean[] taken = new boolean[format.fixedWords() * InstructionWord.SLOTS_PER_WORD];
    taken[0] = true;
    for (int i = 0; i < opcode.operands().size(); i++) {
      int slots = opcode.operands().get(i).slots();
      assertThat(format.slotOf(i) % slots).isZero();
      for (int slot = format.slotOf(i); slot < format.slotOf(i) + slots; slot++) {
        assertThat(taken[slot]).as("slot %d", slot).isFalse();
        taken[slot] = true;
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Opcode.class)
  void shouldHaveEffectsThatAgreeWithItsOperands(Opcode opcode) {
    boolean hasLabel =
        opcode.operands().stream()
            .anyMatch(kind ->
                kind.isLabel()
                    || kind == OperandKind.DENSE_TABLE
                    || kind == OperandKind.I_SPARSE_TABLE
                    || kind == OperandKind.R_SPARSE_TABLE);
    assertThat(opcode.has(Effect.BRANCHES)).isEqualTo(hasLabel);
    assertThat(opcode.operands().stream().filter(OperandKind::isDestination).count())
        .isLessThanOrEqualTo(1);
    assertThat(opcode.operands().stream().filter(OperandKind::isVariable).count())
        .isLessThanOrEqualTo(1);
    assertThat(opcode.operands().stream().skip(1).noneMatch(OperandKind::isDestination)).isTrue();
  }

  @Test
  void shouldHaveNoCodesBeyondItsRows() {
    assertThat(Opcode.ofCode(Opcode.count())).isNull();
    assertThat(Opcode.ofCode(-1)).isNull();
    assertThat(Opcode.ofMnemonic("no.such")).isNull();
  }
}
