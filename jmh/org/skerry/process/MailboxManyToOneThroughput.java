package org.skerry.process;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Group;
import org.openjdk.jmh.annotations.GroupThreads;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.skerry.term.Term;

/**
 * How many messages go through one mailbox of 1,024 while two threads send and one receives: {@code
 * taken} counts.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class MailboxManyToOneThroughput {
  /** The mailbox. */
  @State(Scope.Group)
  public static class Shared {
    ProcessFixture fixture;
    long process;

    @Setup
    public void open() {
      fixture = new ProcessFixture();
      process = fixture.idle();
    }

    @TearDown
    public void close() {
      fixture.close();
    }
  }

  /** One thread's context; the fixture closes it. */
  @State(Scope.Thread)
  public static class Party {
    WorkerContext context;

    @Setup
    public void open(Shared shared) {
      context = shared.fixture.newContext(process -> {});
      context.participant().online();
    }
  }

  /** Messages and refusals. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  public static class Counts {
    public long taken;
    public long refused;
  }

  @Benchmark
  @Group("fanIn")
  @GroupThreads(2)
  public int send(Shared shared, Party party, Counts counts) {
    int result = Mailbox.offer(party.context, shared.process, Term.TRUE);
    if (result == Mailbox.FULL) {
      counts.refused++;
      Thread.onSpinWait();
    }
    return result;
  }

  @Benchmark
  @Group("fanIn")
  public long receive(Shared shared, Party party, Counts counts) {
    long message = Mailbox.receive(party.context, shared.process);
    if (message != Term.NONE) {
      counts.taken++;
    } else {
      Thread.onSpinWait();
    }
    return message;
  }
}
