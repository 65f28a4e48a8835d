package org.skerry.term;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.skerry.isa.ByteFormat;
import org.skerry.memory.Memory;
import org.skerry.memory.MemoryPool;
import org.skerry.memory.SharedBytes;
import org.skerry.memory.VmBug;

final class TermOperationsTest {
  private final TermFixture f = new TermFixture();

  @AfterEach
  void close() {
    f.close();
  }

  @Test
  void shouldAddSubtractMultiply() {
    long max = f.integer(Long.MAX_VALUE);
    long min = f.integer(Long.MIN_VALUE);
    assertThat(add(Term.smallInt(2), Term.smallInt(3))).isEqualTo(Term.smallInt(5));
    assertThat(Term.intValue(add(Term.smallInt(Term.MAX_SMALL_INT), Term.smallInt(1))))
        .isEqualTo(1L << 62);
    assertThat(add(max, min)).isEqualTo(Term.smallInt(-1));
    assertThat(Term.floatValue(add(Term.smallInt(1), f.number(0.5)))).isEqualTo(1.5);
    assertThatThrownBy(() -> add(max, Term.smallInt(1))).isSameAs(TermError.OVERFLOW);
    assertThatThrownBy(() -> Arithmetic.subtract(min, Term.smallInt(1), f.writer))
        .isSameAs(TermError.OVERFLOW);
    assertThatThrownBy(() -> Arithmetic.multiply(max, Term.smallInt(2), f.writer))
        .isSameAs(TermError.OVERFLOW);
    assertThatThrownBy(() -> Arithmetic.multiply(min, Term.smallInt(-1), f.writer))
        .isSameAs(TermError.OVERFLOW);
    assertThat(Arithmetic.multiply(Term.smallInt(-3), Term.smallInt(4), f.writer))
        .isEqualTo(Term.smallInt(-12));
    assertThatThrownBy(() -> Arithmetic.negate(min, f.writer)).isSameAs(TermError.OVERFLOW);
    assertThatThrownBy(() -> add(Term.NIL, Term.smallInt(1))).isSameAs(TermError.TYPE_ERROR);
    assertThatThrownBy(() -> add(f.number(1), Atoms.OK)).isSameAs(TermError.TYPE_ERROR);
  }

  private long add(long a, long b) {
    return Arithmetic.add(a, b, f.writer);
  }

  @Test
  void shouldDivide() {
    HeapWriter w = f.writer;
    assertThat(Arithmetic.divide(Term.smallInt(-7), Term.smallInt(2), w))
        .isEqualTo(Term.smallInt(-3));
    assertThat(Arithmetic.remainder(Term.smallInt(-7), Term.smallInt(2), w))
        .isEqualTo(Term.smallInt(-1));
    assertThatThrownBy(() -> Arithmetic.divide(Term.smallInt(1), Term.smallInt(0), w))
        .isSameAs(TermError.DIVISION_BY_ZERO);
    assertThatThrownBy(() -> Arithmetic.remainder(Term.smallInt(1), Term.smallInt(0), w))
        .isSameAs(TermError.DIVISION_BY_ZERO);
    long min = f.integer(Long.MIN_VALUE);
    assertThatThrownBy(() -> Arithmetic.divide(min, Term.smallInt(-1), w))
        .isSameAs(TermError.OVERFLOW);
    assertThat(Arithmetic.remainder(min, Term.smallInt(-1), w)).isEqualTo(Term.smallInt(0));
    assertThat(Term.floatValue(Arithmetic.divide(f.number(1), Term.smallInt(0), w)))
        .isEqualTo(Double.POSITIVE_INFINITY);
  }

