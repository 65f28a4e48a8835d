package org.skerry.mvar;

import static org.skerry.memory.Memory.getByte;
import static org.skerry.memory.Memory.getLong;
import static org.skerry.memory.Memory.putLong;
import static org.skerry.mvar.MvarLayout.*;

import org.skerry.memory.Memory;
import org.skerry.process.ProcessLayout;
import org.skerry.process.WorkerContext;

/**
 * The cases of {@link MvarLocks} and {@link BriefLocks} in which nobody stands against it and no
 * memory is needed: what compiled code does in place. Each does all of it, or nothing and says so;
 * the outcome is the same as by the general way. Static methods, for the process's owner, online,
 * of a process that has not begun to wait: who goes on with a wait goes the general way.
 */
public final class FreeLocks {
  /** It is done. */
  public static final int DONE = 0;

  /**
   * Nothing is done, for what will not be so next time: somebody stands against it, or did so a
   * moment ago, or the process has never held anything.
   */
  public static final int MET = 1;

  /** Nothing is done, for it is none of these cases. */
  public static final int NO_CASE = 2;

  private FreeLocks() {}

  /** Whether the process has begun to wait for an MVar, and so goes on the general way. */
  public static boolean isWaiting(long process) {
    return Holds.pending(process) != Memory.NULL;
  }

  /** Whether the process holds nothing: where it has no value then, it has met somebody. */
  public static boolean holdsNothing(long process) {
    long locks = getLong(process + ProcessLayout.LOCKS);
    return locks == Memory.NULL || getLong(locks + HOLDS) == Memory.NULL;
  }

  /** The value word, if nobody writes or waits; otherwise {@link MvarValue#NONE}. */
  public static long read(long process, long mvar) {
    return BriefLocks.readFree(mvar);
  }

  /** The value word, if the process's newest hold is of the MVar; otherwise NONE. */
  public static long readHeld(long process, long mvar) {
    long locks = getLong(process + ProcessLayout.LOCKS);
    long newest = locks == Memory.NULL ? Memory.NULL : getLong(locks + HOLDS);
    return newest != Memory.NULL && getLong(newest + MVAR) == mvar
        ? getLong(mvar + VALUE)
        : MvarValue.NONE;
  }

  /**
   * Holds an MVar, if nobody's hold or wish is against it, and if it is the process's first or its
   * other ones leave room.
   *
   * @param access {@link MvarLocks#READ} or {@link MvarLocks#WRITE}
   * @param frame the process's top frame
   * @param where function and pc of the instruction, as in a frame's header
   * @return {@link #DONE}, {@link #MET} or {@link #NO_CASE}
   */
  public static int lock(long process, long mvar, int access, long frame, long where) {
    long locks = getLong(process + ProcessLayout.LOCKS);
    if (locks == Memory.NULL) {
      return MET;
    }
    if (getLong(locks + FIRST_HOLD + MVAR) != Memory.NULL) {
      return NO_CASE;
    }
    long word = Memory.getLongOpaque(mvar + WORD);
    if (access == HoldQueue.READ ? isAgainstRead(word, locks) : (word & LockWord.BUSY) != 0) {
      return MET;
    }
    if (!LockWord.tryLatch(mvar, word)) {
      return MET;
    }
    long hold = locks + FIRST_HOLD;
    Holds.fill(hold, mvar, frame, where, access, 0);
    if (access == HoldQueue.READ) {
      LockWord.unlatch(mvar, HoldQueue.grant(mvar, word, hold));
    } else {
      LockWord.unlatch(mvar, HoldQueue.grantToOnly(mvar, word, hold, process));
    }
    Holds.push(locks, hold);
    return DONE;
  }

  /** Whether it must wait, or may be one of the readers already. */
  private static boolean isAgainstRead(long word, long locks) {
    return (word & (LockWord.LATCH | LockWord.WRITER | LockWord.WAITERS)) != 0
        || (word & LockWord.READERS) != 0 && getLong(locks + HOLDS) != Memory.NULL;
  }

  /**
   * Undoes the process's newest hold, if it is its only one of that MVar and nobody waits.
   *
   * @return {@link #DONE}, {@link #MET} or {@link #NO_CASE}
   */
  public static int unlock(long process, long mvar) {
    long locks = getLong(process + ProcessLayout.LOCKS);
    long hold = locks + FIRST_HOLD;
    // Who unlocks has held something, so the record is there.
    if (getLong(locks + HOLDS) != hold
        || getLong(hold + MVAR) != mvar
        || getByte(hold + PRIOR) != HoldQueue.NONE) {
      return NO_CASE;
    }
    long word = Memory.getLongOpaque(mvar + WORD);
    if ((word & LockWord.AGAINST_RELEASE) != 0 || !LockWord.tryLatch(mvar, word)) {
      return MET;
    }
    if ((word & LockWord.WRITER) != 0) {
      LockWord.unlatch(mvar, HoldQueue.revokeFromOnly(mvar, word));
    } else {
      LockWord.unlatch(mvar, HoldQueue.revoke(mvar, word, hold));
    }
    putLong(locks + HOLDS, getLong(hold + BELOW));
    putLong(hold + MVAR, Memory.NULL);
    return DONE;
  }

  /**
   * Puts an immediate term in the place of the value, if the process's newest hold is one of the
   * MVar for writing.
   *
   * @return whether it did
   */
  public static boolean writeHeld(WorkerContext context, long process, long mvar, long value) {
    long locks = getLong(process + ProcessLayout.LOCKS);
    long newest = locks == Memory.NULL ? Memory.NULL : getLong(locks + HOLDS);
    if (newest == Memory.NULL
        || getLong(newest + MVAR) != mvar
        || getByte(newest + ACCESS) != HoldQueue.WRITE
        || !MvarValue.isImmediate(value)) {
      return false;
    }
    // Whoever looks at the value sees that there is a writer, until its hold ends.
    MvarValue.replace(context, mvar, value);
    return true;
  }

  /**
   * Puts an immediate term in the place of the value, if the process holds nothing, and nobody
   * holds the MVar or waits for it.
   *
   * @return {@link #DONE}, {@link #MET} or {@link #NO_CASE}
   */
  public static int write(WorkerContext context, long process, long mvar, long value) {
    if (!MvarValue.isImmediate(value) || !holdsNothing(process)) {
      return NO_CASE;
    }
    long word = Memory.getLongOpaque(mvar + WORD);
    if ((word & LockWord.BUSY) != 0 || !LockWord.tryLatch(mvar, word)) {
      return MET;
    }
    MvarValue.replace(context, mvar, value);
    LockWord.unlatch(mvar, word);
    return DONE;
  }
}
