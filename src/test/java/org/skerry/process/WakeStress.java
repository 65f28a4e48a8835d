package org.skerry.process;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.skerry.memory.Memory;

/**
 * A process is taken from its queue, looks, and suspends, while a notifier publishes something with
 * a plain store and notifies. Results: what the look saw; whether it suspended; how often it was
 * queued anew.
 */
@JCStressTest
@Outcome(id = "1, 1, 0", expect = ACCEPTABLE, desc = "published and notified before the slice")
@Outcome(id = "1, 0, 0", expect = ACCEPTABLE, desc = "seen, and notified while it ran: looks again")
@Outcome(id = "1, 1, 1", expect = ACCEPTABLE, desc = "seen, and notified after it suspended")
@Outcome(id = "0, 0, 0", expect = ACCEPTABLE_INTERESTING, desc = "missed, but could not suspend")
@Outcome(id = "0, 1, 1", expect = ACCEPTABLE_INTERESTING, desc = "missed, but queued anew")
@Outcome(expect = FORBIDDEN, desc = "missed and asleep: a lost wake-up, or queued twice")
@State
public class WakeStress {
  private final long process = StressBlocks.next(Wake.QUEUED);
  private final long published = process + ProcessLayout.FIRST_CHUNK;
  private int queued;

  /** The worker. */
  @Actor
  public void worker(III_Result result) {
    Wake.begin(process);
    result.r1 = (int) Memory.getLong(published);
    result.r2 = Wake.suspend(process) ? 1 : 0;
  }

  /** The notifier. */
  @Actor
  public void notifier() {
    Memory.putLong(published, 1);
    Wake.notify(ready -> queued++, process);
  }

  /** Afterwards. */
  @Arbiter
  public void after(III_Result result) {
    result.r3 = queued;
  }
}
