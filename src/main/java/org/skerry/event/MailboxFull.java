package org.skerry.event;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Throttle;

/** A message that found its mailbox full. */
@Name("org.skerry.MailboxFull")
@Label("Mailbox Full")
@Description("A message found a mailbox full")
@Category({"Skerry", "Process"})
@Throttle("100/s")
@StackTrace(false)
public final class MailboxFull extends Event {
  /** Whose mailbox it is. */
  @Label("Receiver")
  public String receiver;

  /** Who sent; null for the host. */
  @Label("Sender")
  public String sender;

  /** What becomes of it: {@code await}, {@code fail}, {@code drop} or {@code kill}. */
  @Label("Policy")
  public String policy;

  /** That are in it. */
  @Label("Messages")
  public long messages;

  /** That they take. */
  @Label("Bytes")
  @DataAmount
  public long bytes;

  /** Begins where its time does. */
  public MailboxFull() {}
}
