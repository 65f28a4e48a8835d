package org.skerry.process;

import static org.skerry.process.MailboxLayout.SPACE_CHARGE;
import static org.skerry.process.MailboxLayout.SPACE_STATE;
import static org.skerry.process.MailboxLayout.SPACE_TARGET;
import static org.skerry.process.MailboxLayout.SPACE_WHERE;
import static org.skerry.process.ProcessLayout.SPACE_ENTRY;

import org.skerry.memory.Memory;

/**
 * The waits of senders for room, as a walk over waiting processes sees them: from another thread,
 * while {@link SharedValues#awaitWalk} keeps the entries that it may find. Static methods.
 */
public final class RoomWaits {
  private RoomWaits() {}

  /** The entry with which a process waits for room in a mailbox, or 0 where it does not. */
  public static long entry(long process) {
    long entry = Memory.getLongAcquire(process + SPACE_ENTRY);
    return entry != Memory.NULL && Memory.getIntAcquire(entry + SPACE_STATE) == SpaceWaiters.WAITING
        ? entry
        : Memory.NULL;
  }

  /** The process in whose mailbox there is no room for the entry's message; 0 if there is none. */
  public static long blockingReceiver(WorkerContext context, long entry) {
    long receiver = context.table().find(receiver(entry));
    return receiver != Memory.NULL && !Mailbox.fits(receiver, Memory.getLong(entry + SPACE_CHARGE))
        ? receiver
        : Memory.NULL;
  }

  /** The pid of the receiver. */
  public static long receiver(long entry) {
    return Memory.getLong(entry + SPACE_TARGET);
  }

  /** Header of the frame that sends: function and pc. */
  public static long where(long entry) {
    return Memory.getLong(entry + SPACE_WHERE);
  }
}