  @Test
  void shouldKeepPidsAndRefsApart() {
    long pid = Term.pid((1 << 23) - 1, (1 << 26) - 1, (1 << 12) - 1);
    assertThat(Term.isPid(pid)).isTrue();
    assertThat(Term.pidGeneration(pid)).isEqualTo((1 << 23) - 1);
    assertThat(Term.pidIndex(pid)).isEqualTo((1 << 26) - 1);
    assertThat(Term.pidNode(pid)).isEqualTo((1 << 12) - 1);
    assertThat(Term.refNumber(Term.ref((1L << 60) - 1))).isEqualTo((1L << 60) - 1);
    assertThat(Term.isRef(Term.ref(5))).isTrue();
    assertThat(Term.isSpecial(Term.ref(5))).isFalse();
    assertThat(Term.isGuestImmediate(Term.NONE)).isFalse();
    assertThat(Term.isGuestImmediate(Term.EMPTY_LIST)).isTrue();
    assertThat(Term.kindOf(Term.ref(1))).isEqualTo(TermKind.REF);
    assertThat(Term.kindOf(Term.FALSE)).isEqualTo(TermKind.BOOLEAN);
    assertThat(Term.kindOf(f.map())).isEqualTo(TermKind.MAP);
  }

  @Test
  void shouldWorkOnListsAndTuples() {
    long list = f.list(Term.smallInt(1), Term.smallInt(2), Term.smallInt(3));
    assertThat(f.text(Lists.reverse(list, f.writer))).isEqualTo("[3, 2, 1]");
    assertThat(f.text(Lists.append(list, f.list(Term.NIL), f.writer))).isEqualTo("[1, 2, 3, nil]");
    assertThat(f.text(Lists.append(list, Term.NIL, f.writer))).isEqualTo("[1, 2, 3 | nil]");
    assertThat(Lists.append(Term.EMPTY_LIST, Term.NIL, f.writer)).isEqualTo(Term.NIL);
    assertThat(f.text(Lists.toTuple(list, f.scratch, f.writer))).isEqualTo("{1, 2, 3}");
    assertThat(f.text(Tuples.toList(f.tuple(Term.TRUE, list), f.writer)))
        .isEqualTo("[true, [1, 2, 3]]");
    assertThat(Lists.nth(list, 2, f.scratch)).isEqualTo(Term.smallInt(3));
    assertThatThrownBy(() -> Lists.nth(list, 3, f.scratch)).isSameAs(TermError.INDEX_OUT_OF_BOUNDS);
    assertThatThrownBy(() -> Lists.length(f.listWithTail(Term.NIL, Term.NIL), f.scratch))
        .isSameAs(TermError.BAD_ARGUMENT);
    assertThatThrownBy(() -> Lists.length(Term.NIL, f.scratch)).isSameAs(TermError.TYPE_ERROR);
    assertThatThrownBy(() -> Lists.head(Term.EMPTY_LIST)).isSameAs(TermError.TYPE_ERROR);
    long tuple = f.tuple(Term.NIL, Term.TRUE);
    assertThat(f.text(Tuples.put(tuple, 0, Term.FALSE, f.writer))).isEqualTo("{false, true}");
    assertThat(f.text(tuple)).isEqualTo("{nil, true}");
    assertThatThrownBy(() -> Tuples.get(tuple, 2)).isSameAs(TermError.INDEX_OUT_OF_BOUNDS);
    assertThatThrownBy(() -> Tuples.get(tuple, -1)).isSameAs(TermError.INDEX_OUT_OF_BOUNDS);
    assertThatThrownBy(() -> Tuples.putBytes(list, 0)).isSameAs(TermError.TYPE_ERROR);
  }

