package org.skerry.process;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.ValueLayout;
import org.skerry.heap.HeapLayout;
import org.skerry.memory.BlockCache;
import org.skerry.memory.LayoutTable;
import org.skerry.memory.Memory;
import org.skerry.module.FrameLayout;

/**
 * The stack trace of the error that a process caught last, for when it raises that error again: the
 * innermost frames' headers. A process has none before its first caught error, and none if its
 * memory cap leaves no room for it. All of it is its owner's.
 */
public final class Traces {
  /** Frames that a trace keeps, the innermost. */
  public static final int MAX_FRAMES = 30;

  /** The declaration. */
  public static final LayoutTable TABLE =
      LayoutTable.of(
              "trace",
              MemoryLayout.structLayout(
                  ValueLayout.JAVA_INT.withName("count"),
                  ValueLayout.JAVA_INT.withName("isLonger"),
                  MemoryLayout.sequenceLayout(MAX_FRAMES, ValueLayout.JAVA_LONG)
                      .withName("headers")))
          .note("count", "headers in use; owner, plain")
          .note("isLonger", "1 if the stack had more frames; owner, plain")
          .note("headers", "function index and pc of each frame, innermost first; owner, plain");

  private static final int COUNT = TABLE.offset("count");
  private static final int IS_LONGER = TABLE.offset("isLonger");
  private static final int HEADERS = TABLE.offset("headers");
  private static final int BYTES = TABLE.byteSize();

  private Traces() {}

  /**
   * Keeps the trace of an error that a handler is about to take.
   *
   * @param top the frame that raised it
   */
  public static void record(BlockCache cache, long process, long top) {
    long trace = block(cache, process);
    if (trace == Memory.NULL) {
      return;
    }
    int count = 0;
    long fp = top;
    while (fp != Memory.NULL && count < MAX_FRAMES) {
      Memory.putLong(trace + HEADERS + 8L * count++, Memory.getLong(fp));
      fp = Memory.getLong(fp + FrameLayout.CALLER_FRAME_OFFSET);
    }
    Memory.putInt(trace + COUNT, count);
    Memory.putInt(trace + IS_LONGER, fp == Memory.NULL ? 0 : 1);
  }

  /** Forgets the trace: the process ends with an error that was never caught. */
  public static void forget(long process) {
    long trace = Memory.getLong(process + ProcessLayout.TRACE);
    if (trace != Memory.NULL) {
      Memory.putInt(trace + COUNT, 0);
    }
  }

  /** Frames of the trace that was kept; 0 where there is none. */
  public static int frameCount(long process) {
    long trace = Memory.getLong(process + ProcessLayout.TRACE);
    return trace == Memory.NULL ? 0 : Memory.getInt(trace + COUNT);
  }

  /** The header of a frame of the trace; 0 is the innermost. */
  public static long header(long process, int index) {
    return Memory.getLong(Memory.getLong(process + ProcessLayout.TRACE) + HEADERS + 8L * index);
  }

  /** Whether the stack had more frames than the trace that was kept. */
  public static boolean isLonger(long process) {
    return Memory.getInt(Memory.getLong(process + ProcessLayout.TRACE) + IS_LONGER) != 0;
  }

  /** The process ends. */
  static void release(BlockCache cache, long process) {
    long trace = Memory.getLong(process + ProcessLayout.TRACE);
    if (trace != Memory.NULL) {
      Memory.putLong(process + ProcessLayout.TRACE, Memory.NULL);
      cache.free(trace, BYTES);
    }
  }

  private static long block(BlockCache cache, long process) {
    long trace = Memory.getLong(process + ProcessLayout.TRACE);
    if (trace != Memory.NULL) {
      return trace;
    }
    long used = Memory.getLong(process + HeapLayout.MEMORY_USED);
    long charge = BlockCache.blockSize(BYTES);
    if (charge > Memory.getLong(process + HeapLayout.MEMORY_MAX) - used) {
      return Memory.NULL;
    }
    trace = cache.allocate(BYTES);
    if (trace != Memory.NULL) {
      Memory.putLong(process + HeapLayout.MEMORY_USED, used + charge);
      Memory.putLong(process + ProcessLayout.TRACE, trace);
    }
    return trace;
  }
}
