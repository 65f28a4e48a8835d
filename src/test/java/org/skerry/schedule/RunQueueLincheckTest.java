package org.skerry.schedule;

import org.jetbrains.lincheck.datastructures.LongGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;

/** One owner, any number of thieves: every interleaving equals one where they take turns. */
@Param(name = "process", gen = LongGen.class, conf = "1:100")
public class RunQueueLincheckTest {
  private final RunQueue queue = new RunQueue();

  @Operation(nonParallelGroup = "owner")
  public boolean offer(long process) {
    return queue.offer(process);
  }

  @Operation(nonParallelGroup = "owner")
  public long poll() {
    return queue.poll();
  }

  /** A thief with an empty queue of its own; what it got, as one number. */
  @Operation
  public String steal() {
    RunQueue own = new RunQueue();
    queue.stealInto(own);
    return RunQueueTest.drain(own).toString();
  }

  @Test
  void shouldBeLinearizableUnderStress() {
    new StressOptions()
        .iterations(5)
        .invocationsPerIteration(300)
        .threads(3)
        .actorsPerThread(3)
        .check(getClass());
  }

  @Test
  void shouldBeLinearizableInEveryModelledInterleaving() {
    new ModelCheckingOptions()
        .iterations(4)
        .invocationsPerIteration(200)
        .threads(2)
        .actorsPerThread(3)
        .check(getClass());
  }
}
