package org.skerry.mvar;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
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
import org.skerry.memory.Memory;
import org.skerry.process.SpawnOptions;
import org.skerry.process.WorkerContext;
import org.skerry.term.Term;

/** What do one thread's reads of an MVar cost while another writes to it, and those writes? */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {
      "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED",
      "--enable-native-access=ALL-UNNAMED"
    })
public class MvarReadBesideWriter {
  /** The MVar. */
  @State(Scope.Group)
  public static class Shared {
    private final List<WorkerContext> contexts = new ArrayList<>();
    private MvarFixture fixture;
    private long mvar;

    /** With an immediate value. */
    @Setup
    public void setup() {
      fixture = new MvarFixture();
      mvar = fixture.mvar(0);
      Memory.putLong(mvar + MvarLayout.VALUE, Term.smallInt(0));
    }

    /** When no thread measures any more. Fails where a block was not given back. */
    @TearDown
    public void tearDown() {
      contexts.forEach(context -> context.participant().offline());
      fixture.close();
    }
  }

  /** A process on a thread. */
  @State(Scope.Thread)
  public static class Actor {
    private WorkerContext context;
    private long process;
    private int number;

    /** Joins the machine. */
    @Setup
    public void setup(Shared shared) {
      synchronized (shared) {
        context = shared.fixture.newContext(ready -> {});
        shared.contexts.add(context);
        process = shared.fixture.start(new SpawnOptions());
      }
      context.participant().online();
    }
  }

  /** Reads an immediate. */
  @Benchmark
  @Group("besideWriter")
  @GroupThreads(1)
  public long read(Shared shared, Actor actor) {
    return BriefLocks.read(actor.context, actor.process, shared.mvar);
  }

  /** Writes one. */
  @Benchmark
  @Group("besideWriter")
  @GroupThreads(1)
  public void write(Shared shared, Actor actor) {
    if (BriefLocks.beginWrite(actor.context, actor.process, shared.mvar) != MvarLocks.HELD) {
      throw new IllegalStateException();
    }
    MvarValue.replace(actor.context, shared.mvar, Term.smallInt(++actor.number));
    BriefLocks.endWrite(actor.context, shared.mvar);
  }
}
