package org.skerry;

import org.skerry.memory.VmBug;
import org.skerry.process.Mailbox;

/** What became of a message that a host offered; it never waits. */
public enum Offer {
  /** It is in the mailbox. */
  OK,
  /** The mailbox is full; the message is the caller's still, who may offer it again. */
  FULL,
  /** The process is over, or there never was one. */
  NO_PROCESS,
  /** The mailbox would not take a message of this size if it were empty. */
  TOO_LARGE,
  /** The VM's memory cap leaves no room for the message. */
  NO_MEMORY,
  /** The mailbox is full, and its policy is to lose what comes then. */
  DROPPED,
  /** The mailbox was full, and its policy is to end its process. */
  KILLED;

  static Offer of(int result) {
    return switch (result) {
      case Mailbox.OK -> OK;
      case Mailbox.FULL, Mailbox.FAILED -> FULL;
      case Mailbox.DROPPED -> DROPPED;
      case Mailbox.KILLED -> KILLED;
      case Mailbox.NO_MEMORY -> NO_MEMORY;
      default -> throw new VmBug("An offer has a known result", "result", result);
    };
  }
}
