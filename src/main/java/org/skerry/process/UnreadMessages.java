package org.skerry.process;

import static org.skerry.process.ProcessLayout.HELD_WORD;
import static org.skerry.process.ProcessLayout.OVERFLOW_HEAD;

import org.skerry.memory.BlockCache;
import org.skerry.memory.Memory;

/** What a mailbox still has when its process is over. */
final class UnreadMessages {
  private UnreadMessages() {}

  /** The owner, at the end: frees all messages that have arrived. Others may still come. */
  static void drain(WorkerContext context, long process) {
    for (; ; ) {
      long message = Mailbox.nextWord(context, process);
      if (message == 0) {
        return;
      }
      if (!SignalMail.isSignal(message)) {
        context.counters().messagesUnread++;
      }
      Mailbox.releaseMessage(message, context.cache());
    }
  }

  /** Frees all messages outside the ring. No other thread looks. */
  static void drainLists(BlockCache cache, long process) {
    long held = Memory.getLong(process + HELD_WORD);
    if (held != 0) {
      Mailbox.releaseMessage(held, cache);
    }
    for (; ; ) {
      long message = Overflow.poll(cache, process);
      if (message != 0) {
        Mailbox.releaseMessage(message, cache);
        continue;
      }
      long head = Memory.getLongAcquire(process + OVERFLOW_HEAD);
      if (head == Memory.NULL) {
        return;
      }
      Overflow.detach(process, head);
    }
  }
}
