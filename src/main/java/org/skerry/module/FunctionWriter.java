package org.skerry.module;

import org.skerry.isa.Bank;
import org.skerry.memory.Memory;

/**
 * Writes what is off-heap of a linked function: its record, and a block with its code, its liveness
 * table and its handler segments, one behind the other.
 */
final class FunctionWriter {
  private FunctionWriter() {}

  /** Bytes of the block. */
  static long blockBytes(VerifiedFunction function) {
    return codeBytes(function) + livenessBytes(function) + handlerBytes(function);
  }

  private static long codeBytes(VerifiedFunction function) {
    return 8L * function.definition().code().length;
  }

  private static long livenessBytes(VerifiedFunction function) {
    int words = function.definition().code().length;
    return VerifiedFunction.livenessSetsOffset(words) + 8L * function.livenessSets().length;
  }

  private static int segments(VerifiedFunction function) {
    return function.handlerSegments().length / VerifiedFunction.SEGMENT_NUMBERS;
  }

  private static long handlerBytes(VerifiedFunction function) {
    return (long) segments(function) * HandlerTable.SEGMENT_BYTES;
  }

  /**
   * @param code the linked code
   * @param block address of {@link #blockBytes} bytes
   * @param record where the function's record goes
   */
  static void write(
      VerifiedFunction function,
      long[] code,
      long block,
      long record,
      int functionIndex,
      int moduleIndex) {
    long liveness = block + codeBytes(function);
    long handlers = liveness + livenessBytes(function);
    putLongs(code, block);
    writeLiveness(function, liveness);
    writeHandlers(function, handlers);

    FunctionDefinition definition = function.definition();
    int segments = segments(function);
    Memory.putLong(record + FunctionLayout.CODE_OFFSET, block);
    Memory.putInt(record + FunctionLayout.CODE_WORDS_OFFSET, code.length);
    Memory.putLong(record + FunctionLayout.LIVENESS_OFFSET, liveness);
    Memory.putLong(record + FunctionLayout.HANDLERS_OFFSET, segments == 0 ? 0 : handlers);
    Memory.putInt(record + FunctionLayout.HANDLER_COUNT_OFFSET, segments);
    Memory.putInt(record + FunctionLayout.MODULE_INDEX_OFFSET, moduleIndex);
    Memory.putInt(record + FunctionLayout.FUNCTION_INDEX_OFFSET, functionIndex);
    Memory.putInt(record + FunctionLayout.SUCCESSOR_OFFSET, 0);
    writeShape(definition, record);
  }

  private static void writeShape(FunctionDefinition definition, long record) {
    Signature signature = definition.signature();
    int registers = definition.registerCount();
    int setWords = (definition.rCount() + 63) >>> 6;
    int flags =
        (definition.exported() ? FunctionLayout.EXPORTED : 0)
            | (signature.isTermsOnly() ? FunctionLayout.TERMS_ONLY : 0);
    Memory.putInt(record + FunctionLayout.FRAME_BYTES_OFFSET, FrameLayout.frameBytes(registers));
    Memory.putShort(record + FunctionLayout.LIVE_SET_WORDS_OFFSET, (short) setWords);
    Memory.putByte(record + FunctionLayout.RESULT_BANK_OFFSET, (byte) signature.result().ordinal());
    Memory.putByte(record + FunctionLayout.FLAGS_OFFSET, (byte) flags);
    putShort(record + FunctionLayout.R_COUNT_OFFSET, definition.rCount());
    putShort(record + FunctionLayout.I_COUNT_OFFSET, definition.iCount());
    putShort(record + FunctionLayout.F_COUNT_OFFSET, definition.fCount());
    putShort(record + FunctionLayout.R_PARAMETERS_OFFSET, signature.count(Bank.R));
    putShort(record + FunctionLayout.I_PARAMETERS_OFFSET, signature.count(Bank.I));
    putShort(record + FunctionLayout.F_PARAMETERS_OFFSET, signature.count(Bank.F));
  }

  private static void writeLiveness(VerifiedFunction function, long table) {
    int[] offsets = function.livenessOffsets();
    for (int pc = 0; pc < offsets.length; pc++) {
      Memory.putInt(table + 4L * pc, offsets[pc]);
    }
    if ((offsets.length & 1) != 0) {
      Memory.putInt(table + 4L * offsets.length, 0);
    }
    putLongs(function.livenessSets(), table + VerifiedFunction.livenessSetsOffset(offsets.length));
  }

  private static void writeHandlers(VerifiedFunction function, long segments) {
    int[] numbers = function.handlerSegments();
    FunctionDefinition definition = function.definition();
    long at = segments;
    for (int i = 0; i < numbers.length; i += VerifiedFunction.SEGMENT_NUMBERS) {
      Memory.putInt(at + HandlerTable.START_OFFSET, numbers[i]);
      Memory.putInt(at + HandlerTable.END_OFFSET, numbers[i + 1]);
      Memory.putInt(at + HandlerTable.TARGET_OFFSET, numbers[i + 2]);
      int offset = definition.registerOffset(Bank.R, numbers[i + 3]);
      putShort(at + HandlerTable.REGISTER_OFFSET, offset);
      putShort(at + HandlerTable.HOLDS_OFFSET, numbers[i + 4]);
      at += HandlerTable.SEGMENT_BYTES;
    }
  }

  private static void putLongs(long[] words, long address) {
    for (int i = 0; i < words.length; i++) {
      Memory.putLong(address + 8L * i, words[i]);
    }
  }

  private static void putShort(long address, int value) {
    Memory.putShort(address, (short) value);
  }
}
