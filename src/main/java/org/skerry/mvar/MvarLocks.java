package org.skerry.mvar;

import static org.skerry.memory.Memory.getByte;
import static org.skerry.memory.Memory.getLong;
import static org.skerry.memory.Memory.putByte;
import static org.skerry.memory.Memory.putLong;
import static org.skerry.mvar.MvarLayout.*;

import org.skerry.memory.Memory;
import org.skerry.memory.VmBug;
import org.skerry.process.ProcessLayout;
import org.skerry.process.WorkerContext;

/**
 * Locks that a process holds from one instruction to another. Strictly first come, first served,
 * neighbours that read together; who has the lock has it again at once, and who reads and wants to
 * write goes before all that have nothing. Static methods, for the process's owner, online.
 */
public final class MvarLocks {
  /** The process holds it now. */
  public static final int HELD = 0;

  /** The process is in the queue: it must suspend, and execute the instruction again. */
  public static final int AWAIT = 1;

  /** It would have to wait, and is not willing to. */
  public static final int REFUSED = 2;

  /** Its own cap or the VM's leaves no room for a hold. */
  public static final int NO_MEMORY = 3;

  /** Access for reading. */
  public static final int READ = HoldQueue.READ;

  /** Access for writing, which includes reading. */
  public static final int WRITE = HoldQueue.WRITE;

  /** Patience of one who waits until it has the lock. */
  public static final int PATIENT = 0;

  /** Patience of one who will {@link #withdraw} at some time. */
  public static final int TIMED = 1;

  /** Patience of one who does not wait. */
  public static final int NEVER = 2;

  /** What a process is charged at most for one hold more. */
  public static final long HOLD_CHARGE = Holds.HOLD_CHARGE + Holds.LOCKS_CHARGE;

  private MvarLocks() {}

  /**
   * Takes an MVar, or queues for it. Executed again, goes on with what was begun.
   *
   * @param access {@link #READ} or {@link #WRITE}
   * @param patience {@link #PATIENT}, {@link #TIMED} or {@link #NEVER}
   * @return {@link #HELD}, {@link #AWAIT}, {@link #REFUSED} or {@link #NO_MEMORY}
   */
  public static int lock(WorkerContext context, long process, long mvar, int access, int patience) {
    long pending = Holds.pending(process);
    if (pending != Memory.NULL) {
      return resume(context, process, mvar, pending);
    }
    long hold =
        Holds.create(context, process, mvar, access, patience == TIMED ? HoldQueue.TIMED_WAIT : 0);
    if (hold == Memory.NULL) {
      return NO_MEMORY;
    }
    long locks = getLong(process + ProcessLayout.LOCKS);
    int prior = Holds.access(locks, mvar); // before the latch: it may hold many
    long word =
        patience == NEVER || getLong(locks + HOLDS) != Memory.NULL
            ? LockWord.latch(context, mvar)
            : LockWord.latchPatiently(context, mvar, LockWord.against(access));
    putByte(hold + PRIOR, (byte) prior);
    if (HoldQueue.isFree(mvar, word, access, prior)) {
      LockWord.unlatch(mvar, HoldQueue.grant(mvar, word, hold));
      Holds.push(locks, hold);
      return HELD;
    }
    if (patience == NEVER) {
      LockWord.unlatch(mvar, word);
      Holds.free(context, process, hold);
      return REFUSED;
    }
    LockWord.unlatch(mvar, HoldQueue.enqueue(context, mvar, word, hold));
    return AWAIT;
  }

  private static int resume(WorkerContext context, long process, long mvar, long pending) {
    checkSame(process, mvar, pending);
    if (Memory.getIntAcquire(pending + STATE) == HoldQueue.WAITING) {
      return AWAIT;
    }
    RecordedWaits.end(context, process, pending);
    long locks = getLong(process + ProcessLayout.LOCKS);
    putLong(locks + WAIT_HOLD, Memory.NULL);
    Holds.push(locks, pending);
    HoldQueue.admitMore(context, mvar);
    return HELD;
  }

  static void checkSame(long process, long mvar, long pending) {
    if (getLong(pending + MVAR) != mvar) {
      throw new VmBug("A process waits for one MVar at a time", "process", process, "mvar", mvar);
    }
  }

  /** Whether the process has begun to wait for an MVar, or was granted what it waited for. */
  public static boolean isPending(long process) {
    return Holds.pending(process) != Memory.NULL;
  }

  /** Whether the process holds an MVar. */
  public static boolean holdsAny(long process) {
    long locks = getLong(process + ProcessLayout.LOCKS);
    return locks != Memory.NULL && getLong(locks + HOLDS) != Memory.NULL;
  }

