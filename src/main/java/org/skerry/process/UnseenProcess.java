package org.skerry.process;

import org.skerry.heap.HeapLayout;
import org.skerry.memory.BlockCache;
import org.skerry.memory.Memory;
import org.skerry.term.Term;

/**
 * A process that a thread of the host keeps, and calls functions in that show their process to
 * nobody, one after the other: it is found under no pid, so it has no messages and no signals,
 * needs no edge of the wake word, and when a function has returned, the next begins in the same
 * block and under the same pid. What does not return at once is {@link #show shown}, and is a
 * process as any other from then on. See {@code native-notes/embedding.md}.
 *
 * <p>For the thread that owns the context, online.
 */
public final class UnseenProcess {
  /** One with more than that is not kept. */
  private static final long MAX_KEPT_BYTES = 8 * 1024;

  private UnseenProcess() {}

  /**
   * Begins with another function in a process that {@link #rest rests}.
   *
   * @param functionIndex a function without parameters of bank r; the caller writes its arguments
   *     into the frame
   * @return {@code process}; or {@link Lifecycle#TOO_MANY} or {@link Lifecycle#NO_MEMORY}, and then
   *     it rests still
   */
  public static long begin(WorkerContext context, long process, int functionIndex) {
    if (!context.table().countAgain()) {
      return Lifecycle.TOO_MANY;
    }
    Memory.putInt(process + ProcessLayout.FUNCTION_INDEX, functionIndex);
    Memory.putLong(process + ProcessLayout.REDUCTIONS, 0);
    if (!Lifecycle.pushBottomFrame(context, process, functionIndex)) {
      context.table().uncount();
      return Lifecycle.NO_MEMORY;
    }
    return process;
  }

  /**
   * Runs it for a slice.
   *
   * @return an outcome of {@link Engine}; where it is {@link Engine#EXITED}, the process has not
   *     ended yet, see {@link #hasReturned}
   */
  public static int run(WorkerContext context, long process, int reductions) {
    return Slice.runUnseen(context, process, reductions);
  }

  /** Whether the function has given a value, which is {@link #result}. */
  public static boolean hasReturned(long process) {
    return Memory.getByte(process + ProcessLayout.EXIT_KIND) == ExitKind.RETURNED.ordinal();
  }

  /** What it has given: a term in the process's heap, or an immediate. */
  public static long result(long process) {
    return Memory.getLong(process + HeapLayout.PENDING_TERM);
  }

  /**
   * The function has returned, and its result was read: the process rests, and is not counted.
   *
   * @return false where it is not worth to be kept, and is gone
   */
  public static boolean rest(WorkerContext context, long process) {
    context.counters().spawns++;
    context.counters().exits++;
    context.table().uncount();
    Stack.release(context.cache(), process);
    Memory.putLong(process + HeapLayout.HEAP_TOP, Memory.getLong(process + HeapLayout.HEAP_START));
    Memory.putLong(process + HeapLayout.PENDING_TERM, Term.NIL);
    boolean isKept = Memory.getLong(process + HeapLayout.MEMORY_USED) <= MAX_KEPT_BYTES;
    if (!isKept) {
      discard(context, process);
    }
    Lifecycle.tellIfLast(context);
    return isKept;
  }

  /**
   * From now on it is a process as any other, which its owner runs, and is kept no more.
   *
   * @param outcome what {@link #run} returned
   * @return the same, where the process goes on or has ended; it may have more to do to end
   */
  public static int show(WorkerContext context, long process, int outcome) {
    Memory.putInt(process + ProcessLayout.STATE, Wake.RUNNING);
    context.table().publish(Memory.getLong(process + ProcessLayout.PID), process);
    context.counters().spawns++;
    return outcome == Engine.EXITED && !Lifecycle.exit(context, process)
        ? Engine.PREEMPTED
        : outcome;
  }

  /** Frees one that rests. */
  public static void discard(WorkerContext context, long process) {
    BlockCache cache = context.cache();
    context.table().forget(Memory.getLong(process + ProcessLayout.PID), context.indices());
    Lifecycle.releaseOwned(context, process);
    cache.free(process, ProcessLayout.BYTES);
  }
}
