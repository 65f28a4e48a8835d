package org.skerry.process;

import static org.skerry.process.MailboxLayout.SPACE_BYTES;
import static org.skerry.process.MailboxLayout.SPACE_CHARGE;
import static org.skerry.process.MailboxLayout.SPACE_NEXT;
import static org.skerry.process.MailboxLayout.SPACE_PID;
import static org.skerry.process.MailboxLayout.SPACE_STATE;
import static org.skerry.process.MailboxLayout.SPACE_TARGET;
import static org.skerry.process.MailboxLayout.SPACE_WHERE;
import static org.skerry.process.ProcessLayout.SPACE_ENTRY;
import static org.skerry.process.ProcessLayout.SPACE_QUEUE;
import static org.skerry.process.ProcessLayout.SPACE_WAITERS;

import org.skerry.heap.HeapLayout;
import org.skerry.memory.BlockCache;
import org.skerry.memory.Memory;

/**
 * The processes that wait for room in a mailbox: a stack of entries that waiters push on, and a
 * queue into which the receiver turns it. The receiver admits them first come first served, as many
 * as there are places: each finds its place kept. An entry belongs to its waiter and to the list at
 * once; whichever gives it up second frees it. See {@code native-notes/mailbox.md}.
 */
final class SpaceWaiters {
  static final int WAITING = 0;

  /** A place is kept for the waiter, which uses it or gives it back. */
  static final int ADMITTED = 1;

  /** The receiver is over. */
  static final int OVER = 2;

  static final int GIVEN_UP = 3;

  private SpaceWaiters() {}

  /**
   * The waiter: makes itself known, once however often it is called, before it looks again.
   *
   * @param waiter a process that the caller owns
   * @param target the process whose mailbox is full
   * @param charge what its message counts for
   * @return false where there is no memory
   */
  static boolean register(WorkerContext context, long waiter, long target, long charge) {
    long targetPid = Memory.getLong(target + ProcessLayout.PID);
    long own = Memory.getLong(waiter + SPACE_ENTRY);
    if (own != Memory.NULL) {
      if (Memory.getLong(own + SPACE_TARGET) == targetPid
          && Memory.getLong(own + SPACE_CHARGE) == charge
          && Memory.getIntAcquire(own + SPACE_STATE) <= ADMITTED) {
        return true;
      }
      giveUp(context, waiter);
    }
    long entry = context.cache().allocate(SPACE_BYTES);
    if (entry == Memory.NULL) {
      return false;
    }
    Memory.putLong(entry + SPACE_PID, Memory.getLong(waiter + ProcessLayout.PID));
    Memory.putLong(entry + SPACE_TARGET, targetPid);
    Memory.putLong(entry + SPACE_CHARGE, charge);
    Memory.putInt(entry + SPACE_STATE, WAITING);
    Memory.putLong(entry + SPACE_WHERE, Memory.getLong(Memory.getLong(waiter + HeapLayout.FP)));
    Memory.putLongRelease(waiter + SPACE_ENTRY, entry);
    for (; ; ) {
      long head = Memory.getLongAcquire(target + SPACE_WAITERS);
      Memory.putLong(entry + SPACE_NEXT, head);
      if (Memory.compareAndSetLong(target + SPACE_WAITERS, head, entry)) {
        return true;
      }
    }
  }

  /** The waiter: whether a place is kept for it in that mailbox. */
  static boolean isAdmitted(long waiter, long target) {
    long own = Memory.getLong(waiter + SPACE_ENTRY);
    return own != Memory.NULL
        && Memory.getIntAcquire(own + SPACE_STATE) == ADMITTED
        && Memory.getLong(own + SPACE_TARGET) == Memory.getLong(target + ProcessLayout.PID);
  }

  /**
   * The waiter, being admitted: the place is the caller's to use or to give back.
   *
   * @return what it counts for
   */
  static long useAdmission(WorkerContext context, long waiter) {
    long own = Memory.getLong(waiter + SPACE_ENTRY);
    long charge = Memory.getLong(own + SPACE_CHARGE);
    hide(context, waiter);
    context.cache().free(own, SPACE_BYTES);
    return charge;
  }

  /**
   * The waiter: does not wait any more, and passes on the place that may be kept for it. Does
   * nothing where it did not wait.
   */
  static void giveUp(WorkerContext context, long waiter) {
    long own = Memory.getLong(waiter + SPACE_ENTRY);
    if (own == Memory.NULL) {
      return;
    }
    hide(context, waiter);
    // Before the exchange: behind it the receiver may free the entry.
    long targetPid = Memory.getLong(own + SPACE_TARGET);
    long charge = Memory.getLong(own + SPACE_CHARGE);
    int was = Memory.getAndSetInt(own + SPACE_STATE, GIVEN_UP);
    if (was != WAITING) {
      context.cache().free(own, SPACE_BYTES);
    }
    long target = was == OVER ? Memory.NULL : context.table().find(targetPid);
    if (target == Memory.NULL) {
      return;
    }
    if (was == ADMITTED) {
      Mailbox.release(context, target, charge);
    } else if (MailboxUse.bytes(charge) > MailboxUse.bytes(Mailbox.IMMEDIATE_CHARGE)) {
      // There may be room for those behind it, whose messages are smaller.
      Wake.notify(context.scheduling(), target);
    }
  }

