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
import org.skerry.heap.HeapLayout;
import org.skerry.memory.BlockCache;
import org.skerry.memory.Memory;
import org.skerry.memory.MemoryPool;

/** What does a call cost whose frame is the first of a chunk, and the return from it? */
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
@State(Scope.Thread)
public class StackChunkBoundary {
  /** Chunks below the boundary: the chunk beyond it has 1 KiB, or as much as a chunk can have. */
  @Param({"0", "10"})
  public int chunksBelow;

  private MemoryPool pool;
  private BlockCache cache;
  private long process;
  private long fp;

  /** Makes a process whose top frame ends its chunk. */
  @Setup
  public void open() {
    pool = new MemoryPool(1L << 30);
    cache = pool.newCache();
    process = cache.allocate(ProcessLayout.BYTES);
    Memory.fill(process, ProcessLayout.BYTES, (byte) 0);
    Memory.putLong(process + HeapLayout.MEMORY_MAX, Long.MAX_VALUE);
    Stack.initialize(process, process + ProcessLayout.FIRST_CHUNK, ProcessLayout.FIRST_CHUNK_BYTES);
    fp = Memory.getLong(process + StackLayout.STACK_FIRST);
    for (int i = 0; i < chunksBelow; i++) {
      fp = Stack.push(cache, process, 64);
    }
  }

  /** Frees it. */
  @TearDown
  public void close() {
    Stack.release(cache, process);
    cache.free(process, ProcessLayout.BYTES);
    cache.close();
    pool.close();
  }

  /** A call and its return across the boundary. */
  @Benchmark
  public long callAndReturn() {
    long frame = Stack.push(cache, process, 64);
    Memory.putLong(frame + 8, fp);
    Stack.popTo(cache, process, Memory.getLong(frame + 8));
    return frame;
  }
}
