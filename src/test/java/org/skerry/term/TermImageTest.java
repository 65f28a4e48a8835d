package org.skerry.term;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.skerry.memory.Memory;
import org.skerry.memory.SharedBytes;

final class TermImageTest {
  private final TermFixture f = new TermFixture(256L << 20);

  @AfterEach
  void close() {
    f.close();
  }

  /** Flattens, moves the image into an empty heap, and checks that the source was not changed. */
  private long trip(long term) {
    String before = f.text(term);
    long image = f.flatten(term);
    assertThat(image).isPositive();
    assertThat(f.text(term)).isEqualTo(before);
    long bytes = TermImage.heapBytes(image);
    long top = f.writer.top();
    long copy = f.adopt(image);
    assertThat(f.writer.top() - top).isEqualTo(bytes);
    assertThat(f.text(copy)).isEqualTo(before);
    return copy;
  }

  @Test
  void shouldKeepRandomGraphs() {
    RandomTerms terms = new RandomTerms(3, true, f.scratch, f.writer);
    for (int i = 0; i < 1_000; i++) {
      long term = terms.next(i % 60);
      long copy = f.adopt(f.flatten(term));
      assertThat(TermOrder.equal(term, copy, f.scratch)).as("round %s", i).isTrue();
      if (i % 100 == 0) {
        f.clearHeap();
      }
    }
  }

  @Test
  void shouldCarryImmediates() {
    for (long word : new long[] {Term.NIL, Term.smallInt(-5), f.atom("x"), Term.ref(7)}) {
      long image = f.flatten(word);
      assertThat(TermImage.heapBytes(image)).isZero();
      assertThat(f.adopt(image)).isEqualTo(word);
    }
  }

  @Test
  void shouldKeepSharing() {
    long shared = f.string("shared");
    long copy = trip(f.tuple(shared, f.list(shared), shared));
    assertThat(Tuples.get(copy, 0)).isEqualTo(Tuples.get(copy, 2));
    assertThat(Lists.head(Tuples.get(copy, 1))).isEqualTo(Tuples.get(copy, 0));
    long graph = Term.NIL;
    for (int i = 0; i < 60; i++) {
      graph = f.tuple(graph, graph);
    }
    long image = f.flatten(graph);
    assertThat(TermImage.heapBytes(image)).isEqualTo(60 * 24);
    TermImage.release(image, f.cache);
  }

  @Test
  void shouldKeepCycles() {
    long array = TermArrays.allocateTerms(2, Term.NIL, f.writer);
    TermArrays.setTerm(array, 0, f.tuple(array));
    long copy = trip(array);
    assertThat(copy).isNotEqualTo(array);
    assertThat(Tuples.get(TermArrays.getTerm(copy, 0), 0)).isEqualTo(copy);
    assertThat(f.text(copy)).isEqualTo("term[{#cycle<2>} nil]");
  }

  @Test
  void shouldCopyLiteralsWithTheirSharing() {
    long literal =
        TermImage.toLiteral(f.flatten(f.tuple(f.string("literal"), f.list(f.number(1.5)))));
    long literalImage = literal - TermImage.HEADER_BYTES;
    byte[] before = new byte[(int) TermImage.totalBytes(literalImage)];
    Memory.copyOut(literalImage, before, 0, before.length);
    long copy = trip(f.tuple(literal, f.list(literal), Tuples.get(literal, 0)));
    byte[] after = new byte[before.length];
    Memory.copyOut(literalImage, after, 0, after.length);
    assertThat(after).isEqualTo(before);
    assertThat(Tuples.get(copy, 0))
        .isEqualTo(Lists.head(Tuples.get(copy, 1)))
        .isBetween(f.heapStart, f.heapEnd());
    assertThat(Tuples.get(Tuples.get(copy, 0), 0)).isEqualTo(Tuples.get(copy, 2));
    TermImage.releaseLiteral(literalImage, f.cache);
  }

  @Test
  void shouldShareLargeBytes() {
    long bytes = f.bytes(new byte[1000]);
    long block = Memory.getLong(bytes + ObjectLayout.SHARED_BLOCK);
    long image = f.flatten(f.tuple(bytes, bytes, Bytes.slice(bytes, 10, 500, f.writer)));
    assertThat(SharedBytes.references(block)).isEqualTo(4);
    long copied = TermImage.copyInto(image, f.writer);
    assertThat(SharedBytes.references(block)).isEqualTo(6);
    TermImage.release(image, f.cache);
    assertThat(SharedBytes.references(block)).isEqualTo(4);
    assertThat(Bytes.length(Tuples.get(copied, 2))).isEqualTo(500);
    assertThat(f.writer.sharedByteCount()).isEqualTo(4 * 1000);
    f.clearHeap();
  }

  @Test
  void shouldStopAtTheLimitAndLeaveTheHeapAsItWas() {
    long term = f.list(f.string("one"), f.string("two"), f.bytes(new byte[300]));
    String before = f.text(term);
    long image = f.flatten(term);
    long total = TermImage.totalBytes(image);
    TermImage.release(image, f.cache);
    for (long limit = 0; limit < total; limit += 8) {
      assertThat(TermImage.flatten(term, f.heapStart, f.heapEnd(), limit, f.scratch))
          .isEqualTo(TermImage.TOO_LARGE);
      assertThat(f.text(term)).isEqualTo(before);
    }
    long exact = TermImage.flatten(term, f.heapStart, f.heapEnd(), total, f.scratch);
    assertThat(exact).isPositive();
    TermImage.release(exact, f.cache);
    long big = TermArrays.allocateNumbers(ObjectLayout.I64_ARRAY, 100_000, f.writer);
    assertThat(TermImage.flatten(big, f.heapStart, f.heapEnd(), 1000, f.scratch))
        .isEqualTo(TermImage.TOO_LARGE);
    assertThat(TermArrays.length(big)).isEqualTo(100_000);
  }

  @Test
  void shouldCarryAListOfAMillion() {
    long list = Term.EMPTY_LIST;
    for (int i = 0; i < 1_000_000; i++) {
      list = Lists.cons(Term.smallInt(i), list, f.writer);
    }
    long copy = f.adopt(f.flatten(list));
    assertThat(Lists.length(copy, f.scratch)).isEqualTo(1_000_000);
    assertThat(TermOrder.equal(list, copy, f.scratch)).isTrue();
    assertThat(TermHash.hash(list, f.scratch)).isEqualTo(TermHash.hash(copy, f.scratch));
    long reversed = Lists.reverse(list, f.writer);
    assertThat(TermOrder.compare(reversed, list, f.scratch)).isEqualTo(-1);
    assertThat(Lists.nth(reversed, 999_999, f.scratch)).isEqualTo(Term.smallInt(999_999));
  }

  @Test
  void shouldKeepLargeArraysAndMaps() {
    long array = TermArrays.allocateNumbers(ObjectLayout.I64_ARRAY, 1000, f.writer);
    TermArrays.fillI64(array, 0, 1000, 7);
    long copy = f.adopt(f.flatten(array));
    assertThat(TermArrays.getI64(copy, 999)).isEqualTo(7);
    long map = f.map();
    for (int i = 0; i < 5_000; i++) {
      map = f.put(map, f.string("key " + i), Term.smallInt(i));
    }
    long moved = f.adopt(f.flatten(map));
    assertThat(TermOrder.equal(map, moved, f.scratch)).isTrue();
    assertThat(Maps.get(moved, f.string("key 77"), f.scratch)).isEqualTo(Term.smallInt(77));
  }
}
