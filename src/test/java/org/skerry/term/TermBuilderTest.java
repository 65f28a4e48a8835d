package org.skerry.term;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class TermBuilderTest {
  private final TermFixture f = new TermFixture();

  @AfterEach
  void close() {
    f.close();
  }

  private Object trip(Object value) {
    long image = TermImages.of(value, f.scratch);
    Object fromImage = TermReader.readImage(image, f.scratch);
    long term = f.adopt(image);
    assertThat(TermReader.read(term, f.atoms)).usingRecursiveComparison().isEqualTo(fromImage);
    return fromImage;
  }

  @Test
  void shouldGiveValuesBack() {
    Object[] values = {
      null,
      true,
      0L,
      Long.MIN_VALUE,
      -1.25,
      "",
      "text \ud83d\ude00",
      List.of(),
      Arrays.asList(1L, null, List.of("x")),
      TermValue.Tuple.of(),
      TermValue.Tuple.of(new TermValue.Atom("odd atom"), List.of()),
      new TermValue.ImproperList(List.of(1L, 2L), TermValue.Tuple.of(3L)),
      Map.of(1L, "one", "two", List.of(2L)),
      new TermValue.Pid(Term.pid(1, 2, 3)),
      new TermValue.Ref(Term.ref(9))
    };
    for (Object value : values) {
      assertThat(trip(value)).isEqualTo(value);
    }
    for (int length : new int[] {0, 1, 256, 257, 10_000}) {
      assertThat((byte[]) trip(new byte[length])).hasSize(length);
    }
    assertThat(trip(7)).isEqualTo(7L);
  }

  @Test
  void shouldBuildLongAndDeepValuesWithoutRecursion() {
    List<Long> longList = new ArrayList<>();
    for (long i = 0; i < 1_000_000; i++) {
      longList.add(i);
    }
    assertThat(trip(longList)).isEqualTo(longList);
    Object deep = List.of(new byte[500]);
    for (int i = 0; i < 100_000; i++) {
      deep = TermValue.Tuple.of("level", deep);
    }
    long image = TermImages.of(deep, f.scratch);
    long term = f.adopt(image);
    for (int i = 0; i < 100_000; i++) {
      term = Tuples.get(term, 1);
    }
    assertThat(Bytes.length(Lists.head(term))).isEqualTo(500);
  }

  @Test
  void shouldMoveEverythingWhenItGrows() {
    try (TermBuilder builder = new TermBuilder(f.scratch)) {
      for (int i = 0; i < 5_000; i++) {
        builder.pushInt(i).pushString("value " + i).pushBytes(new byte[i % 3 == 0 ? 300 : 5]);
        builder.makeTuple(2);
      }
      builder.makeMap(5_000);
      assertThat(builder.depth()).isEqualTo(1);
      long map = f.adopt(builder.popImage(Long.MAX_VALUE));
      long value = Maps.get(map, Term.smallInt(4_998), f.scratch);
      assertThat(f.text(Tuples.get(value, 0))).isEqualTo("\"value 4998\"");
      assertThat(Bytes.length(Tuples.get(value, 1))).isEqualTo(300);
    }
  }

  @Test
  void shouldKeepTheLastOfEqualKeys() {
    try (TermBuilder builder = new TermBuilder(f.scratch)) {
      builder.pushInt(1).pushAtom("a").pushInt(2).pushAtom("b").pushInt(1).pushAtom("c").makeMap(3);
      assertThat(f.text(builder.peek())).isEqualTo("%{1 => :c, 2 => :b}");
    }
  }

  @Test
  void shouldReadArraysAndClosures() {
    long array = TermArrays.allocateTerms(1, Term.NIL, f.writer);
    TermArrays.setTerm(array, 0, array);
    TermValue.TermArray read = (TermValue.TermArray) TermReader.read(array, f.atoms);
    assertThat(read.elements().getFirst()).isSameAs(read);
    assertThat(TermReader.read(f.closure(3, Term.TRUE), f.atoms))
        .isEqualTo(new TermValue.Function(3, List.of(true)));
    long numbers = TermArrays.allocateNumbers(ObjectLayout.I64_ARRAY, 2, f.writer);
    TermArrays.setI64(numbers, 1, 5);
    assertThat((long[]) TermReader.read(numbers, f.atoms)).containsExactly(0, 5);
    long u8 = TermArrays.allocateNumbers(ObjectLayout.U8_ARRAY, 2, f.writer);
    TermArrays.setU8(u8, 0, 511);
    assertThat(TermReader.read(u8, f.atoms)).isEqualTo(new TermValue.U8Array(new byte[] {-1, 0}));
  }

  @Test
  void shouldSayWhatItCannotBuild() {
    assertThatThrownBy(() -> TermImages.of(new Object(), f.scratch))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("java.lang.Object");
    try (TermBuilder builder = new TermBuilder(f.scratch)) {
      assertThatThrownBy(() -> builder.makeTuple(1)).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> builder.pushImmediate(Term.NONE))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> builder.pushAtom("x".repeat(256)))
          .isSameAs(TermError.LIMIT_EXCEEDED);
    }
  }
}
