package org.skerry.term;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class TermOrderTest {
  private final TermFixture f = new TermFixture();

  @AfterEach
  void close() {
    f.close();
  }

  private int compare(long a, long b) {
    return TermOrder.compare(a, b, f.scratch);
  }

  private boolean equal(long a, long b) {
    return TermOrder.equal(a, b, f.scratch);
  }

  @Test
  void shouldOrderAllKinds() {
    long[] ascending = {
      Term.NIL,
      Term.FALSE,
      Term.TRUE,
      f.number(Double.NEGATIVE_INFINITY),
      f.integer(Long.MIN_VALUE),
      f.integer(Term.MIN_SMALL_INT),
      f.integer(-1),
      f.integer(0),
      f.number(0.0),
      f.number(0.5),
      f.integer(1),
      f.number(1.0),
      f.integer(1L << 53),
      f.number(0x1p53),
      f.integer((1L << 53) + 1),
      f.integer(Long.MAX_VALUE),
      f.number(0x1p63),
      f.number(Double.POSITIVE_INFINITY),
      f.number(Double.NaN),
      f.atom(""),
      f.atom("a"),
      f.atom("ab"),
      f.atom("b"),
      Term.ref(0),
      Term.ref(1L << 59),
      f.closure(1),
      f.closure(1, Term.NIL),
      Term.pid(0, 0, 0),
      Term.pid(1 << 22, 0, 0),
      f.tuple(),
      f.tuple(Term.TRUE),
      f.tuple(Term.NIL, Term.NIL),
      f.map(),
      f.map(f.integer(1), f.integer(2)),
      f.map(f.integer(1), f.integer(3)),
      f.map(f.integer(1), f.integer(2), f.integer(2), Term.NIL),
      Term.EMPTY_LIST,
      f.listWithTail(f.integer(2), f.integer(1)),
      f.list(f.integer(1)),
      f.list(f.integer(1), Term.NIL),
      f.list(f.integer(2)),
      f.bytes(),
      f.bytes(1),
      f.bytes(1, 0),
      f.bytes(255),
      f.string(""),
      f.string("Z"),
      f.string("a"),
      f.string("aa"),
      f.string("\u00e9"),
      f.string("\ud83d\ude00"),
      TermArrays.allocateNumbers(ObjectLayout.I64_ARRAY, 1, f.writer),
      TermArrays.allocateNumbers(ObjectLayout.F64_ARRAY, 1, f.writer),
      TermArrays.allocateNumbers(ObjectLayout.U8_ARRAY, 1, f.writer),
      TermArrays.allocateTerms(1, Term.NIL, f.writer)
    };
    for (int i = 0; i < ascending.length; i++) {
      for (int j = 0; j < ascending.length; j++) {
        assertThat(compare(ascending[i], ascending[j]))
            .as("%s against %s", f.text(ascending[i]), f.text(ascending[j]))
            .isEqualTo(Integer.compare(i, j));
        assertThat(equal(ascending[i], ascending[j])).isEqualTo(i == j);
      }
    }
  }

  @Test
  void shouldTakeZerosForEqualAndNanForEqualToItself() {
    assertThat(equal(f.number(0.0), f.number(-0.0))).isTrue();
    assertThat(compare(f.number(0.0), f.number(-0.0))).isZero();
    assertThat(
            equal(f.number(Double.NaN), f.number(Double.longBitsToDouble(0x7ff8_0000_0000_0001L))))
        .isTrue();
    assertThat(TermHash.hash(f.number(0.0), f.scratch))
        .isEqualTo(TermHash.hash(f.number(-0.0), f.scratch));
    assertThat(equal(f.integer(1), f.number(1.0))).isFalse();
  }

  @Test
  void shouldCompareNumbersByValueInRelations() {
    assertThat(Arithmetic.lessThan(f.integer(1), f.number(1.0), f.scratch)).isFalse();
    assertThat(Arithmetic.lessOrEqual(f.integer(1), f.number(1.0), f.scratch)).isTrue();
    assertThat(Arithmetic.lessOrEqual(f.number(1.0), f.integer(1), f.scratch)).isTrue();
    long nan = f.number(Double.NaN);
    assertThat(Arithmetic.lessThan(f.integer(1), nan, f.scratch)).isFalse();
    assertThat(Arithmetic.lessOrEqual(nan, nan, f.scratch)).isFalse();
    assertThat(Arithmetic.lessThan(f.integer(1), f.atom("a"), f.scratch)).isTrue();
    assertThat(Arithmetic.lessThan(f.integer(Long.MAX_VALUE), f.number(0x1p63), f.scratch))
        .isTrue();
  }

  @Test
  void shouldObeyTheAxiomsOfATotalOrderOnRandomTerms() {
    RandomTerms terms = new RandomTerms(1, true, f.scratch, f.writer);
    long[] sample = new long[90];
    for (int i = 0; i < sample.length; i++) {
      sample[i] = terms.next(i % 12);
    }
    for (long a : sample) {
      assertThat(compare(a, a)).isZero();
      for (long b : sample) {
        int ab = compare(a, b);
        assertThat(compare(b, a)).isEqualTo(-ab);
        assertThat(equal(a, b)).isEqualTo(ab == 0);
        for (long c : sample) {
          if (ab <= 0 && compare(b, c) <= 0) {
            assertThat(compare(a, c)).isLessThanOrEqualTo(0);
          }
        }
      }
    }
  }

  @Test
  void shouldHashEqualTermsAlikeAndCopiesEqual() {
    RandomTerms terms = new RandomTerms(2, false, f.scratch, f.writer);
    for (int i = 0; i < 500; i++) {
      long term = terms.next(1 + i % 40);
      long copy = f.adopt(f.flatten(term));
      assertThat(equal(term, copy)).isTrue();
      assertThat(compare(term, copy)).isZero();
      assertThat(TermHash.hash(copy, f.scratch)).isEqualTo(TermHash.hash(term, f.scratch));
    }
  }

  @Test
  void shouldHashTheSameInEveryRun() {
    long term =
        f.tuple(f.atom("ok"), f.list(f.integer(1), f.number(2.5)), f.string("text"), f.bytes(1, 2));
    assertThat(TermHash.hash(Term.smallInt(42), f.scratch)).isEqualTo(HASH_OF_42);
    assertThat(TermHash.hash(term, f.scratch)).isEqualTo(HASH_OF_TUPLE);
    assertThat(f.scratch.depth()).isZero();
  }

  private static final long HASH_OF_42 = -2_499_803_575_379_027_449L;
  private static final long HASH_OF_TUPLE = 8_133_223_940_536_071_870L;

  @Test
  void shouldNotWalkASharedGraphOncePerPath() {
    long a = Term.NIL;
    long b = Term.NIL;
    for (int i = 0; i < 60; i++) {
      a = f.tuple(a, a);
      b = f.tuple(b, b);
    }
    assertThat(equal(a, b)).isTrue();
    assertThat(compare(a, f.tuple(b, b))).isEqualTo(-1);
    f.scratch.stepLimit(100_000);
    long shared = a;
    assertThatThrownBy(() -> TermHash.hash(shared, f.scratch)).isSameAs(TermError.LIMIT_EXCEEDED);
    assertThat(f.scratch.depth()).isZero();
  }

  @Test
  void shouldEndOnCycles() {
    long a = cycle(3);
    long b = cycle(3);
    assertThat(equal(a, b)).isTrue();
    assertThat(compare(a, b)).isZero();
    TermArrays.setTerm(b, 1, f.integer(9));
    assertThat(compare(a, b)).isEqualTo(-1);
    assertThatThrownBy(() -> TermHash.hash(a, f.scratch)).isSameAs(TermError.BAD_ARGUMENT);
  }

  private long cycle(int length) {
    long array = TermArrays.allocateTerms(length, Term.smallInt(1), f.writer);
    TermArrays.setTerm(array, 0, f.tuple(f.list(array), array));
    return array;
  }

  @Test
  void shouldWalkDeepTermsWithoutRecursion() {
    long a = Term.NIL;
    long b = Term.NIL;
    for (int i = 0; i < 300_000; i++) {
      a = f.tuple(a);
      b = f.tuple(b);
    }
    assertThat(equal(a, b)).isTrue();
    assertThat(TermHash.hash(a, f.scratch)).isEqualTo(TermHash.hash(b, f.scratch));
    long left = f.list(f.list(f.integer(1)), f.integer(2));
    long right = f.list(f.list(f.integer(1), f.integer(2)));
    assertThat(TermHash.hash(left, f.scratch)).isNotEqualTo(TermHash.hash(right, f.scratch));
  }

  @Test
  void shouldReportSteps() {
    f.scratch.takeSteps();
    equal(f.tuple(f.integer(1), f.integer(2)), f.tuple(f.integer(1), f.integer(2)));
    assertThat(f.scratch.takeSteps()).isBetween(2L, 10L);
    assertThat(f.scratch.takeSteps()).isZero();
  }
}