  /** Takes the entry of a waiter away from those who walk over waiting processes. */
  private static void hide(WorkerContext context, long waiter) {
    Memory.putLongRelease(waiter + SPACE_ENTRY, Memory.NULL);
    context.sharedValues().awaitWalk(context);
  }

  /** As {@link #giveUp} at the end of the VM, when nobody needs the place. */
  static void abandon(BlockCache cache, long waiter) {
    long own = Memory.getLong(waiter + SPACE_ENTRY);
    if (own != Memory.NULL) {
      Memory.putLong(waiter + SPACE_ENTRY, Memory.NULL);
      if (Memory.getAndSetInt(own + SPACE_STATE, GIVEN_UP) != WAITING) {
        cache.free(own, SPACE_BYTES);
      }
    }
  }

  /**
   * The receiver: keeps a place for each waiter in turn and wakes it, while there are both.
   *
   * @param target the process whose mailbox it is, which the caller owns
   * @return false where there is one for which there is no room
   */
  static boolean admit(WorkerContext context, long target) {
    for (; ; ) {
      long entry = oldest(context.cache(), target);
      if (entry == Memory.NULL) {
        return true;
      }
      long charge = Memory.getLong(entry + SPACE_CHARGE);
      if (!Mailbox.reserve(target, charge)) {
        return false;
      }
      Memory.putLong(target + SPACE_QUEUE, Memory.getLong(entry + SPACE_NEXT));
      if (!wake(context, entry, ADMITTED)) {
        Mailbox.release(context, target, charge); // it gave up just now: room for the next
      }
    }
  }

  /**
   * Wakes all who wait for room, at the end of the process.
   *
   * @param target the process whose mailbox it is, which the caller owned until now
   */
  static void wakeAll(WorkerContext context, long target) {
    for (; ; ) {
      long entry = oldest(context.cache(), target);
      if (entry == Memory.NULL) {
        return;
      }
      Memory.putLong(target + SPACE_QUEUE, Memory.getLong(entry + SPACE_NEXT));
      wake(context, entry, OVER);
    }
  }

  /** Detaches those who came when the process was over; they know it. No other thread looks. */
  static void dismiss(BlockCache cache, long target) {
    for (; ; ) {
      long entry = oldest(cache, target);
      if (entry == Memory.NULL) {
        return;
      }
      Memory.putLong(target + SPACE_QUEUE, Memory.getLong(entry + SPACE_NEXT));
      if (Memory.getAndSetInt(entry + SPACE_STATE, OVER) == GIVEN_UP) {
        cache.free(entry, SPACE_BYTES);
      }
    }
  }

  /** The first of the queue that still waits, or 0; those before it are freed. */
  private static long oldest(BlockCache cache, long target) {
    long entry = Memory.getLong(target + SPACE_QUEUE);
    for (; ; ) {
      if (entry == Memory.NULL) {
        entry = takeStack(target);
        if (entry == Memory.NULL) {
          return Memory.NULL;
        }
      } else if (Memory.getIntAcquire(entry + SPACE_STATE) == GIVEN_UP) {
        long next = Memory.getLong(entry + SPACE_NEXT);
        cache.free(entry, SPACE_BYTES);
        entry = next;
      } else {
        Memory.putLong(target + SPACE_QUEUE, entry);
        return entry;
      }
      Memory.putLong(target + SPACE_QUEUE, entry);
    }
  }

  /** Detaches the stack and turns it round: the oldest entry, or 0. */
  private static long takeStack(long target) {
    if (Memory.getLongVolatile(target + SPACE_WAITERS) == Memory.NULL) {
      return Memory.NULL;
    }
    long entry = Memory.getAndSetLong(target + SPACE_WAITERS, Memory.NULL);
    long younger = Memory.NULL;
    while (entry != Memory.NULL) {
      long older = Memory.getLong(entry + SPACE_NEXT);
      Memory.putLong(entry + SPACE_NEXT, younger);
      younger = entry;
      entry = older;
    }
    return younger;
  }

  /** False where the waiter had given up; the entry is gone then. */
  private static boolean wake(WorkerContext context, long entry, int state) {
    // Once it is exchanged the entry may be freed at any time.
    long pid = Memory.getLong(entry + SPACE_PID);
    if (Memory.getAndSetInt(entry + SPACE_STATE, state) == GIVEN_UP) {
      context.cache().free(entry, SPACE_BYTES);
      return false;
    }
    long waiter = context.table().find(pid);
    if (waiter != Memory.NULL) {
      Wake.notify(context.scheduling(), waiter);
    }
    return true;
  }
}
