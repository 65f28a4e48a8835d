package org.skerry.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does an access through {@link Memory} cost, beside a segment over all addresses? Run it with
 * {@code -jvmArgsAppend -Dskerry.memory=checked} for the price of the check.
 */
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
public class MemoryAccess {
  private static final int WORDS = 1_024;
  private static final MemorySegment EVERYTHING = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private MemoryPool pool;
  private BlockCache cache;
  private long block;

  /** Makes a cycle of addresses, so that each load waits for the one before. */
  @Setup
  public void open() {
    pool = new MemoryPool(1L << 26);
    cache = pool.newCache();
    block = cache.allocate(WORDS * 8L);
    for (int i = 0; i < WORDS; i++) {
      Memory.putLong(block + i * 8L, block + (i + 1) % WORDS * 8L);
    }
  }

  /** Closes the pool. */
  @TearDown
  public void close() {
    cache.free(block, WORDS * 8L);
    pool.close();
  }

  /** Dependent loads. */
  @Benchmark
  @OperationsPerInvocation(WORDS)
  public long followAddresses() {
    long at = block;
    for (int i = 0; i < WORDS; i++) {
      at = Memory.getLong(at);
    }
    return at;
  }

  /** The same through a segment. */
  @Benchmark
  @OperationsPerInvocation(WORDS)
  public long followAddressesThroughASegment() {
    long at = block;
    for (int i = 0; i < WORDS; i++) {
      at = EVERYTHING.get(ValueLayout.JAVA_LONG, at);
    }
    return at;
  }

  /** A load, an add and a store of the same word. */
  @Benchmark
  public void increment() {
    Memory.putLong(block, Memory.getLong(block) + 8);
    Memory.putLong(block, Memory.getLong(block) - 8);
  }

  /** An uncontended atomic. */
  @Benchmark
  public long compareAndSet() {
    long value = Memory.getLong(block);
    Memory.compareAndSetLong(block, value, value);
    return value;
  }

  /** 1 KiB from one half of the block to the other. */
  @Benchmark
  public void copyKibibyte() {
    Memory.copy(block, block + 4_096, 1_024);
    Memory.copy(block, block + 4_096, 8);
  }
}
