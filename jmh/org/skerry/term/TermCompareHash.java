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

/** What does it cost to compare two equal terms that are not the same, and to hash one? */
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
public class TermCompareHash {
  /** The term. */
  @Param({"int", "tuple3", "list1000"})
  public String kind;

  private BenchmarkHeap heap;
  private long a;
  private long b;

  /** Builds two of it. */
  @Setup
  public void setup() {
    heap = new BenchmarkHeap();
    a = make();
    b = make();
  }

  private long make() {
    if (kind.equals("int")) {
      return Arithmetic.fromInt(Long.MAX_VALUE, heap.writer);
    }
    if (kind.equals("tuple3")) {
      return Tuples.of(Term.atom(1), Term.smallInt(2), Term.NIL, heap.writer);
    }
    long list = Term.EMPTY_LIST;
    for (int i = 0; i < 1000; i++) {
      list = Lists.cons(Term.smallInt(i), list, heap.writer);
    }
    return list;
  }

  /** Frees the heap. */
  @TearDown
  public void tearDown() {
    heap.close();
  }

  /** Order. */
  @Benchmark
  public int compare() {
    return TermOrder.compare(a, b, heap.scratch);
  }

  /** Hash. */
  @Benchmark
  public long hash() {
    return TermHash.hash(a, heap.scratch);
  }
}
