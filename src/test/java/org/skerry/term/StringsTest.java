package org.skerry.term;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.skerry.memory.Memory;

final class StringsTest {
  private final TermFixture f = new TermFixture();

  @AfterEach
  void close() {
    f.close();
  }

  private String java(long string) {
    return (String) TermReader.read(string, f.atoms);
  }

  private String slice(String text, long start, long count) {
    long string = f.string(text);
    long bytes = Strings.sliceBytes(string, start, count, f.scratch);
    long top = f.writer.top();
    long slice = Strings.slice(string, start, count, f.scratch, f.writer);
    assertThat(f.writer.top() - top).isEqualTo(bytes);
    assertThat(TermOrder.equal(slice, f.string(java(slice)), f.scratch)).isTrue();
    return java(slice);
  }

  @Test
  void shouldCountCodePoints() {
    String text = "a\u00e9\u20ac\ud83d\ude00z and more";
    long string = f.string(text);
    assertThat(Strings.length(string, f.scratch)).isEqualTo(text.codePointCount(0, text.length()));
    assertThat(Strings.byteLength(string)).isEqualTo(20);
    int[] codePoints = text.codePoints().toArray();
    for (int i = 0; i < codePoints.length; i++) {
      assertThat(Strings.codePointAt(string, i, f.scratch)).isEqualTo(codePoints[i]);
    }
    for (long outside : new long[] {-1, codePoints.length, Long.MAX_VALUE, Long.MIN_VALUE}) {
      assertThatThrownBy(() -> Strings.codePointAt(string, outside, f.scratch))
          .isSameAs(TermError.INDEX_OUT_OF_BOUNDS);
      assertThatThrownBy(() -> Strings.codePointAt(f.string("plain"), outside, f.scratch))
          .isSameAs(TermError.INDEX_OUT_OF_BOUNDS);
    }
  }

  @Test
  void shouldSlice() {
    assertThat(slice("a\u00e9\u20acz", 1, 2)).isEqualTo("\u00e9\u20ac");
    assertThat(slice("a\u00e9\u20acz", 3, 1)).isEqualTo("z");
    assertThat(slice("plain", 5, 0)).isEmpty();
    assertThat(slice("plain", 1, 3)).isEqualTo("lai");
    for (long[] range : new long[][] {{-1, 1}, {0, -1}, {0, 6}, {6, 0}, {1, Long.MAX_VALUE}}) {
      assertThatThrownBy(() -> slice("plain", range[0], range[1]))
          .isSameAs(TermError.INDEX_OUT_OF_BOUNDS);
    }
  }

  @Test
  void shouldFind() {
    long text = f.string("\u20acabcabd");
    assertThat(Strings.find(text, f.string("ab"), 0, f.scratch)).isEqualTo(1);
    assertThat(Strings.find(text, f.string("ab"), 2, f.scratch)).isEqualTo(4);
    assertThat(Strings.find(text, f.string("abd"), 0, f.scratch)).isEqualTo(4);
    assertThat(Strings.find(text, f.string("x"), 0, f.scratch)).isEqualTo(-1);
    assertThat(Strings.find(text, f.string(""), 7, f.scratch)).isEqualTo(7);
    assertThatThrownBy(() -> Strings.find(text, text, 8, f.scratch))
        .isSameAs(TermError.INDEX_OUT_OF_BOUNDS);
  }

  @Test
  void shouldFindAsJavaDoesAndInLinearTime() {
    Random random = new Random(5);
    for (int i = 0; i < 2_000; i++) {
      String text = random(random, 200 + random.nextInt(2_000));
      String part = random(random, 1 + random.nextInt(12));
      assertThat(Strings.find(f.string(text), f.string(part), 0, f.scratch))
          .isEqualTo(text.indexOf(part));
    }
    long hay = f.string("a".repeat(1_000_000));
    long needle = f.string("a".repeat(500_000) + "b");
    f.scratch.takeSteps();
    assertThat(Strings.find(hay, needle, 0, f.scratch)).isEqualTo(-1);
    assertThat(f.scratch.takeSteps()).isLessThan(4_000_000);
    long found = f.string("a".repeat(500_000));
    assertThat(Strings.find(f.string("b".repeat(100) + "a".repeat(600_000)), found, 0, f.scratch))
        .isEqualTo(100);
  }

