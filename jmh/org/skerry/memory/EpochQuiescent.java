package org.skerry.memory;

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

/** What does reclamation cost a worker per slice, per exited process and per host call? */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 2,
    jvmArgsAppend = {
      "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED",
      "--enable-native-access=ALL-UNNAMED"
    })
@State(Scope.Thread)
public class EpochQuiescent {
  private MemoryPool pool;
  private BlockCache cache;
  private Epochs epochs;
  private Epochs.Participant worker;
  private Epochs.Participant other;
  private Epochs.Participant host;

  /** Opens a pool and registers a worker, another one and a host thread. */
  @Setup
  public void open() {
    pool = new MemoryPool(1L << 26);
    cache = pool.newCache();
    epochs = new Epochs();
    worker = epochs.register(cache);
    other = epochs.register(cache);
    host = epochs.register();
    worker.online();
    other.online();
  }

  /** Closes everything. */
  @TearDown
  public void close() {
    worker.offline();
    other.offline();
    epochs.freeRemaining(cache);
    pool.close();
  }

  /** The end of a slice in which nothing was retired. */
  @Benchmark
  public void quiescent() {
    worker.quiescent();
  }

  /** Allocate, retire, and two workers' quiescent states: a process's exit, less the process. */
  @Benchmark
  public void retireAndReclaim() {
    worker.retire(cache.allocate(512), 512, cache);
    worker.quiescent();
    other.quiescent();
  }

  /** A host thread's look at shared structures. */
  @Benchmark
  public void enterAndExit() {
    host.enter();
    host.exit();
  }
}
