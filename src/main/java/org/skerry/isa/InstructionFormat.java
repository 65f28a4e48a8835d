package org.skerry.isa;

import java.util.List;

/**
 * Where an opcode's operands lie. An instruction is a row of 64-bit words; a word has four 16-bit
 * slots, the first in its lowest bits. Slot 0 is the opcode. Each operand, in order, takes the
 * first free slots that fit: a 32-bit one needs an even slot, a 64-bit one a whole word. The
 * variable part of a list or table begins at the word behind the fixed part.
 */
public final class InstructionFormat {
  private final int[] slotOf;
  private final int fixedWords;
  private final int variableOperand;
  private final OperandKind variableKind;

  InstructionFormat(List<OperandKind> operands) {
    slotOf = new int[operands.size()];
    boolean[] taken = new boolean[4 * (operands.size() + 2)];
    taken[0] = true;
    int last = 0;
    int variable = -1;
    for (int i = 0; i < slotOf.length; i++) {
      OperandKind kind = operands.get(i);
      int slot = firstFree(taken, kind.slots());
      for (int s = slot; s < slot + kind.slots(); s++) {
        taken[s] = true;
      }
      slotOf[i] = slot;
      last = Math.max(last, slot + kind.slots() - 1);
      if (kind.isVariable()) {
        assert variable < 0 : "an opcode has at most one variable part";
        variable = i;
      }
    }
    fixedWords = last / 4 + 1;
    variableOperand = variable;
    variableKind = variable < 0 ? null : operands.get(variable);
  }

  private static int firstFree(boolean[] taken, int slots) {
    for (int slot = 0; ; slot += slots) {
      boolean free = true;
      for (int s = slot; s < slot + slots; s++) {
        free &= !taken[s];
      }
      if (free) {
        return slot;
      }
    }
  }

  /** The slot, counted from the instruction's first word, in which an operand begins. */
  public int slotOf(int operand) {
    return slotOf[operand];
  }

  /** Words before the variable part; the whole instruction where there is none. */
  public int fixedWords() {
    return fixedWords;
  }

  /** The operand that has the variable part, or -1. */
  public int variableOperand() {
    return variableOperand;
  }

  /** The kind of the operand that has the variable part, or null. */
  public OperandKind variableKind() {
    return variableKind;
  }

  /** All words of an instruction whose variable part has {@code count} entries (0 without one). */
  public int wordCount(int count) {
    return variableKind == null ? fixedWords : fixedWords + variableKind.variableWords(count);
  }
}
