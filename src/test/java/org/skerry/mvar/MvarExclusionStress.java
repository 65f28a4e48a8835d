package org.skerry.mvar;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * Two processes add one each under the lock for writing, the second having read twice under that
 * for reading, which it upgrades. Results: whether all that it read was the same; the sum; whether
 * all is released.
 */
@JCStressTest
@Outcome(id = "1, 2, 1", expect = ACCEPTABLE, desc = "one after the other")
@Outcome(expect = FORBIDDEN, desc = "both at a time, or a lock left")
@State
public class MvarExclusionStress {
  private final int number = StressMvars.next();

  /** Adds one. */
  @Actor
  public void first() {
    add(0);
  }

  /** Reads, and adds one. */
  @Actor
  public void second(III_Result result) {
    StressMvars.lock(number, 1, MvarLocks.READ);
    int value = StressMvars.get(number);
    boolean isSame = StressMvars.get(number) == value;
    StressMvars.lock(number, 1, MvarLocks.WRITE);
    result.r1 = isSame && StressMvars.get(number) == value ? 1 : 0;
    add(1);
    StressMvars.unlock(number, 1);
    StressMvars.unlock(number, 1);
  }

  private void add(int which) {
    StressMvars.lock(number, which, MvarLocks.WRITE);
    StressMvars.put(number, StressMvars.get(number) + 1);
    StressMvars.unlock(number, which);
  }

  /** Afterwards. */
  @Arbiter
  public void after(III_Result result) {
    result.r2 = StressMvars.get(number);
    result.r3 = StressMvars.release(number) ? 1 : 0;
  }
}
