package org.skerry.process;

/** What becomes of a message to a mailbox that is full. */
public enum MailboxPolicy {
  /** The sender waits for room. */
  AWAIT,
  /** The sender gets an error. */
  FAIL,
  /** The message is lost. */
  DROP,
  /** The receiver is killed. */
  KILL;

  private static final MailboxPolicy[] VALUES = values();

  /** The policy with this ordinal. */
  public static MailboxPolicy of(int ordinal) {
    return VALUES[ordinal];
  }
}
