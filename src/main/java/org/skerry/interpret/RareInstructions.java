package org.skerry.interpret;

import static org.skerry.isa.Code.*;
import static org.skerry.isa.InstructionWord.opcode;

import org.skerry.isa.InstructionFormat;
import org.skerry.isa.InstructionWord;
import org.skerry.isa.Opcode;
import org.skerry.isa.OperandKind;
import org.skerry.memory.Memory;
import org.skerry.memory.VmBug;
import org.skerry.process.WorkerContext;

/**
 * The instructions that the interpreter's loop has no case for, and the slow cases of those that it
 * has: here an operand is fetched, what it means is in {@code semantics}. Split by subject so that
 * HotSpot compiles every part.
 */
public final class RareInstructions {
  private static final int[] FIXED_WORDS = new int[Opcode.count()];
  private static final byte[] COUNT_SLOT = new byte[Opcode.count()];
  private static final byte[] ENTRIES_PER_WORD = new byte[Opcode.count()];

  static {
    for (Opcode opcode : Opcode.values()) {
      InstructionFormat format = opcode.format();
      int variable = format.variableOperand();
      FIXED_WORDS[opcode.code()] = format.fixedWords();
      COUNT_SLOT[opcode.code()] = (byte) (variable < 0 ? -1 : format.slotOf(variable));
      ENTRIES_PER_WORD[opcode.code()] =
          (byte) (format.variableKind() == OperandKind.R_REGISTERS ? 4 : 2);
    }
  }

  private RareInstructions() {}

  /**
   * Executes an instruction.
   *
   * @param fp the top frame; it and its pc are saved
   * @param pc address of the instruction
   * @param w its first word
   * @return the distance to the next instruction in words, or a {@link
   *     org.skerry.semantics.Control}
   */
  public static int execute(WorkerContext context, long process, long fp, long pc, long w) {
    int opcode = opcode(w);
    if (opcode <= R_NEG) {
      return NumberInstructions.execute(context, process, fp, pc, w);
    }
    if (opcode <= R_SWITCH) {
      return ComparisonInstructions.execute(context, fp, pc, w);
    }
    if (opcode <= RETHROW) {
      return ControlInstructions.execute(context, process, fp, pc, w);
    }
    if (opcode <= R_TUPLE_FROM_LIST) {
      return DataInstructions.execute(context, process, fp, pc, w);
    }
    if (opcode <= R_U8_FROM_BYTES) {
      return TextInstructions.execute(context, process, fp, pc, w);
    }
    if (opcode <= ARRAY_COPY) {
      return DataInstructions.execute(context, process, fp, pc, w);
    }
    if (opcode <= R_ARGUMENTS) {
      return ProcessInstructions.execute(context, process, fp, pc, w);
    }
    if (opcode <= SNAPSHOT_CLOSE) {
      return MvarInstructions.execute(context, process, fp, pc, w);
    }
    return opcode <= R_PROCESS_INFO_OF
        ? RelationInstructions.execute(context, process, fp, pc, w)
        : HostInstructions.execute(context, process, fp, pc, w);
  }

  /** The distance to the next instruction in sequence. */
  static int next(long w, long pc) {
    int opcode = opcode(w);
    int slot = COUNT_SLOT[opcode];
    if (slot < 0) {
      return FIXED_WORDS[opcode];
    }
    int count = InstructionWord.slot(Memory.getLong(pc + 8L * (slot >> 2)), slot & 3);
    return FIXED_WORDS[opcode] + (count + ENTRIES_PER_WORD[opcode] - 1) / ENTRIES_PER_WORD[opcode];
  }

  /** The operand in slot 4, the first of the second word. */
  static int d(long pc) {
    return (int) Memory.getLong(pc + 8) & InstructionWord.SLOT_MAX;
  }

  /** The operand in slot 5. */
  static int e(long pc) {
    return InstructionWord.a(Memory.getLong(pc + 8));
  }

  static VmBug unknown(long w) {
    return new VmBug("Verified code has known opcodes only.", "word", Long.toHexString(w));
  }
}
