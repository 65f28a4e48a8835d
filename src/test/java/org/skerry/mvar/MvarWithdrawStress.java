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
 * The holder of an MVar releases it while the first of two that wait gives up, be it that it ends
 * or that its time is over. Results: whether the first had it; whether the second has it in the
 * end; whether all is released.
 */
@JCStressTest
@Outcome(id = "0, 1, 1", expect = ACCEPTABLE, desc = "gave up, and the next has it")
@Outcome(id = "1, 1, 1", expect = ACCEPTABLE, desc = "was granted it, and passed it on")
@Outcome(expect = FORBIDDEN, desc = "a lost wake-up, or a lock left")
@State
public class MvarWithdrawStress {
  private final int number = StressMvars.next();

  /** All three are in line. */
  public MvarWithdrawStress() {
    StressMvars.lock(number, 0, MvarLocks.WRITE);
    queue(1, MvarLocks.TIMED);
    queue(2, MvarLocks.PATIENT);
  }

  private int queue(int which, int patience) {
    long process = StressMvars.process(number, which);
    long mvar = StressMvars.mvar(number);
    return MvarLocks.lock(StressMvars.context(), process, mvar, MvarLocks.WRITE, patience);
  }

  /** Releases it. */
  @Actor
  public void holder() {
    StressMvars.unlock(number, 0);
  }

  /** Gives up, and releases it where that was too late. */
  @Actor
  public void first(III_Result result) {
    long process = StressMvars.process(number, 1);
    if (!MvarLocks.withdraw(StressMvars.context(), process)) {
      result.r1 = queue(1, MvarLocks.TIMED) == MvarLocks.HELD ? 1 : 2;
      StressMvars.unlock(number, 1);
    }
  }

  /** Afterwards. */
  @Arbiter
  public void after(III_Result result) {
    result.r2 = queue(2, MvarLocks.PATIENT) == MvarLocks.HELD ? 1 : 0;
    result.r3 = StressMvars.release(number) ? 1 : 0;
  }
}
