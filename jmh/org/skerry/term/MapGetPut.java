package org.skerry.term;

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

/** What does it cost to look a key up, and to put one, by the size of the map? */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {
      "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED",
      "--enable-native-access=ALL-UNNAMED"
    })
public class MapGetPut {
  /** Entries of the map. */
  @Param({"10", "1000", "1000000"})
  public int entries;

  private BenchmarkHeap heap;
  private long map;
  private int next;

  /** Builds the map. */
  @Setup
  public void setup() {
    heap = new BenchmarkHeap();
    HeapWriter writer = heap.writer;
    long list = Term.EMPTY_LIST;
    for (int i = 0; i < entries; i++) {
      list = Lists.cons(Tuples.of(Term.smallInt(i), Term.NIL, writer), list, writer);
    }
    map = Maps.fromList(list, heap.scratch, writer);
    heap.mark();
  }

  /** Frees the heap. */
  @TearDown
  public void tearDown() {
    heap.close();
  }

  private long key() {
    next = (int) ((next + 2_654_435_761L) % entries);
    return Term.smallInt(next);
  }

  /** A key that is there. */
  @Benchmark
  public long get() {
    return Maps.get(map, key(), heap.scratch);
  }

  /** Another value for a key that is there, with the room made sure of. */
  @Benchmark
  public long put() {
    long key = key();
    heap.reset();
    if (Maps.putBytes(map, key, heap.scratch) > heap.writer.room()) {
      throw new IllegalStateException();
    }
    return Maps.put(map, key, Term.TRUE, heap.scratch, heap.writer);
  }
}