  private static String random(Random random, int length) {
    StringBuilder text = new StringBuilder();
    while (text.length() < length) {
      text.append(random.nextInt(8) == 0 ? 'b' : 'a');
    }
    return text.toString();
  }

  @Test
  void shouldSplitAndJoin() {
    String[][] cases = {
      {"a,b,,c", ","},
      {"", ","},
      {",", ","},
      {"abc", "abc"},
      {"a--b---c", "--"},
      {"\u20acx\u20ac", "\u20ac"}
    };
    for (String[] c : cases) {
      long string = f.string(c[0]);
      long separator = f.string(c[1]);
      long bound = Strings.splitBytes(string, separator, f.scratch);
      long top = f.writer.top();
      long parts = Strings.split(string, separator, f.scratch, f.writer);
      TermFixture.checkBound(bound, f.writer.top() - top);
      assertThat(TermReader.read(parts, f.atoms))
          .isEqualTo(java.util.List.of(c[0].split(java.util.regex.Pattern.quote(c[1]), -1)));
      long joinBytes = Strings.joinBytes(parts, separator, f.scratch);
      top = f.writer.top();
      long joined = Strings.join(parts, separator, f.scratch, f.writer);
      assertThat(f.writer.top() - top).isEqualTo(joinBytes);
      assertThat(TermOrder.equal(joined, string, f.scratch)).isTrue();
    }
    assertThatThrownBy(() -> Strings.splitBytes(f.string("a"), f.string(""), f.scratch))
        .isSameAs(TermError.BAD_ARGUMENT);
    assertThatThrownBy(() -> Strings.joinBytes(f.list(Term.NIL), f.string(""), f.scratch))
        .isSameAs(TermError.TYPE_ERROR);
    assertThat(java(Strings.join(Term.EMPTY_LIST, f.string(","), f.scratch, f.writer))).isEmpty();
  }

  @Test
  void shouldChangeAndTestText() {
    assertThat(java(Strings.trim(f.string(" \t\r\n x y\u00e9 \u000b\f"), f.scratch, f.writer)))
        .isEqualTo("x y\u00e9");
    assertThat(java(Strings.trim(f.string("  "), f.scratch, f.writer))).isEmpty();
    assertThat(java(Strings.upper(f.string("az\u00e9{@"), f.scratch, f.writer)))
        .isEqualTo("AZ\u00e9{@");
    assertThat(java(Strings.lower(f.string("AZ[\u00c9"), f.scratch, f.writer)))
        .isEqualTo("az[\u00c9");
    assertThat(Strings.startsWith(f.string("abc"), f.string("ab"))).isTrue();
    assertThat(Strings.startsWith(f.string("ab"), f.string("abc"))).isFalse();
    assertThat(Strings.endsWith(f.string("abc"), f.string("bc"))).isTrue();
    assertThat(Strings.endsWith(f.string("c"), f.string("bc"))).isFalse();
    assertThat(java(Strings.concat(f.string("ab"), f.string("\u00e9"), f.scratch, f.writer)))
        .isEqualTo("ab\u00e9");
    long sum = Strings.concat(f.string("a"), f.string("b"), f.scratch, f.writer);
    assertThat(TermOrder.equal(sum, f.string("ab"), f.scratch)).isTrue();
    assertThatThrownBy(() -> Strings.byteLength(Term.NIL)).isSameAs(TermError.TYPE_ERROR);
  }

