package org.skerry.memory;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Group;
import org.openjdk.jmh.annotations.Level;
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
import org.openjdk.jmh.infra.Control;

/** What does it cost to allocate a block and free it again, here or on another thread? */
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
public class BlockAllocate {
  private static final int BURST = 1_000;

  /** A pool with the caches of two threads. */
  @State(Scope.Thread)
  public static class Caches {
    /** Bytes of a block: a message, a process, a mailbox, a small heap, a large block. */
    @Param({"64", "512", "1280", "16384", "65536"})
    public long byteCount;

    MemoryPool pool;
    BlockCache cache;
    BlockCache other;
    final long[] burst = new long[BURST];

    /** Opens the pool. */
    @Setup
    public void open() {
      pool = new MemoryPool(1L << 30);
      cache = pool.newCache();
      other = pool.newCache();
    }

    /** Closes the pool. */
    @TearDown
    public void close() {
      pool.close();
    }
  }

  /** One block, freed at once: the stack of the cache and nothing else. */
  @Benchmark
  public long allocateAndFree(Caches caches) {
    long block = caches.cache.allocate(caches.byteCount);
    caches.cache.free(block, caches.byteCount);
    return block;
  }

  /** A thousand blocks, then all of them freed: batches go to the slabs and come back. */
  @Benchmark
  @OperationsPerInvocation(BURST)
  public void allocateBurstThenFree(Caches caches) {
    for (int i = 0; i < BURST; i++) {
      caches.burst[i] = caches.cache.allocate(caches.byteCount);
    }
    for (int i = 0; i < BURST; i++) {
      caches.cache.free(caches.burst[i], caches.byteCount);
    }
  }

  /** Every block is freed through another cache, as a receiver frees what a sender allocated. */
  @Benchmark
  public void allocateHereFreeThere(Caches caches) {
    caches.other.free(caches.cache.allocate(caches.byteCount), caches.byteCount);
  }

  /** Blocks on their way from the producer to the consumer. */
  @State(Scope.Group)
  public static class Handover {
    private static final int CAPACITY = 1 << 10;

    final MemoryPool pool = new MemoryPool(1L << 30);
    final BlockCache producer = pool.newCache();
    final BlockCache consumer = pool.newCache();
    final AtomicLongArray slots = new AtomicLongArray(CAPACITY);
    int head;
    int tail;

    /** Frees what is still on its way. */
    @TearDown(Level.Iteration)
    public void drain() {
      for (int i = 0; i < CAPACITY; i++) {
        long block = slots.getAndSet(i, 0);
        if (block != 0) {
          producer.free(block, 512);
        }
      }
      head = 0;
      tail = 0;
    }

    /** Closes the pool. */
    @TearDown
    public void close() {
      pool.close();
    }
  }

  /** Allocates for {@link #consume}. */
  @Benchmark
  @Group("acrossThreads")
  public void produce(Handover handover, Control control) {
    int slot = handover.head++ & (Handover.CAPACITY - 1);
    while (handover.slots.getAcquire(slot) != 0) {
      if (control.stopMeasurement) {
        return;
      }
      Thread.onSpinWait();
    }
    handover.slots.setRelease(slot, handover.producer.allocate(512));
  }

  /** Frees what {@link #produce} allocated. */
  @Benchmark
  @Group("acrossThreads")
  public void consume(Handover handover, Control control) {
    int slot = handover.tail++ & (Handover.CAPACITY - 1);
    long block = handover.slots.getAcquire(slot);
    while (block == 0) {
      if (control.stopMeasurement) {
        return;
      }
      Thread.onSpinWait();
      block = handover.slots.getAcquire(slot);
    }
    handover.slots.setRelease(slot, 0);
    handover.consumer.free(block, 512);
  }
}