  /** What the process holds of an MVar: 0, {@link #READ} or {@link #WRITE}. */
  public static int access(long process, long mvar) {
    return Holds.access(getLong(process + ProcessLayout.LOCKS), mvar);
  }

  /**
   * The process does not wait any more.
   *
   * @return false where it was granted what it waited for, and has it now
   */
  public static boolean withdraw(WorkerContext context, long process) {
    long hold = Holds.pending(process);
    long mvar = getLong(hold + MVAR);
    long word = LockWord.latch(context, mvar);
    if (Memory.getInt(hold + STATE) != HoldQueue.WAITING) {
      LockWord.unlatch(mvar, word);
      return false;
    }
    HoldQueue.dequeue(mvar, hold);
    LockWord.unlatch(mvar, HoldQueue.admit(context, mvar, word));
    HoldQueue.notifyGranted(context);
    forget(context, process, hold);
    return true;
  }

  /** The process's pending hold is no more; it is in no list. */
  static void forget(WorkerContext context, long process, long hold) {
    RecordedWaits.end(context, process, hold);
    putLong(getLong(process + ProcessLayout.LOCKS) + WAIT_HOLD, Memory.NULL);
    Holds.free(context, process, hold);
  }

  /** Undoes the process's newest hold of an MVar. */
  public static void unlock(WorkerContext context, long process, long mvar) {
    long locks = getLong(process + ProcessLayout.LOCKS);
    long hold = locks == Memory.NULL ? Memory.NULL : Holds.remove(locks, mvar);
    if (hold == Memory.NULL) {
      throw new VmBug("Verified code unlocks what it holds", "process", process, "mvar", mvar);
    }
    release(context, process, hold);
  }

  /**
   * Undoes the holds of a frame that is left by an error, or some of the frame that handles it. To
   * be called for each frame from the top on.
   *
   * @param kept how many of the frame's holds stay, from the first on
   */
  public static void unwind(WorkerContext context, long process, long frame, int kept) {
    long locks = getLong(process + ProcessLayout.LOCKS);
    int left = count(locks, frame) - kept;
    for (; left > 0; left--) {
      long hold = getLong(locks + HOLDS);
      putLong(locks + HOLDS, getLong(hold + BELOW));
      release(context, process, hold);
    }
  }

  private static int count(long locks, long frame) {
    int count = 0;
    for (long hold = getLong(locks + HOLDS);
        hold != Memory.NULL && getLong(hold + FRAME) == frame;
        hold = getLong(hold + BELOW)) {
      count++;
    }
    return count;
  }

  /** Undoes a hold that is off the process's list, and lets those go who wait for that. */
  private static void release(WorkerContext context, long process, long hold) {
    if (getByte(hold + PRIOR) < getByte(hold + ACCESS)) {
      long mvar = getLong(hold + MVAR);
      long word = HoldQueue.revoke(mvar, LockWord.latch(context, mvar), hold);
      if ((word & LockWord.WAITERS) == 0) {
        LockWord.unlatch(mvar, word);
      } else {
        LockWord.unlatch(mvar, HoldQueue.admit(context, mvar, word));
        HoldQueue.notifyGranted(context);
      }
    }
    Holds.free(context, process, hold);
  }

  /** The process does not want what it waits for or was granted any more, if there is anything. */
  public static void giveUp(WorkerContext context, long process) {
    long pending = Holds.pending(process);
    if (pending != Memory.NULL && !withdraw(context, process)) {
      if (Memory.getInt(pending + STATE) == HoldQueue.ANSWERED) {
        HoldQueue.admitMore(context, getLong(pending + MVAR));
        forget(context, process, pending);
      } else {
        putLong(getLong(process + ProcessLayout.LOCKS) + WAIT_HOLD, Memory.NULL);
        release(context, process, pending);
      }
    }
  }

  /**
   * The process ends: it waits no more, and undoes its holds, newest first. Its record stays.
   *
   * @param budget how many holds it may undo
   * @return whether it holds nothing any more
   */
  static boolean releaseAll(WorkerContext context, long process, int budget) {
    giveUp(context, process);
    long locks = getLong(process + ProcessLayout.LOCKS);
    long hold = getLong(locks + HOLDS);
    for (int i = 0; i < budget && hold != Memory.NULL; i++) {
      putLong(locks + HOLDS, getLong(hold + BELOW));
      release(context, process, hold);
      hold = getLong(locks + HOLDS);
    }
    return hold == Memory.NULL;
  }
}
