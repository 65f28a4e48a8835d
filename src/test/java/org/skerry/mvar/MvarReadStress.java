package org.skerry.mvar;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.skerry.term.Term;

/**
 * Reads without a lock beside a process that holds the MVar for writing, stores 7 there, which
 * nobody may see, and then 1; and that then writes 2 in one operation. The reader reads twice; 9
 * where it would have to queue. Last: whether all is released in the end.
 */
@JCStressTest
@Outcome(id = "0, (0|1|2|9), 1", expect = ACCEPTABLE, desc = "begins before the writer")
@Outcome(id = "9, (1|2|9), 1", expect = ACCEPTABLE_INTERESTING, desc = "begins while it is held")
@Outcome(id = "1, (1|2), 1", expect = ACCEPTABLE_INTERESTING, desc = "begins between both writes")
@Outcome(id = "2, 2, 1", expect = ACCEPTABLE, desc = "begins behind the writer")
@Outcome(
    expect = FORBIDDEN,
    desc = "the value between, an older one behind a newer, or a lock left")
@State
public class MvarReadStress {
  private final int number = StressMvars.next();

  /** Holds it for writing, with a value between, and writes in one operation. */
  @Actor
  public void writer() {
    StressMvars.lock(number, 0, MvarLocks.WRITE);
    StressMvars.put(number, 7);
    StressMvars.put(number, 1);
    StressMvars.unlock(number, 0);
    long mvar = StressMvars.mvar(number);
    while (BriefLocks.beginWrite(StressMvars.context(), StressMvars.process(number, 0), mvar)
        != MvarLocks.HELD) {
      Thread.onSpinWait();
    }
    StressMvars.put(number, 2);
    BriefLocks.endWrite(StressMvars.context(), mvar);
  }

  /** Reads twice. */
  @Actor
  public void reader(III_Result result) {
    result.r1 = read();
    result.r2 = read();
  }

  private int read() {
    long value = BriefLocks.readAtOnce(StressMvars.process(number, 1), StressMvars.mvar(number));
    return value == BriefLocks.BLOCKED ? 9 : (int) Term.smallIntValue(value);
  }

  /** Afterwards. */
  @Arbiter
  public void after(III_Result result) {
    result.r3 = StressMvars.release(number) ? 1 : 0;
  }
}
