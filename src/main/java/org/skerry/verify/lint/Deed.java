package org.skerry.verify.lint;

import org.skerry.isa.Opcode;

/** What a function may do that matters to others, itself or through what it calls. */
enum Deed {
  READS,
  WRITES,
  HOLDS_READ,
  HOLDS_WRITE,
  /** Waits for something that another process has to do, locks apart. */
  AWAITS,
  /** Lets other processes run for certain: awaits, sleeps, yields, or waits for a lock in time. */
  PAUSES,
  /** Waits without limit until nobody else holds the MVar for writing. */
  ASKS_TO_READ,
  /** Waits without limit until nobody else holds the MVar. */
  ASKS_TO_WRITE,
  /** Writes the MVar without a lock of its own for writing. */
  CHANGES;

  /** What an instruction awaits of another process, as a verb; or null. */
  static String awaited(Opcode opcode) {
    return switch (opcode) {
      case R_RECEIVE, R_RECEIVE_TIMEOUT, R_SELECT_NEXT, R_SELECT_NEXT_TIMEOUT -> "awaits a message";
      case SLEEP -> "sleeps";
      case SEND -> "sends, and awaits room where the mailbox is full";
      default -> null;
    };
  }
}
