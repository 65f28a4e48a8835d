package org.skerry.process;

import static org.skerry.process.ProcessLayout.HELD_WORD;
import static org.skerry.process.ProcessLayout.OVERFLOW_HEAD;
import static org.skerry.process.ProcessLayout.PENDING;
import static org.skerry.process.ProcessLayout.RING;
import static org.skerry.process.ProcessLayout.SPACE_ENTRY;

import org.skerry.memory.Memory;
import org.skerry.term.Term;

/**
 * The cases of {@link Mailbox} in which an immediate goes through the ring and nobody waits: what
 * compiled code does in place. Each does all of it, or nothing and says so; the outcome is the same
 * as by the general way. Static methods, for a process's owner, online.
 */
public final class PlainMessages {
  /**
   * What a send costs: it takes as long as a loop that goes round so often, and a slice that only
   * sends is to be as short as others.
   */
  public static final int SEND_REDUCTIONS = 10;

  private PlainMessages() {}

  /**
   * Sends an immediate, if there is a ring with room for it. The caller charges {@link
   * #SEND_REDUCTIONS}.
   *
   * @param sender the sending process, which the caller owns
   * @param receiver any term
   * @param message any term
   * @return whether it did
   */
  public static boolean send(WorkerContext context, long sender, long receiver, long message) {
    if (!Term.isPid(receiver)
        || Term.isObject(message)
        || Memory.getLong(sender + SPACE_ENTRY) != Memory.NULL) {
      return false;
    }
    long process = context.table().find(receiver);
    return process != Memory.NULL
        && hasRoom(process)
        && Mailbox.reserve(process, Mailbox.IMMEDIATE_CHARGE)
        && Mailbox.deliver(context, process, message, Mailbox.IMMEDIATE_CHARGE) == Mailbox.OK;
  }

  private static boolean hasRoom(long process) {
    if (Memory.getLongAcquire(process + OVERFLOW_HEAD) != Memory.NULL) {
      return false;
    }
    long ring = Memory.getLongAcquire(process + RING);
    return ring != Memory.NULL && MailboxRing.hasRoom(ring, Mailbox.ringShift(process));
  }

  /** The oldest message, taken out, if it is an immediate; otherwise {@link Term#NONE}. */
  public static long receive(WorkerContext context, long process) {
    long ring = Memory.getLongAcquire(process + RING);
    if (ring == Memory.NULL
        || (Memory.getLong(process + HELD_WORD) | Memory.getLong(process + PENDING)) != 0
        || !SavedMessages.isEmpty(process)) {
      return Term.NONE;
    }
    int shift = Mailbox.ringShift(process);
    long word = MailboxRing.next(ring, shift);
    if ((word & 7) == 0 || SignalMail.isSignal(word)) {
      return Term.NONE;
    }
    MailboxRing.take(ring, shift);
    Mailbox.taken(context, process, Mailbox.IMMEDIATE_CHARGE);
    return word;
  }
}
