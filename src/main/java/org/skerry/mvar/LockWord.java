package org.skerry.mvar;

import static org.skerry.mvar.MvarLayout.WORD;

import org.skerry.memory.Memory;
import org.skerry.process.Wake;
import org.skerry.process.WorkerContext;

/**
 * The lock word of an MVar, and its latch: a bit that whoever changes anything of the record has
 * set. It is held for a few dozen instructions, or for the change of a shared map, and never by one
 * who waits for anything but memory.
 *
 * <pre>
 * bit  0      LATCH     the record is being changed
 * bit  1      WRITER    a process holds it for writing
 * bit  2      READERS   processes hold it for reading
 * bit  3      WAITERS   the queue is not empty
 * bit  4      MORE      its head may go: who was let in before and has not run yet lets it in
 * bit  5      SCANNED   a walk is in the midst of the list of its holders
 * bits 8..63  version   counts how often WRITER was set
 * </pre>
 */
final class LockWord {
  static final long LATCH = 1;
  static final long WRITER = 1 << 1;
  static final long READERS = 1 << 2;
  static final long WAITERS = 1 << 3;
  static final long MORE = 1 << 4;
  static final long SCANNED = 1 << 5;
  static final long BUSY = LATCH | WRITER | READERS | WAITERS;

  /** What a release that only takes the lock away does not look after. */
  static final long AGAINST_RELEASE = LATCH | WAITERS | SCANNED;

  /** What must not change while a value is read without a lock. */
  static final long READ_MASK = ~(LATCH | READERS | WAITERS | MORE | SCANNED);

  private static final long VERSION_ONE = 1 << 8;
  private static final int SPINS = 64;

  /** How often somebody else may come first before one queues. */
  static final int PATIENCE = 4;

  private static final int LOOKS = 3;

  private LockWord() {}

  /** Sets the latch; returns the word without it. */
  static long latch(WorkerContext context, long mvar) {
    for (int spins = 0; ; spins++) {
      long word = Memory.getLongOpaque(mvar + WORD);
      if ((word & LATCH) == 0 && tryLatch(mvar, word)) {
        return word;
      }
      if (spins < SPINS) {
        Thread.onSpinWait();
      } else {
        context.world().relax(); // who has it may have lost its processor
      }
    }
  }

  /**
   * Lets others go on for a moment, and waits for the end of a hold for writing while its process
   * runs: most holds are short, and to queue costs more. Not where somebody waits already. It looks
   * seldom, for each look takes the line from who works on it: so the two do not meet at every
   * operation, but each has a turn of many.
   *
   * @return whether nobody holds it for writing any more, nor waits
   */
  static boolean outlastWriter(WorkerContext context, long mvar) {
    int turn = context.turns().next(context.world().nanoTime());
    for (int looks = 0; looks < LOOKS; looks++) {
      long word = Memory.getLongAcquire(mvar + WORD);
      if ((word & WAITERS) != 0) {
        return false;
      }
      if ((word & WRITER) == 0) {
        if (looks > 0) {
          return true;
        }
      } else if (!Wake.isRunning(Memory.getLong(mvar + MvarLayout.OWNER))) {
        // Whoever held it behind that load is in an epoch with us, so his block is there.
        return false;
      }
      for (int pauses = 0; pauses < turn; pauses++) {
        Thread.onSpinWait();
      }
    }
    return false;
  }

  /** What stands against a process that has nothing and wants an access. */
  static long against(int access) {
    return access == HoldQueue.READ ? WRITER | WAITERS : WRITER | WAITERS | READERS;
  }

  /** Sets the latch if the word is still as it was seen, without the latch. */
  static boolean tryLatch(long mvar, long word) {
    return Memory.compareAndSetLong(mvar + WORD, word, word | LATCH);
  }

  /** Sets the latch if nobody has it, or holds the MVar, or waits for it. */
  static boolean latchFree(long mvar) {
    long word = Memory.getLongOpaque(mvar + WORD);
    return (word & BUSY) == 0 && tryLatch(mvar, word);
  }

  /**
   * Sets the latch, if possible when nobody stands against an access: waits a moment for that.
   * Returns the word without it.
   *
   * @param against flags
   */
  static long latchPatiently(WorkerContext context, long mvar, long against) {
    for (int times = 0; times < PATIENCE; times++) {
      long word = Memory.getLongOpaque(mvar + WORD);
      if ((word & (against | LATCH)) == 0) {
        if (tryLatch(mvar, word)) {
          return word;
        }
      } else if (!outlastWriter(context, mvar)) {
        break;
      }
    }
    return latch(context, mvar);
  }

  /** Ends what {@link #latch} began, with the word as it is now. */
  static void unlatch(long mvar, long word) {
    Memory.putLongRelease(mvar + WORD, word);
  }

  /** The word of an MVar that a process holds for writing from now on. */
  static long withWriter(long word) {
    return (word | WRITER) + VERSION_ONE;
  }

  /** The word with bits that say how many readers there are and whether anybody waits. */
  static long settled(long mvar, long word) {
    long settled = word & ~(READERS | WAITERS);
    if (Memory.getInt(mvar + MvarLayout.READERS) != 0) {
      settled |= READERS;
    }
    if (Memory.getLong(mvar + MvarLayout.QUEUE_HEAD) != Memory.NULL) {
      settled |= WAITERS;
    }
    return settled;
  }
}