  @Test
  void shouldConvertCodePointsBytesAndAtoms() {
    assertThat(java(Strings.fromCodePoint(0x1F600, f.writer))).isEqualTo("\ud83d\ude00");
    for (long bad : new long[] {-1, 0xD800, 0xDFFF, 0x11_0000, Long.MAX_VALUE}) {
      assertThatThrownBy(() -> Strings.fromCodePoint(bad, f.writer))
          .isSameAs(TermError.BAD_ARGUMENT);
    }
    long codes = f.list(Term.smallInt('a'), Term.smallInt(0x20AC), Term.smallInt('b'));
    long codesBytes = Strings.fromCodePointsBytes(codes, f.scratch);
    long top = f.writer.top();
    assertThat(java(Strings.fromCodePoints(codes, f.writer))).isEqualTo("a\u20acb");
    assertThat(f.writer.top() - top).isEqualTo(codesBytes);
    assertThatThrownBy(() -> Strings.fromCodePointsBytes(f.list(Term.smallInt(-1)), f.scratch))
        .isSameAs(TermError.BAD_ARGUMENT);
    long bytes = Strings.toBytes(f.string("\u20ac"), f.writer);
    assertThat(f.text(bytes)).isEqualTo("<<226 130 172>>");
    assertThat(java(Strings.fromBytes(bytes, f.writer))).isEqualTo("\u20ac");
    for (int[] bad :
        new int[][] {
          {0x80}, {0xC3}, {0xC0, 0x80}, {0xED, 0xA0, 0x80}, {0xF8}, {0xF4, 0x90, 0x80, 0x80}
        }) {
      assertThatThrownBy(() -> Strings.fromBytesBytes(f.bytes(bad), f.scratch))
          .isSameAs(TermError.BAD_ARGUMENT);
    }
    assertThat(Strings.toAtom(f.string("ok"), f.scratch)).isEqualTo(Atoms.OK);
    assertThat(java(Strings.fromAtom(Atoms.OK, f.scratch, f.writer))).isEqualTo("ok");
    assertThatThrownBy(() -> Strings.toAtom(f.string("x".repeat(256)), f.scratch))
        .isSameAs(TermError.LIMIT_EXCEEDED);
  }

  @Test
  void shouldWriteAndReadNumbers() {
    for (long value : new long[] {0, -1, 10, Long.MAX_VALUE, Long.MIN_VALUE, 1_000_000}) {
      long string = NumberText.fromInt(value, f.writer);
      assertThat(java(string)).isEqualTo(Long.toString(value));
      assertThat(NumberText.toInt(string)).isEqualTo(value);
    }
    assertThat(NumberText.toInt(f.string("+7"))).isEqualTo(7);
    for (String bad : new String[] {"", "-", "+", "1a", " 1", "1.0", "--1"}) {
      assertThatThrownBy(() -> NumberText.toInt(f.string(bad))).isSameAs(TermError.BAD_ARGUMENT);
    }
    for (String big :
        new String[] {"9223372036854775808", "-9223372036854775809", "9".repeat(40)}) {
      assertThatThrownBy(() -> NumberText.toInt(f.string(big))).isSameAs(TermError.OVERFLOW);
    }
    Random random = new Random(11);
    for (int i = 0; i < 5_000; i++) {
      double value = Double.longBitsToDouble(random.nextLong());
      long string = NumberText.fromFloat(value, f.scratch, f.writer);
      assertThat(NumberText.toFloat(string)).isEqualTo(Double.valueOf(value));
      double plain = random.nextInt() / 1000.0;
      assertThat(NumberText.toFloat(f.string(Double.toString(plain)))).isEqualTo(plain);
    }
    assertThat(NumberText.toFloat(f.string("-12"))).isEqualTo(-12.0);
    assertThat(NumberText.toFloat(f.string("1e-400"))).isZero();
    assertThat(java(NumberText.fromFloat(Double.NaN, f.scratch, f.writer))).isEqualTo("nan");
    for (String bad : new String[] {"", ".", "1.", ".5", "1e", "1e+", "1d", "0x1p3", "NaN", "1 "}) {
      assertThatThrownBy(() -> NumberText.toFloat(f.string(bad))).isSameAs(TermError.BAD_ARGUMENT);
    }
    assertThat(java(NumberText.fromFloatFixed(0.125, 2, f.scratch, f.writer))).isEqualTo("0.13");
    assertThat(java(NumberText.fromFloatFixed(-1e300, 0, f.scratch, f.writer))).hasSize(302);
    assertThatThrownBy(() -> NumberText.fromFloatFixed(1, 101, f.scratch, f.writer))
        .isSameAs(TermError.BAD_ARGUMENT);
  }

  @Test
  void shouldPadWithZeros() {
    for (long string :
        new long[] {f.string("abc"), NumberText.fromInt(12345, f.writer), f.bytes(255, 255)}) {
      long last = string + ObjectLayout.byteSize(Memory.getLong(string)) - 1;
      assertThat(Memory.getByte(last)).isZero();
    }
  }
}
