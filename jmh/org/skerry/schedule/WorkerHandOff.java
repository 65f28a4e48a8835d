package org.skerry.schedule;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.skerry.process.Mailbox;
import org.skerry.process.SpawnOptions;
import org.skerry.process.WorkerContext;
import org.skerry.term.Term;

/**
 * From one process to the next: a message of a pair that plays ping-pong, in Java instead of
 * bytecode; and from a host thread to a process, started and ended.
 */
@State(Scope.Benchmark)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class WorkerHandOff {
  private static final int THROWS = 50_000;
  private static final SpawnOptions DEFAULTS = new SpawnOptions();

  @Param({"1", "2"})
  private int workers;

  @Param({"SPIN", "HYBRID", "PARK"})
  private IdleMode idle;

  private SchedulerFixture machine;
  private Scheduler scheduler;
  private WorkerContext host;

  /** Starts the workers. */
  @Setup
  public void open() {
    machine = new SchedulerFixture(new SchedulerFixture.RealWorld());
    SchedulerOptions options = SchedulerOptions.DEFAULT.withWorkers(workers).withIdle(idle);
    scheduler =
        new Scheduler(
            machine.runtime,
            options,
            new Scheduler.Listener() {
              @Override
              public void failed(Throwable cause) {
                cause.printStackTrace();
              }

              @Override
              public void warned(String message) {
                System.err.println(message);
              }
            });
    scheduler.start();
    host = machine.host(scheduler.hostScheduling(), scheduler.hostTimers());
  }

  /** Stops them. */
  @TearDown
  public void close() {
    scheduler.requestStop();
    scheduler.awaitStopped(TimeUnit.MINUTES.toNanos(1));
    machine.abandonProcesses(scheduler.contexts());
    host.close();
    scheduler.close();
    machine.close();
  }

  @Benchmark
  @BenchmarkMode(Mode.AverageTime)
  @OperationsPerInvocation(2 * THROWS)
  public void message() {
    long before = machine.exits.get();
    long first =
        SchedulerFixture.start(host, Programs.PLAYER, DEFAULTS, Term.NIL, Term.smallInt(THROWS));
    long second =
        SchedulerFixture.start(host, Programs.PLAYER, DEFAULTS, first, Term.smallInt(THROWS));
    host.participant().enter();
    Mailbox.offer(host, host.table().find(first), second);
    Mailbox.offer(host, host.table().find(second), first);
    host.participant().exit();
    awaitExits(before + 2);
  }

  @Benchmark
  @BenchmarkMode(Mode.SampleTime)
  public void hostToProcessAndBack() {
    long before = machine.exits.get();
    SchedulerFixture.start(host, Programs.HOG, DEFAULTS, Term.smallInt(0));
    awaitExits(before + 1);
  }

  private void awaitExits(long count) {
    while (machine.exits.get() < count) {
      Thread.onSpinWait();
    }
  }
}
