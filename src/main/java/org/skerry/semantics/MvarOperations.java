package org.skerry.semantics;

import static org.skerry.memory.Memory.getLong;
import static org.skerry.memory.Memory.putLong;

import org.skerry.heap.HeapLayout;
import org.skerry.memory.VmBug;
import org.skerry.mvar.BriefLocks;
import org.skerry.mvar.Cycle;
import org.skerry.mvar.MvarLocks;
import org.skerry.mvar.MvarValue;
import org.skerry.mvar.Mvars;
import org.skerry.mvar.SharedMap;
import org.skerry.process.AwaitKind;
import org.skerry.process.ProcessLayout;
import org.skerry.process.WorkerContext;
import org.skerry.term.HeapWriter;
import org.skerry.term.Term;
import org.skerry.term.TermError;
import org.skerry.term.TermImage;

/**
 * Reading, writing and locking MVars. What has to wait is in the MVar's queue and answers {@link
 * Control#AWAIT}; executed again, it goes on with what it has begun.
 */
public final class MvarOperations {
  private static final int WORDS = 1;
  private static final int BRANCH_WORDS = 2;

  private MvarOperations() {}

  /** The value where it is an immediate and nobody stands against it; or {@link Term#NONE}. */
  public static long readAtOnce(long process, long mvar) {
    long value = BriefLocks.readAtOnce(process, mvar);
    return MvarValue.isImmediate(value) ? value : Term.NONE;
  }

  /** A copy of the value; waits while another holds the MVar for writing, or waits to. */
  public static int read(WorkerContext context, long process, long destination, int mvarIndex) {
    long mvar = Mvars.of(context).address(mvarIndex);
    while (true) {
      boolean isAgain = MvarLocks.isPending(process);
      if (Mvars.hasSharedMap(mvar) && !BriefLocks.isAnswered(process)) {
        int done = SharedMaps.readAll(context, process, destination, mvar, isAgain);
        if (done != SharedMaps.NO_MAP) {
          return done;
        }
      }
      long value = BriefLocks.read(context, process, mvar);
      if (value == BriefLocks.BLOCKED) {
        return await(context, process, mvar, isAgain);
      }
      if (value == BriefLocks.NO_MEMORY) {
        throw noRoom(context, process);
      }
      if (MvarValue.isImmediate(value) || MvarValue.kind(value) != MvarValue.MAP) {
        putLong(destination, term(context, process, value));
        return WORDS;
      }
    }
  }

  /** The term of a value word: a copy of an image, anything else in place. */
  private static long term(WorkerContext context, long process, long value) {
    if (MvarValue.isImmediate(value)) {
      return value;
    }
    if (value == MvarValue.NONE) {
      throw TermError.UNDEFINED;
    }
    long address = MvarValue.address(value);
    if (MvarValue.kind(value) == MvarValue.LITERAL) {
      return address;
    }
    if (MvarValue.kind(value) != MvarValue.IMAGE) {
      throw new VmBug("A value word has a known kind", "value", Long.toHexString(value));
    }
    long bytes = TermImage.heapBytes(address);
    HeapWriter writer = Room.open(context, process, bytes);
    long term = Room.close(process, writer, TermImage.copyInto(address, writer));
    Room.charge(process, bytes);
    return term;
  }

  /** Puts a copy of a term in the place of the value; waits while another holds the MVar. */
  public static int write(WorkerContext context, long process, int mvarIndex, long sourceSlot) {
    long mvar = Mvars.of(context).address(mvarIndex);
    while (true) {
      boolean isAgain = MvarLocks.isPending(process);
      // An image is made before the MVar is locked, but not for a write that has to wait.
      boolean isBlocked = BriefLocks.isBlocked(process, mvar);
      if (isBlocked && isAgain) {
        return await(context, process, mvar, true); // granted from here on, it is woken
      }
      long value = isBlocked ? Term.NIL : value(context, process, getLong(sourceSlot));
      switch (BriefLocks.beginWrite(context, process, mvar)) {
        case MvarLocks.HELD -> {
          if (!isBlocked) {
            MvarValue.replace(context, mvar, value);
          }
          BriefLocks.endWrite(context, mvar);
          if (!isBlocked) {
            return WORDS;
          }
        }
        case MvarLocks.AWAIT -> {
          discard(context, value);
          return await(context, process, mvar, isAgain);
        }
        default -> {
          discard(context, value);
          throw noRoom(context, process);
        }
      }
    }
  }

  /** A value word for a term; the caller owns what it leads to. */
  private static long value(WorkerContext context, long process, long term) {
    if (!Term.isObject(term)) {
      return term;
    }
    if (Term.isMap(term)) {
      long start = getLong(process + HeapLayout.HEAP_START);
      long end = getLong(process + HeapLayout.HEAP_END);
      return SharedMap.of(term, start, end, context.scratch()) | MvarValue.MAP;
    }
    return Images.of(context, process, term, Long.MAX_VALUE) | MvarValue.IMAGE;
  }

