package org.skerry.heap;

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
import org.skerry.memory.Memory;
import org.skerry.term.ObjectLayout;
import org.skerry.term.Term;

/** What does one collection cost, of a heap in which everything is live? */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {
      "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED",
      "--enable-native-access=ALL-UNNAMED"
    })
@State(Scope.Thread)
public class HeapCollect {
  /**
   * A tuple (the fixed cost), a list of 1,000,000 (24 MB), a tree of 524,287 pairs (12.6 MB), 1,000
   * tuples of 1,000 (8 MB), an array of 8 MB of bytes.
   */
  @Param({"tuple", "list", "tree", "wide", "bytes"})
  public String graph;

  private HeapFixture fixture;

  /** Builds the graph. */
  @Setup
  public void open() {
    fixture = new HeapFixture(HeapOptions.DEFAULT);
    long frame = fixture.pushAllLive(1);
    long root = HeapFixture.register(frame, 0);
    Memory.putLong(root, Term.EMPTY_LIST);
    fixture.heap.ensure(fixture.process, 64 << 20);
    Memory.putLong(
        root,
        switch (graph) {
          case "tuple" -> fixture.tupleIn(frame, 0, 2);
          case "list" -> list();
          case "tree" -> tree(18);
          case "wide" -> wide();
          default -> fixture.allocate(ObjectLayout.U8_ARRAY, 8_000_000);
        });
    fixture.heap.collect(fixture.process);
  }

  /** Frees it. */
  @TearDown
  public void close() {
    fixture.close();
  }

  /** One collection. */
  @Benchmark
  public boolean collect() {
    return fixture.heap.collect(fixture.process);
  }

  private long list() {
    long list = Term.EMPTY_LIST;
    for (int i = 0; i < 1_000_000; i++) {
      list = pair(ObjectLayout.CONS, Term.smallInt(i), list);
    }
    return list;
  }

  private long tree(int depth) {
    return depth < 0 ? Term.NIL : pair(ObjectLayout.TUPLE, tree(depth - 1), tree(depth - 1));
  }

  private long wide() {
    long outer = fixture.allocate(ObjectLayout.TUPLE, 1_000);
    for (int i = 0; i < 1_000; i++) {
      long inner = fixture.allocate(ObjectLayout.TUPLE, 1_000);
      for (int j = 0; j < 1_000; j++) {
        Memory.putLong(inner + 8 + 8L * j, Term.smallInt(j));
      }
      Memory.putLong(outer + 8 + 8L * i, inner);
    }
    return outer;
  }

  private long pair(int kind, long first, long second) {
    long pair = fixture.allocate(kind, 2);
    Memory.putLong(pair + 8, first);
    Memory.putLong(pair + 16, second);
    return pair;
  }
}
