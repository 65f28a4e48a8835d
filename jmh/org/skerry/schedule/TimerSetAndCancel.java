package org.skerry.schedule;

import java.util.concurrent.TimeUnit;
import org.agrona.DeadlineTimerWheel;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.skerry.memory.BlockCache;
import org.skerry.memory.Memory;
import org.skerry.memory.MemoryPool;

/**
 * Sets and cancels one more timer beside {@code others} that are set already, all within a second
 * or all for one moment; and the same with Agrona's wheel (1 ms a tick, 1,024 ticks), without the
 * map from its timers to what they do.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class TimerSetAndCancel {
  private static final long SECOND_NS = 1_000_000_000;

  /** How many timers there are besides. */
  @Param({"0", "2000"})
  private int others;

  /** Whether all are for the same moment. */
  @Param({"false", "true"})
  private boolean sameDeadline;

  private MemoryPool pool;
  private BlockCache cache;
  private TimerWheel wheel;
  private DeadlineTimerWheel agrona;
  private long[] blocks;
  private int turn;

  /** Makes both wheels. */
  @Setup(Level.Trial)
  public void open() {
    pool = new MemoryPool(1L << 28);
    cache = pool.newCache();
    wheel = new TimerWheel(0);
    agrona = new DeadlineTimerWheel(TimeUnit.NANOSECONDS, 0, 1 << 20, 1024);
    blocks = new long[others + 1];
    for (int i = 0; i <= others; i++) {
      blocks[i] = cache.allocate(TimerLayout.BYTES);
      Memory.putInt(blocks[i] + TimerLayout.BUCKET, TimerWheel.NO_BUCKET);
      if (i < others) {
        Memory.putLong(blocks[i] + TimerLayout.DEADLINE_NS, deadlineNs());
        wheel.schedule(blocks[i]);
        agrona.scheduleTimer(deadlineNs());
      }
    }
  }

  private long deadlineNs() {
    return sameDeadline ? SECOND_NS : Math.floorMod(turn++ * 0x9E3779B97F4A7C15L, SECOND_NS) + 1;
  }

  /** Gives the memory back. */
  @TearDown(Level.Trial)
  public void close() {
    for (long block : blocks) {
      cache.free(block, TimerLayout.BYTES);
    }
    cache.close();
    pool.close();
  }

  @Benchmark
  public boolean skerry() {
    long timer = blocks[others];
    Memory.putLong(timer + TimerLayout.DEADLINE_NS, deadlineNs());
    wheel.schedule(timer);
    return wheel.remove(timer);
  }

  @Benchmark
  public boolean agrona() {
    return agrona.cancelTimer(agrona.scheduleTimer(deadlineNs()));
  }
}