  private static void discard(WorkerContext context, long value) {
    MvarValue.release(value, context.cache());
  }

  /**
   * Gives an MVar its first value: what the function of a process returned that computed it.
   *
   * @return false where there is no memory for it
   */
  public static boolean initialize(
      WorkerContext context, long process, int mvarIndex, long result) {
    try {
      Mvars.of(context).initialize(context, mvarIndex, value(context, process, result));
      return true;
    } catch (TermError noMemory) {
      return false;
    }
  }

  /**
   * Holds an MVar; waits until that is possible.
   *
   * @param access {@link MvarLocks#READ} or {@link MvarLocks#WRITE}
   */
  public static int lock(WorkerContext context, long process, int mvarIndex, int access) {
    long mvar = Mvars.of(context).address(mvarIndex);
    boolean isAgain = MvarLocks.isPending(process);
    return switch (MvarLocks.lock(context, process, mvar, access, MvarLocks.PATIENT)) {
      case MvarLocks.HELD -> WORDS;
      case MvarLocks.AWAIT -> await(context, process, mvar, isAgain);
      default -> throw noRoom(context, process);
    };
  }

  /** Holds an MVar, or goes to the label where that is not possible at once. */
  public static int tryLock(
      WorkerContext context, long process, int mvarIndex, int access, int label) {
    long mvar = Mvars.of(context).address(mvarIndex);
    return switch (MvarLocks.lock(context, process, mvar, access, MvarLocks.NEVER)) {
      case MvarLocks.HELD -> BRANCH_WORDS;
      case MvarLocks.REFUSED -> label;
      default -> throw noRoom(context, process);
    };
  }

  /** Holds an MVar, or goes to the label where that is not possible in time. */
  public static int lockTimeout(
      WorkerContext context, long process, int mvarIndex, int access, long timeoutNs, int label) {
    long mvar = Mvars.of(context).address(mvarIndex);
    boolean isAgain = MvarLocks.isPending(process);
    int patience = !isAgain && timeoutNs <= 0 ? MvarLocks.NEVER : MvarLocks.TIMED;
    int result = MvarLocks.lock(context, process, mvar, access, patience);
    if (result == MvarLocks.AWAIT && isOver(context, process, timeoutNs)) {
      // Granted at the last moment it is held, as if no time had passed since.
      result =
          MvarLocks.withdraw(context, process)
              ? MvarLocks.REFUSED
              : MvarLocks.lock(context, process, mvar, access, patience);
    }
    switch (result) {
      case MvarLocks.HELD -> {
        Messaging.endDeadline(context, process, ProcessLayout.WAIT_DEADLINE_NS);
        return BRANCH_WORDS;
      }
      case MvarLocks.REFUSED -> {
        Messaging.endDeadline(context, process, ProcessLayout.WAIT_DEADLINE_NS);
        return label;
      }
      case MvarLocks.AWAIT -> {
        Messaging.await(context, process, AwaitKind.MVAR, mvar);
        return Control.AWAIT;
      }
      default -> throw noRoom(context, process);
    }
  }

  /** Whether the time of the wait in progress is over; sets its deadline where it just began. */
  private static boolean isOver(WorkerContext context, long process, long timeoutNs) {
    long now = context.world().nanoTime();
    long deadline = getLong(process + ProcessLayout.WAIT_DEADLINE_NS);
    if (deadline == 0) {
      deadline = Messaging.deadline(now, timeoutNs);
      putLong(process + ProcessLayout.WAIT_DEADLINE_NS, deadline);
      context.timers().wakeAt(process, deadline);
    } else if (now - deadline >= 0) {
      return true;
    } else if (getLong(process + ProcessLayout.TIMER) == 0) {
      context.timers().wakeAt(process, deadline);
    }
    return false;
  }

  /** Ends the function's last lock of an MVar. */
  public static int unlock(WorkerContext context, long process, int mvarIndex) {
    MvarLocks.unlock(context, process, Mvars.of(context).address(mvarIndex));
    return WORDS;
  }

  /**
   * The process, which is in the queue of an MVar, suspends; unless it would wait for itself.
   *
   * @param isAgain whether it was in the queue before
   */
  static int await(WorkerContext context, long process, long mvar, boolean isAgain) {
    Cycle cycle = Deadlocks.find(context, process, isAgain);
    if (cycle != null && MvarLocks.withdraw(context, process)) {
      return Deadlocks.raise(context, process, cycle);
    }
    Messaging.await(context, process, AwaitKind.MVAR, mvar);
    return Control.AWAIT;
  }

  /** Which limit leaves no room to hold an MVar. */
  static ProcessLimit noRoom(WorkerContext context, long process) {
    return Room.limitAgainst(context, process, MvarLocks.HOLD_CHARGE);
  }
}
