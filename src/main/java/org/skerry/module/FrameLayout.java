package org.skerry.module;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.ValueLayout;
import org.skerry.memory.LayoutTable;

/**
 * The bytes of a frame, from its frame pointer on: a header, the parameters of bank i, those of f,
 * all registers of bank r, then the others of i, then those of f. See {@code
 * native-notes/frames.md}.
 */
public final class FrameLayout {
  /** The declaration; the registers follow. */
  public static final LayoutTable TABLE =
      LayoutTable.of(
              "frame",
              MemoryLayout.structLayout(
                  ValueLayout.JAVA_INT.withName("pc"),
                  ValueLayout.JAVA_INT.withName("functionIndex"),
                  ValueLayout.JAVA_LONG.withName("callerFrame")))
          .note("pc", "top frame: what is executed next; others: their call; the running worker")
          .note("functionIndex", "the function whose registers follow; the running worker")
          .note("callerFrame", "absolute address, 0 in the bottom frame; the running worker");

  /** Offset of the header: {@link #header} writes pc and function index at once. */
  public static final int HEADER_OFFSET = TABLE.offset("pc");

  /** Offset of the 32-bit index of a code word. */
  public static final int PC_OFFSET = TABLE.offset("pc");

  /** Offset of the 32-bit function index. */
  public static final int FUNCTION_INDEX_OFFSET = TABLE.offset("functionIndex");

  /** Offset of the caller's frame pointer. */
  public static final int CALLER_FRAME_OFFSET = TABLE.offset("callerFrame");

  /** Offset of the first register. */
  public static final int REGISTERS_OFFSET = TABLE.byteSize();

  /** Bytes of a register. */
  public static final int REGISTER_BYTES = 8;

  /** Most bytes of a frame, so that every register's offset fits an operand of 16 bits. */
  public static final int MAX_FRAME_BYTES = 65_528;

  /** Most registers of a function, all banks together. */
  public static final int MAX_REGISTERS = (MAX_FRAME_BYTES - REGISTERS_OFFSET) / REGISTER_BYTES;

  private FrameLayout() {}

  /** The header word of a frame. */
  public static long header(int functionIndex, int pc) {
    return (long) functionIndex << 32 | pc & 0xFFFF_FFFFL;
  }

  /** The code word index in a header word. */
  public static int pc(long header) {
    return (int) header;
  }

  /** The function index in a header word. */
  public static int functionIndex(long header) {
    return (int) (header >>> 32);
  }

  /** Bytes of a frame with this many registers, all banks together. */
  public static int frameBytes(int registers) {
    return REGISTERS_OFFSET + REGISTER_BYTES * registers;
  }

  /** Offset of a register, counted over all banks as they lie there. */
  public static int registerOffset(int position) {
    return REGISTERS_OFFSET + REGISTER_BYTES * position;
  }
}
