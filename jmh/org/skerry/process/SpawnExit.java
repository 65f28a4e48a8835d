package org.skerry.process;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.skerry.term.Term;

/** What a process costs that is spawned, runs one slice that ends it, and is freed. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class SpawnExit {
  private final BenchmarkQueue queue = new BenchmarkQueue();
  private ProcessFixture fixture;
  private WorkerContext context;

  @Setup
  public void open() {
    fixture = new ProcessFixture();
    fixture.hears = false;
    fixture.engine =
        (worker, process, reductions) -> {
          Lifecycle.endWith(process, ExitKind.RETURNED, Term.NIL);
          return Engine.EXITED;
        };
    fixture.context.participant().offline();
    context = fixture.newContext(queue);
    context.participant().online();
  }

  @TearDown
  public void close() {
    context.participant().offline();
    fixture.context.participant().online();
    fixture.close();
  }

  @Benchmark
  public long spawnAndExit() {
    long process = Lifecycle.create(context, ProcessFixture.SMALL, ProcessFixture.DEFAULTS);
    long pid = Lifecycle.start(context, process);
    long ready = queue.poll();
    Slice.begin(ready);
    Slice.run(context, ready, 1000);
    context.participant().quiescent();
    return pid;
  }

  /** With a message, so that a ring is made and freed as well. */
  @Benchmark
  public long spawnSendAndExit() {
    long process = Lifecycle.create(context, ProcessFixture.SMALL, ProcessFixture.DEFAULTS);
    long pid = Lifecycle.start(context, process);
    Mailbox.offer(context, context.table().find(pid), Term.TRUE);
    long ready = queue.poll();
    Slice.begin(ready);
    Slice.run(context, ready, 1000);
    context.participant().quiescent();
    return pid;
  }
}
