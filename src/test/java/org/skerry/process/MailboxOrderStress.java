package org.skerry.process;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * Two senders write to a ring while its receiver reads twice: it sees whole messages, and those of
 * the first sender in order.
 */
@JCStressTest
@Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "nothing yet")
@Outcome(id = "(0|3), 1", expect = ACCEPTABLE, desc = "the first message, after another or nothing")
@Outcome(id = "1, (0|2|3)", expect = ACCEPTABLE, desc = "the first message, and what follows")
@Outcome(id = "(0, 3)|(3, 0)", expect = ACCEPTABLE, desc = "the other sender's")
@Outcome(expect = FORBIDDEN, desc = "out of order, twice, or not written yet")
@State
public class MailboxOrderStress {
  private static final int SHIFT = MailboxRing.MIN_SHIFT;
  private final long ring = StressBlocks.next(Wake.IDLE) + ProcessLayout.BYTES;

  /** Sends 1 and then 2. */
  @Actor
  public void first() {
    MailboxRing.write(ring, SHIFT, 1);
    MailboxRing.write(ring, SHIFT, 2);
  }

  /** Sends 3. */
  @Actor
  public void second() {
    MailboxRing.write(ring, SHIFT, 3);
  }

  /** Receives twice. */
  @Actor
  public void receiver(II_Result result) {
    result.r1 = (int) MailboxRing.read(ring, SHIFT);
    result.r2 = (int) MailboxRing.read(ring, SHIFT);
  }
}
