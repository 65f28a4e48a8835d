package org.skerry.mvar;

import static org.skerry.memory.Memory.getByte;
import static org.skerry.memory.Memory.getLong;
import static org.skerry.mvar.MvarLayout.*;

import org.skerry.memory.Memory;
import org.skerry.process.ProcessLayout;
import org.skerry.process.RoomWaits;

/**
 * What a walk sees of a process that waits, from another thread, while {@link
 * org.skerry.process.SharedValues#awaitWalk} keeps its records. Static methods.
 */
final class Waits {
  private Waits() {}

  /** Whether a process is in a queue; who begins to wait later walks itself. */
  static boolean isWaiting(long process) {
    return awaited(process) != Memory.NULL || RoomWaits.entry(process) != Memory.NULL;
  }

  /** The MVar in whose queue a process is, or 0. */
  static long awaited(long process) {
    long locks = locks(process);
    return locks == Memory.NULL ? Memory.NULL : Memory.getLongAcquire(locks + WAIT_MVAR);
  }

  private static long locks(long process) {
    return Memory.getLongAcquire(process + ProcessLayout.LOCKS);
  }

  /** The number of the wait of a process in the queue of an MVar. */
  static long number(long process) {
    return getLong(locks(process) + WAIT_NUMBER);
  }

  /** With what a process waits in the queue of an MVar, latched, for as long as it takes; or 0. */
  static long waiting(long process, long mvar) {
    if (awaited(process) != mvar) {
      return Memory.NULL;
    }
    long hold = getLong(locks(process) + WAIT_HOLD);
    return isPatient(hold) ? hold : Memory.NULL;
  }

  private static boolean isPatient(long hold) {
    return getByte(hold + WAIT) != HoldQueue.TIMED_WAIT;
  }

  /**
   * Whether those who hold an MVar, latched, stand against a hold that waits. Readers do, if it
   * asks to write itself or is behind a patient one who does.
   */
  static boolean isBlocked(long mvar, long word, long hold) {
    return (word & LockWord.WRITER) != 0
        || getByte(hold + ACCESS) == HoldQueue.WRITE
        || firstWriter(mvar) < getLong(hold + TICKET);
  }

  /** The ticket of the patient wish to write that is first in the queue, latched. */
  static long firstWriter(long mvar) {
    for (long hold = getLong(mvar + QUEUE_HEAD); hold != Memory.NULL; hold = getLong(hold + NEXT)) {
      if (getByte(hold + ACCESS) == HoldQueue.WRITE && isPatient(hold)) {
        return getLong(hold + TICKET);
      }
    }
    return Long.MAX_VALUE;
  }
}
