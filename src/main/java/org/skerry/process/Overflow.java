package org.skerry.process;

import static org.skerry.process.MailboxLayout.OVERFLOW_BYTES;
import static org.skerry.process.MailboxLayout.OVERFLOW_NEXT;
import static org.skerry.process.MailboxLayout.OVERFLOW_WORD;
import static org.skerry.process.ProcessLayout.OVERFLOW_HEAD;
import static org.skerry.process.ProcessLayout.PENDING;

import org.skerry.heap.HeapLayout;
import org.skerry.memory.BlockCache;
import org.skerry.memory.Memory;

/**
 * The messages that found a mailbox's ring full: a stack that senders push on, and that the
 * receiver cuts off and turns around into a list of its own. Why order per sender holds is proved
 * in {@code native-notes/mailbox.md}.
 */
final class Overflow {
  private Overflow() {}

  /** Any sender: adds a message; false where there is no memory. */
  static boolean push(BlockCache cache, long process, long word) {
    long node = cache.allocate(OVERFLOW_BYTES);
    if (node == Memory.NULL) {
      return false;
    }
    pushEntry(process, node, word);
    return true;
  }

  /** Any sender: adds a message in an entry that is there: one of this list, or of a signal. */
  static void pushEntry(long process, long entry, long word) {
    Memory.putLong(entry + OVERFLOW_WORD, word);
    for (; ; ) {
      long head = Memory.getLongAcquire(process + OVERFLOW_HEAD);
      Memory.putLong(entry + OVERFLOW_NEXT, head);
      if (Memory.compareAndSetLong(process + OVERFLOW_HEAD, head, entry)) {
        return;
      }
    }
  }

  /**
   * The receiver: makes {@code from} and all that is older its own, oldest first, and leaves what
   * is newer where it is.
   *
   * @param from what the head was before the ring was seen empty; not 0
   */
  static void detach(long process, long from) {
    if (!Memory.compareAndSetLong(process + OVERFLOW_HEAD, from, Memory.NULL)) {
      // Only the receiver ever takes nodes out, so what was pushed since leads down to `from`.
      long newer = Memory.getLongAcquire(process + OVERFLOW_HEAD);
      while (Memory.getLong(newer + OVERFLOW_NEXT) != from) {
        newer = Memory.getLong(newer + OVERFLOW_NEXT);
      }
      Memory.putLong(newer + OVERFLOW_NEXT, Memory.NULL);
    }
    long oldest = Memory.NULL;
    long count = 0;
    for (long node = from; node != Memory.NULL; count++) {
      long older = Memory.getLong(node + OVERFLOW_NEXT);
      Memory.putLong(node + OVERFLOW_NEXT, oldest);
      oldest = node;
      node = older;
    }
    Memory.putLong(process + PENDING, oldest);
    long debt = Memory.getLong(process + HeapLayout.WORK_DEBT);
    Memory.putLong(process + HeapLayout.WORK_DEBT, debt + count * OVERFLOW_BYTES);
  }

  /** The receiver: takes the oldest message of its own list; 0 where that is empty. */
  static long poll(BlockCache cache, long process) {
    long node = Memory.getLong(process + PENDING);
    if (node == Memory.NULL) {
      return 0;
    }
    long word = Memory.getLong(node + OVERFLOW_WORD);
    Memory.putLong(process + PENDING, Memory.getLong(node + OVERFLOW_NEXT));
    if (!SignalMail.isSignal(word)) {
      cache.free(node, OVERFLOW_BYTES); // otherwise it is a part of the signal
    }
    return word;
  }
}
