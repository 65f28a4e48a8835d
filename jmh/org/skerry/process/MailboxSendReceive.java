package org.skerry.process;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.skerry.term.Term;

/**
 * What a message costs on one worker, without an interpreter: look the receiver up, send, wake it,
 * begin its slice, receive, suspend it. Over several receivers in turn, each view of a ring is
 * turned each time.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class MailboxSendReceive {
  @Param({"1", "2", "1000"})
  private int receivers;

  private final BenchmarkQueue queue = new BenchmarkQueue();
  private ProcessFixture fixture;
  private WorkerContext context;
  private long[] pids;
  private int next;

  @Setup
  public void open() {
    fixture = new ProcessFixture();
    context = fixture.newContext(queue);
    context.participant().online();
    pids = new long[receivers];
    for (int i = 0; i < receivers; i++) {
      long process = Lifecycle.create(context, ProcessFixture.SMALL, ProcessFixture.DEFAULTS);
      pids[i] = Lifecycle.start(context, process);
      queue.poll();
      Slice.begin(process);
      Slice.suspend(context, process);
    }
  }

  @TearDown
  public void close() {
    context.participant().offline();
    fixture.close();
  }

  /** All of it. */
  @Benchmark
  public long sendWakeReceive() {
    long pid = pids[next];
    next = next + 1 == receivers ? 0 : next + 1;
    long target = context.table().find(pid);
    Mailbox.offer(context, target, Term.TRUE);
    long process = queue.poll();
    Slice.begin(process);
    long message = Mailbox.receive(context, process);
    Slice.suspend(context, process);
    return message;
  }

  /** Without wake-up: the receiver is queued already. */
  @Benchmark
  public long sendReceive() {
    long pid = pids[next];
    next = next + 1 == receivers ? 0 : next + 1;
    long process = context.table().find(pid);
    Mailbox.offer(context, process, Term.TRUE);
    return Mailbox.receive(context, process);
  }
}
