package org.skerry.process;

import static org.skerry.process.MailboxLayout.SPACE_BYTES;
import static org.skerry.process.MailboxLayout.SPACE_NEXT;
import static org.skerry.process.MailboxLayout.SPACE_PID;
import static org.skerry.process.MailboxLayout.SPACE_STATE;
import static org.skerry.process.MailboxLayout.SPACE_TARGET;
import static org.skerry.process.ProcessLayout.SPACE_ENTRY;
import static org.skerry.process.ProcessLayout.SPACE_WAITERS;

import org.skerry.memory.BlockCache;
import org.skerry.memory.Memory;

/**
 * The processes that wait for room in a mailbox: a stack of entries that waiters push on, and that
 * is detached as a whole when there is room. An entry belongs to its waiter and to the list at
 * once; whichever gives it up second frees it. See {@code native-notes/mailbox.md}.
 */
final class SpaceWaiters {
  static final int WAITING = 0;
  static final int WOKEN = 1;
  static final int GIVEN_UP = 2;

  private SpaceWaiters() {}

  /**
   * The waiter: makes itself known, once however often it is called, before it looks again.
   *
   * @param waiter a process that the caller owns
   * @param target the process whose mailbox is full
   * @return false where there is no memory
   */
  static boolean register(BlockCache cache, long waiter, long target) {
    long targetPid = Memory.getLong(target + ProcessLayout.PID);
    long own = Memory.getLong(waiter + SPACE_ENTRY);
    if (own != Memory.NULL) {
      if (Memory.getLong(own + SPACE_TARGET) == targetPid
          && Memory.getIntAcquire(own + SPACE_STATE) == WAITING) {
        return true;
      }
      giveUp(cache, waiter);
    }
    long entry = cache.allocate(SPACE_BYTES);
    if (entry == Memory.NULL) {
      return false;
    }
    Memory.putLong(entry + SPACE_PID, Memory.getLong(waiter + ProcessLayout.PID));
    Memory.putLong(entry + SPACE_TARGET, targetPid);
    Memory.putInt(entry + SPACE_STATE, WAITING);
    Memory.putLong(waiter + SPACE_ENTRY, entry);
    for (; ; ) {
      long head = Memory.getLongAcquire(target + SPACE_WAITERS);
      Memory.putLong(entry + SPACE_NEXT, head);
      if (Memory.compareAndSetLong(target + SPACE_WAITERS, head, entry)) {
        return true;
      }
    }
  }

  /** The waiter: does not wait any more. Does nothing where it did not. */
  static void giveUp(BlockCache cache, long waiter) {
    long own = Memory.getLong(waiter + SPACE_ENTRY);
    if (own != Memory.NULL) {
      Memory.putLong(waiter + SPACE_ENTRY, Memory.NULL);
      if (Memory.getAndSetInt(own + SPACE_STATE, GIVEN_UP) == WOKEN) {
        cache.free(own, SPACE_BYTES);
      }
    }
  }

  /**
   * Wakes all who wait for room in a mailbox. Any thread that is online.
   *
   * @param target the process whose mailbox it is
   */
  static void wakeAll(WorkerContext context, long target) {
    long entry = Memory.getAndSetLong(target + SPACE_WAITERS, Memory.NULL);
    while (entry != Memory.NULL) {
      // Once it is woken the entry may be freed at any time.
      long next = Memory.getLong(entry + SPACE_NEXT);
      long pid = Memory.getLong(entry + SPACE_PID);
      if (Memory.getAndSetInt(entry + SPACE_STATE, WOKEN) == GIVEN_UP) {
        context.cache().free(entry, SPACE_BYTES);
      } else {
        long waiter = context.table().find(pid);
        if (waiter != Memory.NULL) {
          Wake.notify(context.scheduling(), waiter);
        }
      }
      entry = next;
    }
  }

  /** Detaches those who came when the process was over; they know it. No other thread looks. */
  static void dismiss(BlockCache cache, long target) {
    long entry = Memory.getAndSetLong(target + SPACE_WAITERS, Memory.NULL);
    while (entry != Memory.NULL) {
      long next = Memory.getLong(entry + SPACE_NEXT);
      if (Memory.getAndSetInt(entry + SPACE_STATE, WOKEN) == GIVEN_UP) {
        cache.free(entry, SPACE_BYTES);
      }
      entry = next;
    }
  }
}
