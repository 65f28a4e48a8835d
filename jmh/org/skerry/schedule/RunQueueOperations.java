package org.skerry.schedule;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What a run queue costs its owner, and a thief, with nobody in the way. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class RunQueueOperations {
  private static final int STOLEN = 64;

  private final RunQueue queue = new RunQueue();
  private final RunQueue thief = new RunQueue();

  @Benchmark
  public long offerAndPoll() {
    queue.offer(8);
    return queue.poll();
  }

  /** Per process: added here, stolen with others at once, taken there. */
  @Benchmark
  @OperationsPerInvocation(STOLEN)
  public long stealHalf() {
    for (int i = 0; i < 2 * STOLEN; i++) {
      queue.offer(8);
    }
    queue.stealInto(thief);
    long last = 0;
    for (int i = 0; i < STOLEN; i++) {
      last = thief.poll() + queue.poll();
    }
    return last;
  }
}
