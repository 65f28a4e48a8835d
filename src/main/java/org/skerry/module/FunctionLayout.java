package org.skerry.module;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.ValueLayout;
import org.skerry.memory.LayoutTable;
import org.skerry.memory.Memory;

/**
 * The bytes of a function record, which {@link CodeSpace#functionAddress} finds. Records never move
 * and are complete before their function's index reaches anyone. See {@code
 * native-notes/frames.md}.
 */
public final class FunctionLayout {
  /** The declaration. */
  public static final LayoutTable TABLE =
      LayoutTable.of(
              "function",
              MemoryLayout.structLayout(
                  ValueLayout.JAVA_LONG.withName("code"),
                  ValueLayout.JAVA_INT.withName("frameBytes"),
                  ValueLayout.JAVA_INT.withName("codeWords"),
                  ValueLayout.JAVA_LONG.withName("liveness"),
                  ValueLayout.JAVA_LONG.withName("handlers"),
                  ValueLayout.JAVA_INT.withName("handlerCount"),
                  ValueLayout.JAVA_INT.withName("moduleIndex"),
                  ValueLayout.JAVA_INT.withName("functionIndex"),
                  ValueLayout.JAVA_SHORT.withName("liveSetWords"),
                  ValueLayout.JAVA_BYTE.withName("resultBank"),
                  ValueLayout.JAVA_BYTE.withName("flags"),
                  ValueLayout.JAVA_SHORT.withName("rCount"),
                  ValueLayout.JAVA_SHORT.withName("iCount"),
                  ValueLayout.JAVA_SHORT.withName("fCount"),
                  ValueLayout.JAVA_SHORT.withName("rParameters"),
                  ValueLayout.JAVA_SHORT.withName("iParameters"),
                  ValueLayout.JAVA_SHORT.withName("fParameters"),
                  ValueLayout.JAVA_INT.withName("successor")))
          .note("code", "address of the linked words")
          .note("frameBytes", "header and registers of all banks")
          .note("codeWords", "64-bit words of code")
          .note("liveness", "address of the liveness table")
          .note("handlers", "address of the handler segments, 0 if none")
          .note("handlerCount", "number of handler segments")
          .note("moduleIndex", "index of its module in the VM")
          .note("functionIndex", "its own index")
          .note("liveSetWords", "64-bit words of a set in the liveness table")
          .note("resultBank", "ordinal of the result's bank")
          .note("flags", "`EXPORTED`, `TERMS_ONLY`, `COMPILED`")
          .note("rCount", "registers of bank r")
          .note("iCount", "registers of bank i")
          .note("fCount", "registers of bank f")
          .note("rParameters", "parameters that arrive in the first r registers")
          .note("iParameters", "parameters that arrive in the first i registers")
          .note("fParameters", "parameters that arrive in the first f registers")
          .note(
              "successor",
              "0; of old code 1 + the index of the current version's function, or -1; release");

  /** Bytes of a record. */
  public static final int BYTES = TABLE.byteSize();

  /** 64 bits: address of the linked code. */
  public static final int CODE_OFFSET = TABLE.offset("code");

  /** 32 bits: bytes of a frame. */
  public static final int FRAME_BYTES_OFFSET = TABLE.offset("frameBytes");

  /** 32 bits: number of code words. */
  public static final int CODE_WORDS_OFFSET = TABLE.offset("codeWords");

  /** 64 bits: address of the liveness table, see {@link Liveness}. */
  public static final int LIVENESS_OFFSET = TABLE.offset("liveness");

  /** 64 bits: address of the handler segments, see {@link HandlerTable}; 0 if there are none. */
  public static final int HANDLERS_OFFSET = TABLE.offset("handlers");

  /** 32 bits: number of handler segments. */
  public static final int HANDLER_COUNT_OFFSET = TABLE.offset("handlerCount");

  /** 32 bits: index of the function's module. */
  public static final int MODULE_INDEX_OFFSET = TABLE.offset("moduleIndex");

  /** 32 bits: the function's own index. */
  public static final int FUNCTION_INDEX_OFFSET = TABLE.offset("functionIndex");

  /** 16 bits: words of a live set. */
  public static final int LIVE_SET_WORDS_OFFSET = TABLE.offset("liveSetWords");

  /** 8 bits: ordinal of the result's {@code Bank}. */
  public static final int RESULT_BANK_OFFSET = TABLE.offset("resultBank");

  /** 8 bits: {@link #EXPORTED}, {@link #TERMS_ONLY}. */
  public static final int FLAGS_OFFSET = TABLE.offset("flags");

  /** 16 bits: registers of bank r. */
  public static final int R_COUNT_OFFSET = TABLE.offset("rCount");

  /** 16 bits: registers of bank i. */
  public static final int I_COUNT_OFFSET = TABLE.offset("iCount");

  /** 16 bits: registers of bank f. */
  public static final int F_COUNT_OFFSET = TABLE.offset("fCount");

  /** 16 bits: parameters of bank r; a closure's captures are the last of them. */
  public static final int R_PARAMETERS_OFFSET = TABLE.offset("rParameters");

  /** 16 bits: parameters of bank i. */
  public static final int I_PARAMETERS_OFFSET = TABLE.offset("iParameters");

  /** 16 bits: parameters of bank f. */
  public static final int F_PARAMETERS_OFFSET = TABLE.offset("fParameters");

  /** 32 bits: where closures by name go that were made of old code. */
  public static final int SUCCESSOR_OFFSET = TABLE.offset("successor");

  /** What {@code successor} says where the current version has no such function. */
  static final int NO_SUCCESSOR = -1;

  /** Flag: other modules may name the function. */
  public static final int EXPORTED = 1;

  /** Flag: takes terms only and gives a term, so a closure may have it. */
  public static final int TERMS_ONLY = 2;

  /** Flag: there is compiled code for the function. A hint, set while processes run. */
  public static final int COMPILED = 4;

  static {
    assert BYTES == 64 : BYTES;
  }

  private FunctionLayout() {}

  /** Where the parameters of a function's frame end. */
  public static int argumentsEnd(long record) {
    int terms = Memory.getShort(record + R_PARAMETERS_OFFSET) & 0xFFFF;
    return firstTermOffset(record) + FrameLayout.REGISTER_BYTES * terms;
  }

  /** Where register {@code r0} lies in a function's frame: behind the parameters of i and f. */
  public static int firstTermOffset(long record) {
    int before =
        (Memory.getShort(record + I_PARAMETERS_OFFSET) & 0xFFFF)
            + (Memory.getShort(record + F_PARAMETERS_OFFSET) & 0xFFFF);
    return FrameLayout.registerOffset(before);
  }
}
