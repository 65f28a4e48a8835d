package org.skerry.mvar;

import static org.skerry.memory.Memory.getByte;
import static org.skerry.memory.Memory.getInt;
import static org.skerry.memory.Memory.getLong;
import static org.skerry.memory.Memory.putInt;
import static org.skerry.memory.Memory.putLong;
import static org.skerry.mvar.MvarLayout.*;

import org.agrona.collections.LongArrayList;
import org.skerry.memory.Memory;
import org.skerry.process.ProcessLayout;
import org.skerry.process.Wake;
import org.skerry.process.WorkerContext;

/**
 * Who holds an MVar and who waits for it: the lists of its record. Whoever calls has set its latch,
 * but for {@link #notifyGranted}.
 */
final class HoldQueue {
  static final int WAITING = 0;
  static final int GRANTED = 1;

  /** A read that has its value already, and holds nothing. */
  static final int ANSWERED = 2;

  /** The kind of wait that ends by itself. */
  static final int TIMED_WAIT = 1;

  /** The kind of wait for one operation. */
  static final int BRIEF = 2;

  /** So many are let in at once; the first of them that runs goes on with those behind. */
  static final int BATCH = 64;

  static final int NONE = 0;
  static final int READ = 1;
  static final int WRITE = 2;

  private HoldQueue() {}

  /**
   * Whether a process may have the access at once.
   *
   * @param prior what the process has already
   */
  static boolean isFree(long mvar, long word, int access, int prior) {
    if (prior >= access) {
      return true;
    }
    if (prior == READ) {
      return getInt(mvar + READERS) == 1;
    }
    return (word & LockWord.against(access)) == 0;
  }

  /** Gives a hold the access that it asks for; returns the lock word. */
  static long grant(long mvar, long word, long hold) {
    int prior = getByte(hold + PRIOR);
    int access = getByte(hold + ACCESS);
    if (prior == NONE) {
      linkHolder(mvar, hold);
    }
    if (access > prior) {
      if (access == READ) {
        putInt(mvar + READERS, getInt(mvar + READERS) + 1);
        return word | LockWord.READERS;
      }
      if (prior == READ) {
        putInt(mvar + READERS, getInt(mvar + READERS) - 1);
      }
      putLong(mvar + OWNER, getLong(hold + PROCESS));
      return LockWord.withWriter(LockWord.settled(mvar, word));
    }
    return word;
  }

  /** As {@link #grant} of a hold for writing, where nobody holds the MVar or waits for it. */
  static long grantToOnly(long mvar, long word, long hold, long process) {
    putLong(hold + NEXT, Memory.NULL);
    putLong(hold + PREVIOUS, Memory.NULL);
    putLong(mvar + HOLDERS, hold);
    putLong(mvar + OWNER, process);
    return LockWord.withWriter(word);
  }

  /** As {@link #revoke} of the only hold of an MVar, one for writing, for which nobody waits. */
  static long revokeFromOnly(long mvar, long word) {
    putLong(mvar + HOLDERS, Memory.NULL);
    return word & ~LockWord.WRITER;
  }

  /** Takes the access of a hold back, so that its process has what it had before. */
  static long revoke(long mvar, long word, long hold) {
    int prior = getByte(hold + PRIOR);
    int access = getByte(hold + ACCESS);
    long now = word;
    if (prior == NONE) {
      if ((word & LockWord.SCANNED) != 0 && getLong(mvar + SCAN) == hold) {
        putLong(mvar + SCAN, getLong(hold + NEXT));
      }
      unlinkHolder(mvar, hold);
    }
    if (access > prior) {
      if (access == READ) {
        putInt(mvar + READERS, getInt(mvar + READERS) - 1);
      } else {
        now &= ~LockWord.WRITER;
        if (prior == READ) {
          putInt(mvar + READERS, getInt(mvar + READERS) + 1);
        }
      }
    }
    return LockWord.settled(mvar, now);
  }

  /** Puts a hold behind all that wait; one that raises a hold for reading, before them. */
  static long enqueue(WorkerContext context, long mvar, long word, long hold) {
    long locks = getLong(getLong(hold + PROCESS) + ProcessLayout.LOCKS);
    RecordedWaits.begin(context, mvar, locks);
    long before = getLong(mvar + QUEUE_TAIL);
    if (getByte(hold + PRIOR) == READ) {
      before = lastUpgrade(mvar);
      putLong(hold + TICKET, 0);
    } else {
      putLong(hold + TICKET, before == Memory.NULL ? 1 : getLong(before + TICKET) + 1);
    }
    long behind = before == Memory.NULL ? getLong(mvar + QUEUE_HEAD) : getLong(before + NEXT);
    putLong(hold + PREVIOUS, before);
    putLong(hold + NEXT, behind);
    if (before == Memory.NULL) {
      putLong(mvar + QUEUE_HEAD, hold);
    } else {
      putLong(before + NEXT, hold);
    }
    if (behind == Memory.NULL) {
      putLong(mvar + QUEUE_TAIL, hold);
    } else {
      putLong(behind + PREVIOUS, hold);
    }
    putInt(mvar + WAITERS, getInt(mvar + WAITERS) + 1);
    putLong(locks + WAIT_HOLD, hold);
    putLong(locks + WAIT_NUMBER, getLong(locks + WAIT_NUMBER) + 1);
    Memory.putLongRelease(locks + WAIT_MVAR, mvar);
    return word | LockWord.WAITERS;
  }