  @Test
  void shouldWorkOnArrays() {
    long array = TermArrays.allocateNumbers(ObjectLayout.I64_ARRAY, 5, f.writer);
    TermArrays.fillI64(array, 1, 3, 9);
    TermArrays.copy(array, 2, array, 0, 3);
    assertThat(f.text(array)).isEqualTo("i64[0 9 0 9 9]");
    long u8 = TermArrays.allocateNumbers(ObjectLayout.U8_ARRAY, 3, f.writer);
    TermArrays.setU8(u8, 2, 0x1ff);
    assertThat(TermArrays.getU8(u8, 2)).isEqualTo(255);
    assertThatThrownBy(() -> TermArrays.copy(array, 0, u8, 0, 1)).isSameAs(TermError.TYPE_ERROR);
    assertThatThrownBy(() -> TermArrays.copy(array, 0, array, 3, 3))
        .isSameAs(TermError.INDEX_OUT_OF_BOUNDS);
    assertThatThrownBy(() -> TermArrays.fillI64(array, 1, Long.MAX_VALUE, 0))
        .isSameAs(TermError.INDEX_OUT_OF_BOUNDS);
    assertThatThrownBy(() -> TermArrays.getI64(array, 5)).isSameAs(TermError.INDEX_OUT_OF_BOUNDS);
    assertThatThrownBy(() -> TermArrays.getF64(array, 0)).isSameAs(TermError.TYPE_ERROR);
    assertThatThrownBy(() -> TermArrays.bytes(ObjectLayout.I64_ARRAY, -1))
        .isSameAs(TermError.BAD_ARGUMENT);
    assertThatThrownBy(() -> TermArrays.bytes(ObjectLayout.U8_ARRAY, Long.MAX_VALUE))
        .isSameAs(TermError.BAD_ARGUMENT);
    long floats = TermArrays.allocateNumbers(ObjectLayout.F64_ARRAY, 2, f.writer);
    TermArrays.setF64(floats, 1, 2.5);
    assertThat(f.text(floats)).isEqualTo("f64[0.0 2.5]");
  }

  @Test
  void shouldWorkOnBytes() {
    byte[] large = new byte[600];
    for (int i = 0; i < large.length; i++) {
      large[i] = (byte) i;
    }
    long bytes = f.bytes(large);
    assertThat(Term.isObjectOfKind(bytes, ObjectLayout.SHARED_BYTES)).isTrue();
    long block = Memory.getLong(bytes + ObjectLayout.SHARED_BLOCK);
    long slice = Bytes.slice(bytes, 100, 300, f.writer);
    assertThat(SharedBytes.references(block)).isEqualTo(2);
    assertThat(Bytes.rawAddress(slice)).isEqualTo(Bytes.rawAddress(bytes) + 100);
    long small = Bytes.slice(bytes, 100, 10, f.writer);
    assertThat(SharedBytes.references(block)).isEqualTo(2);
    assertThat(f.text(small)).isEqualTo("<<100 101 102 103 104 105 106 107 108 109>>");
    long both = Bytes.concat(small, slice, f.writer);
    assertThat(Bytes.length(both)).isEqualTo(310);
    assertThat(Bytes.find(both, f.bytes(100, 101), 1, f.scratch)).isEqualTo(10);
    assertThat(Bytes.find(both, f.bytes(1, 1), 0, f.scratch)).isEqualTo(-1);
    assertThat(TermOrder.equal(Bytes.slice(both, 10, 300, f.writer), slice, f.scratch)).isTrue();
    assertThatThrownBy(() -> Bytes.sliceBytes(bytes, 600, 1))
        .isSameAs(TermError.INDEX_OUT_OF_BOUNDS);
    long u8 = Bytes.toU8(small, f.writer);
    TermArrays.setU8(u8, 0, 7);
    assertThat(f.text(Bytes.fromU8(u8, 0, 2, f.writer))).isEqualTo("<<7 101>>");
    assertThat(TermArrays.getU8(u8, 9)).isEqualTo(109);
  }

  @Test
  void shouldReadWhatItWroteInEveryFormat() {
    long u8 = TermArrays.allocateNumbers(ObjectLayout.U8_ARRAY, 16, f.writer);
    long[] values = {0, 1, -1, 0x1234_5678_9abc_def0L, Long.MIN_VALUE, 0xffff_ffffL};
    for (ByteFormat format : ByteFormat.values()) {
      if (format.floating()) {
        Bytes.putFloat(u8, 3, -1.5, format);
        assertThat(Bytes.getFloat(u8, 3, format)).isEqualTo(-1.5);
        continue;
      }
      for (long value : values) {
        Bytes.putInt(u8, 3, value, format);
        int bits = 8 * format.byteCount();
        boolean signed = format.name().startsWith("I") || bits == 64;
        long cut = value << 64 - bits;
        long expected = signed ? cut >> 64 - bits : cut >>> 64 - bits;
        assertThat(Bytes.getInt(u8, 3, format)).as("%s", format).isEqualTo(expected);
      }
      assertThatThrownBy(() -> Bytes.putInt(u8, 17 - format.byteCount(), 0, format))
          .isSameAs(TermError.INDEX_OUT_OF_BOUNDS);
    }
    Bytes.putInt(u8, 0, 0x0102, ByteFormat.U16BE);
    assertThat(TermArrays.getU8(u8, 0)).isEqualTo(1);
    assertThat(Bytes.getInt(f.bytes(1, 2), 0, ByteFormat.U16LE)).isEqualTo(0x0201);
  }

