package org.skerry.semantics;

import org.skerry.heap.HeapLayout;
import org.skerry.isa.ByteFormat;
import org.skerry.isa.InstructionFormat;
import org.skerry.isa.InstructionWord;
import org.skerry.isa.Opcode;
import org.skerry.isa.OperandKind;
import org.skerry.isa.TypeTest;
import org.skerry.memory.Memory;
import org.skerry.module.FrameLayout;
import org.skerry.module.FunctionLayout;
import org.skerry.process.WorkerContext;
import org.skerry.term.NumberText;
import org.skerry.term.TermPrinter;
import org.skerry.term.TextBuffer;

/**
 * The instruction that failed, with what its operands held: {@code r.add 1, :a}. An instruction
 * that fails has written nothing, so they hold it still.
 */
final class FaultText {
  private static final long MAX_OPERAND_BYTES = 120;

  private FaultText() {}

  /** Writes the instruction at which the top frame stands into the context's text buffer. */
  static void describe(WorkerContext context, long process) {
    long fp = Memory.getLong(process + HeapLayout.FP);
    long function =
        context.code().functionAddress(Memory.getInt(fp + FrameLayout.FUNCTION_INDEX_OFFSET));
    long pc =
        Memory.getLong(function + FunctionLayout.CODE_OFFSET)
            + ((long) Memory.getInt(fp + FrameLayout.PC_OFFSET) << 3);
    Opcode opcode = Opcode.ofCode(InstructionWord.opcode(Memory.getLong(pc)));
    TextBuffer text = context.scratch().text();
    text.clear();
    text.append(opcode.mnemonic());
    InstructionFormat format = opcode.format();
    String separator = " ";
    for (int i = 0; i < opcode.operands().size(); i++) {
      int slot = format.slotOf(i);
      long word = Memory.getLong(pc + ((long) (slot >>> 2) << 3));
      int value =
          opcode.operands().get(i) == OperandKind.MVAR
              ? InstructionWord.bc(word)
              : InstructionWord.slot(word, slot & 3);
      if (!append(context, text, separator, opcode.operands().get(i), value, fp)) {
        continue;
      }
      separator = ", ";
    }
  }

  private static boolean append(
      WorkerContext context,
      TextBuffer text,
      String separator,
      OperandKind kind,
      int value,
      long fp) {
    if (kind.isDestination() || kind.isLabel() || kind.isVariable()) {
      return false;
    }
    switch (kind) {
      case R_SRC -> {
        text.append(separator);
        TermPrinter.append(Memory.getLong(fp + value), MAX_OPERAND_BYTES, context.scratch());
      }
      case I_SRC -> text.append(separator).append(Long.toString(Memory.getLong(fp + value)));
      case F_SRC ->
          text.append(separator)
              .append(
                  NumberText.shortest(Memory.getDouble(fp + value), context.scratch()).toString());
      case MVAR -> text.append(separator).append(context.code().mvarName(value));
      case IMM16 -> text.append(separator).append(Integer.toString((short) value));
      case COUNT16 -> text.append(separator).append(Integer.toString(value));
      case TYPE -> text.append(separator).append(TypeTest.ofOrdinal(value).symbol());
      case I_FORMAT, F_FORMAT ->
          text.append(separator).append(ByteFormat.ofOrdinal(value).symbol());
      case R_DST,
          I_DST,
          F_DST,
          LABEL16,
          LABEL32,
          FUNCTION,
          LITERAL,
          I_LITERAL,
          F_LITERAL,
          ARGUMENTS,
          R_REGISTERS,
          DENSE_TABLE,
          I_SPARSE_TABLE,
          R_SPARSE_TABLE -> {
        return false;
      }
    }
    return true;
  }
}