  private static long lastUpgrade(long mvar) {
    long last = Memory.NULL;
    for (long hold = getLong(mvar + QUEUE_HEAD);
        hold != Memory.NULL && getByte(hold + PRIOR) == READ;
        hold = getLong(hold + NEXT)) {
      last = hold;
    }
    return last;
  }

  /** Takes a hold out of the queue. */
  static void dequeue(long mvar, long hold) {
    long before = getLong(hold + PREVIOUS);
    long behind = getLong(hold + NEXT);
    if (before == Memory.NULL) {
      putLong(mvar + QUEUE_HEAD, behind);
    } else {
      putLong(before + NEXT, behind);
    }
    if (behind == Memory.NULL) {
      putLong(mvar + QUEUE_TAIL, before);
    } else {
      putLong(behind + PREVIOUS, before);
    }
    putInt(mvar + WAITERS, getInt(mvar + WAITERS) - 1);
    long locks = getLong(getLong(hold + PROCESS) + ProcessLayout.LOCKS);
    Memory.putLongRelease(locks + WAIT_MVAR, Memory.NULL);
  }

  /**
   * Grants from the head of the queue on, as far as that is possible, to a batch at most; returns
   * the lock word. The caller calls {@link #notifyGranted} behind the latch.
   */
  static long admit(WorkerContext context, long mvar, long word) {
    long now = word & ~LockWord.MORE;
    int admitted = 0;
    for (long hold = getLong(mvar + QUEUE_HEAD);
        hold != Memory.NULL && mayGo(mvar, now, hold);
        hold = getLong(mvar + QUEUE_HEAD)) {
      if (admitted++ == BATCH) {
        now |= LockWord.MORE;
        break;
      }
      dequeue(mvar, hold);
      context.toNotify().addLong(getLong(hold + PROCESS));
      boolean isAnswer = canAnswer(mvar, hold);
      if (isAnswer) {
        putLong(hold + ANSWER, getLong(mvar + VALUE));
      } else {
        now = grant(mvar, now, hold);
      }
      // The last that is done with the hold: its owner may take it from here on.
      Memory.putIntRelease(hold + STATE, isAnswer ? ANSWERED : GRANTED);
    }
    return LockWord.settled(mvar, now);
  }

  /**
   * Lets in those behind a batch. For each process that was granted what it waited for, when it
   * takes it, behind its look at the state of its hold; without the latch.
   */
  static void admitMore(WorkerContext context, long mvar) {
    // Who granted may not have stored the word yet; then his latch is seen.
    if ((Memory.getLongOpaque(mvar + WORD) & (LockWord.LATCH | LockWord.MORE)) != 0) {
      long word = LockWord.latch(context, mvar);
      LockWord.unlatch(mvar, (word & LockWord.MORE) == 0 ? word : admit(context, mvar, word));
      notifyGranted(context);
    }
  }

  /** Whether it is a read of a value that needs nobody to keep it until the process runs. */
  private static boolean canAnswer(long mvar, long hold) {
    if (getByte(hold + ACCESS) != READ || getByte(hold + WAIT) != BRIEF) {
      return false;
    }
    long value = getLong(mvar + VALUE);
    return MvarValue.isImmediate(value) || MvarValue.kind(value) == MvarValue.LITERAL;
  }

  private static boolean mayGo(long mvar, long word, long hold) {
    if ((word & LockWord.WRITER) != 0) {
      return false;
    }
    if (getByte(hold + ACCESS) == READ) {
      return true;
    }
    return getInt(mvar + READERS) == (getByte(hold + PRIOR) == READ ? 1 : 0);
  }

  /** Notifies those whom {@link #admit} granted what they wait for; without the latch. */
  static void notifyGranted(WorkerContext context) {
    LongArrayList granted = context.toNotify();
    for (int i = 0; i < granted.size(); i++) {
      Wake.notify(context.scheduling(), granted.getLong(i));
    }
    granted.clear();
  }

  private static void linkHolder(long mvar, long hold) {
    long first = getLong(mvar + HOLDERS);
    putLong(hold + NEXT, first);
    putLong(hold + PREVIOUS, Memory.NULL);
    if (first != Memory.NULL) {
      putLong(first + PREVIOUS, hold);
    }
    putLong(mvar + HOLDERS, hold);
  }

  private static void unlinkHolder(long mvar, long hold) {
    long before = getLong(hold + PREVIOUS);
    long behind = getLong(hold + NEXT);
    if (before == Memory.NULL) {
      putLong(mvar + HOLDERS, behind);
    } else {
      putLong(before + NEXT, behind);
    }
    if (behind != Memory.NULL) {
      putLong(behind + PREVIOUS, before);
    }
  }
}
