package org.skerry.memory;

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

/** What it costs a worker to take a block and give it back. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class BlockAllocateFree {
  private static final long POOL_BYTES = 256L << 20;

  /** A small block, a process block, and a mailbox with its ring. */
  @Param({"64", "512", "1280"})
  private int byteCount;

  private MemoryPool pool;
  private BlockCache cache;

  @Setup
  public void open() {
    pool = new MemoryPool(POOL_BYTES);
    cache = pool.newCache();
  }

  @TearDown
  public void close() {
    cache.close();
    pool.close();
  }

  @Benchmark
  public long allocateAndFree() {
    long address = cache.allocate(byteCount);
    cache.free(address, byteCount);
    return address;
  }
}
