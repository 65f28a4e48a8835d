package org.skerry.assembly;

import java.util.function.IntConsumer;
import org.skerry.isa.Bank;
import org.skerry.isa.InstructionWord;
import org.skerry.isa.OperandKind;

/** Writes one instruction after the other. */
final class InstructionPrinter {
  private static final int OPERAND_COLUMN = 16;

  /** Names registers. */
  interface RegisterNames {
    String name(Bank bank, int number, boolean written);
  }

  /** Names labels. */
  interface LabelNames {
    String name(int pc, int distance);
  }

  private final PoolPrinter pool;
  private final RegisterNames registers;
  private final LabelNames labels;
  private final StringBuilder out = new StringBuilder();

  InstructionPrinter(PoolPrinter pool, RegisterNames registers, LabelNames labels) {
    this.pool = pool;
    this.registers = registers;
    this.labels = labels;
  }

  /** The text of an instruction that the assembler would take. */
  String print(InstructionReader in) {
    out.setLength(0);
    out.append(in.opcode().mnemonic());
    for (int i = 0; i < in.opcode().operands().size(); i++) {
      OperandKind kind = in.opcode().operands().get(i);
      if (i == 0) {
        out.append(" ".repeat(Math.max(1, OPERAND_COLUMN - out.length())));
      } else if (!InstructionText.isList(kind)
          || in.opcode().operands().get(i - 1).isDestination()) {
        out.append(", ");
      }
      operand(in, i, kind);
    }
    return out.toString();
  }

  private void operand(InstructionReader in, int operand, OperandKind kind) {
    long value = in.value(operand);
    if (kind.isRegister()) {
      out.append(registers.name(kind.bank(), (int) value, kind.isDestination()));
      return;
    }
    switch (kind) {
      case IMM16 -> out.append((short) value);
      case COUNT16, I_LITERAL -> out.append(value);
      case F_LITERAL -> out.append(Quoted.floating(value));
      case TYPE, I_FORMAT, F_FORMAT -> out.append(InstructionText.symbols(kind).get((int) value));
      case LABEL16 -> out.append(labels.name(in.pc(), (short) value));
      case LABEL32 -> out.append(labels.name(in.pc(), (int) value));
      case FUNCTION -> out.append(pool.reference((int) value));
      case MVAR -> out.append(pool.mvarReference((int) value));
      case LITERAL -> out.append(pool.literal((int) value));
      case ARGUMENTS, R_REGISTERS -> list(in, kind);
      default -> table(in, kind);
    }
  }

  private void list(InstructionReader in, OperandKind kind) {
    out.append('(');
    int slots = kind == OperandKind.ARGUMENTS ? 2 : 1;
    for (int i = 0; i < in.count(); i++) {
      int slot = in.variableSlot() + slots * i;
      Bank bank = slots == 2 ? Bank.ofOrdinal(in.slot(slot + 1)) : Bank.R;
      out.append(i == 0 ? "" : ", ").append(registers.name(bank, in.slot(slot), false));
    }
    out.append(')');
  }

  private void table(InstructionReader in, OperandKind kind) {
    out.append('[');
    for (int i = 0; i < in.count(); i++) {
      out.append(in.count() > 1 ? i == 0 ? "\n        " : ",\n        " : "");
      int slot = in.variableSlot() + 2 * i;
      if (kind != OperandKind.DENSE_TABLE) {
        int word = in.opcode().format().fixedWords() + 2 * i;
        slot = (word + 1) * InstructionWord.SLOTS_PER_WORD;
        long key = in.word(word);
        out.append(
            kind == OperandKind.R_SPARSE_TABLE ? pool.literal((int) key) : Long.toString(key));
        out.append(" => ");
      }
      out.append(labels.name(in.pc(), in.half(slot)));
    }
    out.append(']');
  }

  /** Gives all distances of an instruction's branches. */
  static void forEachDistance(InstructionReader in, IntConsumer consumer) {
    for (int i = 0; i < in.opcode().operands().size(); i++) {
      OperandKind kind = in.opcode().operands().get(i);
      switch (kind) {
        case LABEL16 -> consumer.accept((short) in.value(i));
        case LABEL32 -> consumer.accept((int) in.value(i));
        case DENSE_TABLE -> {
          for (int k = 0; k < in.count(); k++) {
            consumer.accept(in.half(in.variableSlot() + 2 * k));
          }
        }
        case I_SPARSE_TABLE, R_SPARSE_TABLE -> {
          for (int k = 0; k < in.count(); k++) {
            int word = in.opcode().format().fixedWords() + 2 * k + 1;
            consumer.accept(in.half(word * InstructionWord.SLOTS_PER_WORD));
          }
        }
        default -> {}
      }
    }
  }
}
