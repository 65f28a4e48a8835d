package org.skerry.module;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.ValueLayout;
import org.skerry.memory.LayoutTable;
import org.skerry.memory.Memory;

/**
 * A function's handlers as the linker lays them out: segments that do not overlap, in ascending
 * order, each with the innermost handler of its code words. So finding one is a binary search,
 * however deep the ranges nest.
 */
public final class HandlerTable {
  /** The declaration of a segment. */
  public static final LayoutTable TABLE =
      LayoutTable.of(
              "handler segment",
              MemoryLayout.structLayout(
                  ValueLayout.JAVA_INT.withName("start"),
                  ValueLayout.JAVA_INT.withName("end"),
                  ValueLayout.JAVA_INT.withName("target"),
                  ValueLayout.JAVA_SHORT.withName("registerOffset"),
                  ValueLayout.JAVA_SHORT.withName("holds")))
          .note("start", "index of the first code word covered")
          .note("end", "index of the first code word behind it")
          .note("target", "index of the code word that handles the error")
          .note("registerOffset", "from the frame pointer: where the error term goes")
          .note("holds", "how many holds of MVars the function keeps on the way to the handler");

  /** Bytes of a segment. */
  public static final int SEGMENT_BYTES = TABLE.byteSize();

  /** 32 bits: index of the first code word covered. */
  public static final int START_OFFSET = TABLE.offset("start");

  /** 32 bits: index of the first code word behind the segment. */
  public static final int END_OFFSET = TABLE.offset("end");

  /** 32 bits: index of the code word that handles the error. */
  public static final int TARGET_OFFSET = TABLE.offset("target");

  /** 16 bits: offset in the frame of the register that gets the error term. */
  public static final int REGISTER_OFFSET = TABLE.offset("registerOffset");

  /** 16 bits: how many holds of MVars the function keeps on the way to the handler. */
  public static final int HOLDS_OFFSET = TABLE.offset("holds");

  private HandlerTable() {}

  /**
   * The segment that handles an error.
   *
   * @param function address of the function's record
   * @param pc index of the instruction that raised it, or of the call whose callee did
   * @return the segment's address, or 0 where the function does not handle it
   */
  public static long find(long function, int pc) {
    long segments = Memory.getLong(function + FunctionLayout.HANDLERS_OFFSET);
    int low = 0;
    int high = Memory.getInt(function + FunctionLayout.HANDLER_COUNT_OFFSET) - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      long segment = segments + (long) middle * SEGMENT_BYTES;
      if (pc < Memory.getInt(segment + START_OFFSET)) {
        high = middle - 1;
      } else if (pc >= Memory.getInt(segment + END_OFFSET)) {
        low = middle + 1;
      } else {
        return segment;
      }
    }
    return Memory.NULL;
  }

  /** The code word that handles the error. */
  public static int target(long segment) {
    return Memory.getInt(segment + TARGET_OFFSET);
  }

  /** Where in the frame the error term goes. */
  public static int registerOffset(long segment) {
    return Short.toUnsignedInt(Memory.getShort(segment + REGISTER_OFFSET));
  }

  /** How many of the function's holds of MVars, from the first on, stay on the way there. */
  public static int holds(long segment) {
    return Short.toUnsignedInt(Memory.getShort(segment + HOLDS_OFFSET));
  }
}
