package org.skerry.mvar;

import static org.skerry.memory.Memory.getLong;
import static org.skerry.mvar.MvarLayout.*;

import org.skerry.memory.Memory;
import org.skerry.process.ProcessLayout;
import org.skerry.process.WorkerContext;
import org.skerry.term.Term;

/**
 * Access to an MVar for one operation. A read takes no lock and stores nothing that others see: it
 * looks at the lock word before and behind. A write sets the latch. Only where a process holds the
 * MVar against it, or somebody waits already, does it queue; what it is granted then it gives back
 * as soon as it runs again. Static methods, for the process's owner, online.
 */
public final class BriefLocks {
  /** {@link #read}: the process is in the queue, must suspend and execute the instruction again. */
  public static final long BLOCKED = Term.NONE;

  /** {@link #read}: its own cap or the VM's leaves no room to wait. */
  public static final long NO_MEMORY = Term.TOMBSTONE;

  private BriefLocks() {}

  /**
   * Reads the value word.
   *
   * @return a word as in {@link MvarValue}, {@link #BLOCKED} or {@link #NO_MEMORY}. What it leads
   *     to stays as long as the caller is online.
   */
  public static long read(WorkerContext context, long process, long mvar) {
    long value = readAtOnce(process, mvar);
    return value == BLOCKED ? readSlowly(context, process, mvar) : value;
  }

  /** As {@link #read}, but {@link #BLOCKED} where it is not possible at once, without a queue. */
  public static long readAtOnce(long process, long mvar) {
    long locks = getLong(process + ProcessLayout.LOCKS);
    if (locks != Memory.NULL && getLong(locks + WAIT_HOLD) != Memory.NULL) {
      return BLOCKED;
    }
    long value = readFree(mvar);
    if (value != MvarValue.NONE) {
      return value;
    }
    return Holds.access(locks, mvar) == HoldQueue.NONE ? BLOCKED : getLong(mvar + VALUE);
  }

  /** The value word, if nobody writes or waits; otherwise {@link MvarValue#NONE}. */
  static long readFree(long mvar) {
    for (; ; ) {
      long word = Memory.getLongAcquire(mvar + WORD);
      if ((word & (LockWord.WRITER | LockWord.WAITERS)) != 0) {
        return MvarValue.NONE;
      }
      // Acquire: the word is loaded again behind it.
      long value = Memory.getLongAcquire(mvar + VALUE);
      if (((Memory.getLongOpaque(mvar + WORD) ^ word) & LockWord.READ_MASK) == 0) {
        return value;
      }
    }
  }

  /** Whether a read has its value already, whatever the MVar has now: {@link #read} takes it. */
  public static boolean isAnswered(long process) {
    long pending = Holds.pending(process);
    return pending != Memory.NULL && Memory.getIntAcquire(pending + STATE) == HoldQueue.ANSWERED;
  }

  private static long readSlowly(WorkerContext context, long process, long mvar) {
    long pending = Holds.pending(process);
    if (pending != Memory.NULL) {
      return readGranted(context, process, mvar, pending);
    }
    for (int times = 0;
        times < LockWord.PATIENCE && LockWord.outlastWriter(context, mvar);
        times++) {
      long value = readAtOnce(process, mvar);
      if (value != BLOCKED) {
        return value;
      }
    }
    long hold = Holds.create(context, process, mvar, HoldQueue.READ, HoldQueue.BRIEF);
    if (hold == Memory.NULL) {
      return NO_MEMORY;
    }
    long word = LockWord.latch(context, mvar);
    if (HoldQueue.isFree(mvar, word, HoldQueue.READ, HoldQueue.NONE)) {
      long value = getLong(mvar + VALUE);
      LockWord.unlatch(mvar, word);
      Holds.free(context, process, hold);
      return value;
    }
    LockWord.unlatch(mvar, HoldQueue.enqueue(context, mvar, word, hold));
    return BLOCKED;
  }

  private static long readGranted(WorkerContext context, long process, long mvar, long pending) {
    MvarLocks.checkSame(process, mvar, pending);
    int state = Memory.getIntAcquire(pending + STATE);
    if (state == HoldQueue.WAITING) {
      return BLOCKED;
    }
    if (state == HoldQueue.ANSWERED) {
      long answer = getLong(pending + ANSWER);
      HoldQueue.admitMore(context, mvar);
      MvarLocks.forget(context, process, pending);
      return answer;
    }
    long word = LockWord.latch(context, mvar);
    long value = getLong(mvar + VALUE);
    word = HoldQueue.revoke(mvar, word, pending);
    LockWord.unlatch(mvar, HoldQueue.admit(context, mvar, word));
    HoldQueue.notifyGranted(context);
    MvarLocks.forget(context, process, pending);
    return value;
  }