  @Test
  void shouldPrintAsAssemblyDoes() {
    long text =
        f.tuple(
            f.list(Term.NIL, Term.TRUE, Term.EMPTY_LIST),
            f.integer(Long.MIN_VALUE),
            f.number(1.5),
            f.number(Double.NEGATIVE_INFINITY),
            Atoms.OK,
            f.atom("odd atom"),
            f.atom(""),
            f.string("q\"\\\n\u0001\u20ac"),
            f.bytes(0, 255),
            f.map(f.integer(2), f.list(), f.integer(1), Atoms.OK),
            f.map(),
            f.tuple(),
            Term.pid(3, 2, 1),
            Term.ref(8),
            f.closure(4),
            TermArrays.allocateTerms(2, Term.NIL, f.writer));
    assertThat(f.text(text))
        .isEqualTo(
            "{[nil, true, []], -9223372036854775808, 1.5, -inf, :ok, :\"odd atom\", :\"\","
                + " \"q\\\"\\\\\\n\\u{01}\u20ac\", <<0 255>>, %{1 => :ok, 2 => []}, %{}, {},"
                + " #pid<1.2.3>, #ref<8>, #fn<function4>, term[nil nil]}");
  }

  @Test
  void shouldCutLongTextForPeople() {
    long list = Term.EMPTY_LIST;
    for (int i = 0; i < 100_000; i++) {
      list = Lists.cons(f.map(f.string("\u20ac"), list), list, f.writer);
    }
    String text = TermPrinter.toString(list, f.scratch);
    assertThat(text).endsWith("\u2026");
    assertThat(text.getBytes(java.nio.charset.StandardCharsets.UTF_8).length)
        .isLessThanOrEqualTo((int) TermPrinter.PEOPLE_BYTES + 3);
    f.scratch.stepLimit(1000);
    long big = list;
    assertThatThrownBy(() -> TermPrinter.toLiteral(big, f.scratch))
        .isSameAs(TermError.LIMIT_EXCEEDED);
    assertThat(f.scratch.depth()).isZero();
  }

  @Test
  void shouldInternAtomsOnceAndBoundThem() {
    try (MemoryPool pool = new MemoryPool(1L << 30);
        Atoms atoms = new Atoms(pool, Atoms.predefinedCount() + 1000)) {
      for (int i = 0; i < 1000; i++) {
        long atom = atoms.intern("atom " + i);
        assertThat(atoms.intern("atom " + i)).isEqualTo(atom);
        assertThat(atoms.name(atom)).isEqualTo("atom " + i);
      }
      assertThat(atoms.intern("one more")).isEqualTo(Term.NONE);
      assertThat(atoms.intern("ok")).isEqualTo(Atoms.OK);
      assertThat(atoms.intern("\ud800")).isEqualTo(Term.NONE);
      assertThat(atoms.count()).isEqualTo(Atoms.predefinedCount() + 1000);
    }
    for (int i = 0; i < Atoms.predefinedCount(); i++) {
      assertThat(f.atoms.name(Term.atom(i))).isEqualTo(Atoms.predefinedName(i));
    }
    assertThat(f.atoms.name(Atoms.DIVISION_BY_ZERO)).isEqualTo("division_by_zero");
    assertThat(f.atoms.name(TermError.OVERFLOW.kind())).isEqualTo("overflow");
  }

  @Test
  void shouldHaveRoomMadeBeforehand() {
    f.writer.open(f.heapStart, f.heapStart + 8, 0, 0);
    assertThatThrownBy(() -> f.number(1.0))
        .isInstanceOf(VmBug.class)
        .hasMessageContaining("room=8");
  }
}
