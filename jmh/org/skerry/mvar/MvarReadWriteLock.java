package org.skerry.mvar;

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
import org.skerry.memory.Memory;
import org.skerry.process.WorkerContext;
import org.skerry.term.Term;

/** What do the operations on an MVar cost that nobody else wants? */
@State(Scope.Thread)
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
public class MvarReadWriteLock {
  private static final int OPERATIONS_PER_SLICE = 1_000;

  private MvarFixture fixture;
  private WorkerContext context;
  private long process;
  private long mvar;
  private int operations;

  /** An MVar, and a process that does what is measured. */
  @Setup
  public void setup() {
    fixture = new MvarFixture();
    context = fixture.context;
    mvar = fixture.mvar(0);
    process = fixture.idle();
    Memory.putLong(mvar + MvarLayout.VALUE, Term.smallInt(0));
  }

  /** Fails where a block was not given back. */
  @TearDown
  public void tearDown() {
    fixture.close();
  }

  /** Reads an immediate. */
  @Benchmark
  public long read() {
    return BriefLocks.read(context, process, mvar);
  }

  /** Writes an immediate. */
  @Benchmark
  public void write() {
    write(Term.smallInt(++operations));
  }

  /** Makes the image of a short string, writes it, and lets the old one go. */
  @Benchmark
  public void writeImage() {
    write(fixture.image());
    if (++operations % OPERATIONS_PER_SLICE == 0) {
      context.participant().quiescent();
    }
  }

  private void write(long value) {
    if (BriefLocks.beginWrite(context, process, mvar) != MvarLocks.HELD) {
      throw new IllegalStateException();
    }
    MvarValue.replace(context, mvar, value);
    BriefLocks.endWrite(context, mvar);
  }

  /** Takes and releases the lock for reading. */
  @Benchmark
  public long lockReadAndUnlock() {
    lock(MvarLocks.READ);
    long value = BriefLocks.read(context, process, mvar);
    MvarLocks.unlock(context, process, mvar);
    return value;
  }

  /** Takes the lock for writing, adds one, and releases it. */
  @Benchmark
  public void lockWriteAddAndUnlock() {
    lock(MvarLocks.WRITE);
    long value = BriefLocks.read(context, process, mvar);
    write(Term.smallInt(Term.smallIntValue(value) + 1));
    MvarLocks.unlock(context, process, mvar);
  }

  /** Takes the lock for writing again that is held already. */
  @Benchmark
  public void lockWriteWithin() {
    if (MvarLocks.access(process, mvar) == 0) {
      lock(MvarLocks.WRITE);
    }
    lock(MvarLocks.WRITE);
    MvarLocks.unlock(context, process, mvar);
  }

  private void lock(int access) {
    if (MvarLocks.lock(context, process, mvar, access, MvarLocks.PATIENT) != MvarLocks.HELD) {
      throw new IllegalStateException();
    }
  }
}