  /** Whether {@link #beginWrite} would have to wait just now, as far as can be seen. */
  public static boolean isBlocked(long process, long mvar) {
    long locks = getLong(process + ProcessLayout.LOCKS);
    long pending = locks == Memory.NULL ? Memory.NULL : getLong(locks + WAIT_HOLD);
    if (pending != Memory.NULL) {
      return Memory.getIntAcquire(pending + STATE) == HoldQueue.WAITING;
    }
    long word = Memory.getLongOpaque(mvar + WORD);
    return (word & (LockWord.WRITER | LockWord.READERS | LockWord.WAITERS)) != 0
        && Holds.access(locks, mvar) == HoldQueue.NONE;
  }

  /**
   * Begins a write, or queues for it. Between this and {@link #endWrite} the caller may read the
   * value and {@link MvarValue#replace} it, and must not wait for anything, nor throw.
   *
   * @return {@link MvarLocks#HELD}, {@link MvarLocks#AWAIT} or {@link MvarLocks#NO_MEMORY}
   */
  public static int beginWrite(WorkerContext context, long process, long mvar) {
    long locks = getLong(process + ProcessLayout.LOCKS);
    if ((locks == Memory.NULL || getLong(locks + WAIT_HOLD) == Memory.NULL)
        && LockWord.latchFree(mvar)) {
      return MvarLocks.HELD;
    }
    return beginSlowly(context, process, mvar, HoldQueue.WRITE);
  }

  /**
   * Begins to read more than the value word, or queues for it; otherwise as {@link #beginWrite}.
   * For what cannot be read as {@link #read} does, since others come between again and again.
   */
  static int beginRead(WorkerContext context, long process, long mvar) {
    return beginSlowly(context, process, mvar, HoldQueue.READ);
  }

  private static int beginSlowly(WorkerContext context, long process, long mvar, int access) {
    long pending = Holds.pending(process);
    if (pending != Memory.NULL) {
      return beginGranted(context, process, mvar, pending);
    }
    int prior = Holds.access(getLong(process + ProcessLayout.LOCKS), mvar);
    long word =
        MvarLocks.holdsAny(process)
            ? LockWord.latch(context, mvar)
            : LockWord.latchPatiently(context, mvar, LockWord.against(access));
    if (HoldQueue.isFree(mvar, word, access, prior)) {
      return MvarLocks.HELD;
    }
    LockWord.unlatch(mvar, word);
    long hold = Holds.create(context, process, mvar, access, 0);
    if (hold == Memory.NULL) {
      return MvarLocks.NO_MEMORY;
    }
    Memory.putByte(hold + PRIOR, (byte) prior); // the process's own, so it is the same still
    word = LockWord.latch(context, mvar);
    if (HoldQueue.isFree(mvar, word, access, prior)) {
      Holds.free(context, process, hold);
      return MvarLocks.HELD;
    }
    LockWord.unlatch(mvar, HoldQueue.enqueue(context, mvar, word, hold));
    return MvarLocks.AWAIT;
  }

  private static int beginGranted(WorkerContext context, long process, long mvar, long pending) {
    MvarLocks.checkSame(process, mvar, pending);
    if (Memory.getIntAcquire(pending + STATE) == HoldQueue.WAITING) {
      return MvarLocks.AWAIT;
    }
    long word = HoldQueue.revoke(mvar, LockWord.latch(context, mvar), pending);
    // The latch stays set, so nobody is let in before the end.
    Memory.putLongRelease(mvar + WORD, word | LockWord.LATCH);
    MvarLocks.forget(context, process, pending);
    return MvarLocks.HELD;
  }

  /**
   * Ends what {@link #beginWrite} or {@link #beginRead} began, and lets those go who have queued
   * meanwhile.
   */
  public static void endWrite(WorkerContext context, long mvar) {
    long word = getLong(mvar + WORD) & ~LockWord.LATCH;
    if ((word & LockWord.WAITERS) == 0) {
      LockWord.unlatch(mvar, word);
    } else {
      LockWord.unlatch(mvar, HoldQueue.admit(context, mvar, word));
      HoldQueue.notifyGranted(context);
    }
  }
}
