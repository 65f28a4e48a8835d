package org.skerry.semantics;

import org.skerry.heap.Heap;
import org.skerry.heap.HeapLayout;
import org.skerry.memory.Memory;
import org.skerry.process.WorkerContext;
import org.skerry.term.HeapWriter;

/**
 * Room in the heap of the process that runs. An instruction makes all the room that it may need
 * before it reads its operands for good: making room may collect, and a collection moves what
 * operands point to.
 */
public final class Room {
  /** Bytes of bulk work (copied, collected, compared) that cost one reduction. */
  private static final int BYTES_PER_REDUCTION = 512;

  /** Bytes that a step of a deep term operation stands for. */
  private static final int BYTES_PER_STEP = 64;

  private Room() {}

  /** Whether the room is there already. */
  public static boolean fits(long process, long byteCount) {
    return Memory.getLong(process + HeapLayout.HEAP_END)
            - Memory.getLong(process + HeapLayout.HEAP_TOP)
        >= byteCount;
  }

  /**
   * Makes room; may collect, so the process's frames are saved before.
   *
   * @throws ProcessLimit if a limit stands against it
   */
  public static void make(WorkerContext context, long process, long byteCount) {
    if (!context.ensureRoom(process, byteCount)) {
      throw context.heap().wasRefusedByVm() ? ProcessLimit.MEMORY : ProcessLimit.HEAP;
    }
  }

  /** Makes room, and opens the worker's writer on it. */
  public static HeapWriter open(WorkerContext context, long process, long byteCount) {
    make(context, process, byteCount);
    HeapWriter writer = context.writer();
    Heap.enter(process, writer);
    return writer;
  }

  /** Keeps what the writer built, and passes {@code term} on. */
  public static long close(long process, HeapWriter writer, long term) {
    Heap.leave(process, writer);
    return term;
  }

  /** Notes that an instruction has done bulk work: otherwise one could hold a worker for long. */
  static void charge(long process, long byteCount) {
    long debt = Memory.getLong(process + HeapLayout.WORK_DEBT);
    Memory.putLong(process + HeapLayout.WORK_DEBT, debt + byteCount);
  }

  /** The reductions that bulk work since the last call costs. */
  public static int takeReductions(WorkerContext context, long process) {
    long bytes =
        Memory.getLong(process + HeapLayout.WORK_DEBT)
            + context.scratch().takeSteps() * BYTES_PER_STEP;
    Memory.putLong(process + HeapLayout.WORK_DEBT, bytes % BYTES_PER_REDUCTION);
    return (int) Math.min(bytes / BYTES_PER_REDUCTION, Integer.MAX_VALUE / 2);
  }

  /** Which limit left no room for a stack chunk of so many bytes. */
  static ProcessLimit limitAgainst(WorkerContext context, long process, long byteCount) {
    long used = Memory.getLong(process + HeapLayout.MEMORY_USED);
    long max = Memory.getLong(process + HeapLayout.MEMORY_MAX);
    if (byteCount <= max - used) {
      return ProcessLimit.MEMORY;
    }
    context.heap().refused(byteCount);
    return ProcessLimit.HEAP;
  }
}
