package org.skerry.heap;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.skerry.memory.Memory;
import org.skerry.term.ObjectLayout;
import org.skerry.term.Term;

/**
 * How long does binary-trees 16 take where Java code allocates in a process's heap and the
 * collector cleans up, against the same on the Java heap?
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 6, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {
      "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED",
      "--enable-native-access=ALL-UNNAMED"
    })
@State(Scope.Thread)
public class BinaryTreesInHeap {
  private static final int MIN_DEPTH = 4;
  private static final int MAX_DEPTH = 16;
  private static final int LONG_LIVED = 60;
  private static final int RIGHT = 30;

  private HeapFixture fixture;
  private long registers;

  /** In a process's heap. */
  @Benchmark
  public long process() {
    fixture = new HeapFixture(HeapOptions.DEFAULT);
    long frame = fixture.pushAllLive(64);
    registers = HeapFixture.register(frame, 0);
    for (int i = 0; i < 64; i++) {
      set(i, Term.NIL);
    }
    long sum = check(make(MAX_DEPTH + 1));
    set(LONG_LIVED, make(MAX_DEPTH));
    for (int depth = MIN_DEPTH; depth <= MAX_DEPTH; depth += 2) {
      for (int i = 1 << MAX_DEPTH - depth + MIN_DEPTH; i > 0; i--) {
        sum += check(make(depth));
      }
    }
    sum += check(Memory.getLong(registers + 8L * LONG_LIVED));
    fixture.close();
    return sum;
  }

  private long make(int depth) {
    if (depth == 0) {
      return pair(Term.NIL, Term.NIL);
    }
    set(depth, make(depth - 1));
    set(depth + RIGHT, make(depth - 1));
    long node = pair(0, 0);
    Memory.putLong(node + 8, Memory.getLong(registers + 8L * depth));
    Memory.putLong(node + 16, Memory.getLong(registers + 8L * (depth + RIGHT)));
    set(depth, Term.NIL);
    set(depth + RIGHT, Term.NIL);
    return node;
  }

  private long pair(long left, long right) {
    if (!fixture.heap.ensure(fixture.process, 24)) {
      throw new IllegalStateException("no room");
    }
    long pair = Heap.bump(fixture.process, 24);
    Memory.putLong(pair, ObjectLayout.header(ObjectLayout.TUPLE, 2));
    Memory.putLong(pair + 8, left);
    Memory.putLong(pair + 16, right);
    return pair;
  }

  private static long check(long tree) {
    long left = Memory.getLong(tree + 8);
    return left == Term.NIL ? 1 : 1 + check(left) + check(Memory.getLong(tree + 16));
  }

  private void set(int register, long term) {
    Memory.putLong(registers + 8L * register, term);
  }

  /** On the Java heap. */
  @Benchmark
  public long java() {
    long sum = Node.make(MAX_DEPTH + 1).check();
    Node longLived = Node.make(MAX_DEPTH);
    for (int depth = MIN_DEPTH; depth <= MAX_DEPTH; depth += 2) {
      for (int i = 1 << MAX_DEPTH - depth + MIN_DEPTH; i > 0; i--) {
        sum += Node.make(depth).check();
      }
    }
    return sum + longLived.check();
  }

  private record Node(Node left, Node right) {
    static Node make(int depth) {
      return depth == 0 ? new Node(null, null) : new Node(make(depth - 1), make(depth - 1));
    }

    long check() {
      return left == null ? 1 : 1 + left.check() + right.check();
    }
  }
}
