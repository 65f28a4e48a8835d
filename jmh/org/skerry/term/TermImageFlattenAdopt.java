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

/** What does it cost to make an image of a message and to adopt it, block and all? */
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
public class TermImageFlattenAdopt {
  /** The message. */
  @Param({"tuple3", "list1000", "i64array1000", "map100"})
  public String message;

  private BenchmarkHeap heap;
  private long term;

  /** Builds the message. */
  @Setup
  public void setup() {
    heap = new BenchmarkHeap();
    HeapWriter writer = heap.writer;
    term =
        switch (message) {
          case "tuple3" -> Tuples.of(Term.atom(1), Term.smallInt(2), Term.NIL, writer);
          case "list1000" -> list();
          case "i64array1000" -> TermArrays.allocateNumbers(ObjectLayout.I64_ARRAY, 1000, writer);
          default -> map();
        };
    heap.mark();
  }

  private long list() {
    long list = Term.EMPTY_LIST;
    for (int i = 0; i < 1000; i++) {
      list = Lists.cons(Term.smallInt(i), list, heap.writer);
    }
    return list;
  }

  private long map() {
    long map = Maps.empty(heap.writer);
    for (int i = 0; i < 100; i++) {
      map = Maps.put(map, Term.smallInt(i), Term.NIL, heap.scratch, heap.writer);
    }
    return map;
  }

  /** Frees the heap. */
  @TearDown
  public void tearDown() {
    heap.close();
  }

  /** One message. */
  @Benchmark
  public long flattenAndAdopt() {
    long image = TermImage.flatten(term, heap.start, heap.end, Long.MAX_VALUE, heap.scratch);
    heap.reset();
    return TermImage.adopt(image, heap.writer, heap.cache);
  }
}
