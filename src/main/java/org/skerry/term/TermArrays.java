package org.skerry.term;

import static org.skerry.term.ObjectLayout.*;

import org.skerry.memory.Memory;

/**
 * The mutable arrays {@code i64[] f64[] u8[] term[]}. Elements count from 0.
 *
 * <p>A store into a {@code term[]} is the only write into an object that others know already:
 * whoever executes {@link #setTerm}, {@link #fillTerms} or {@link #copy} in a process's heap tells
 * the collector.
 */
public final class TermArrays {
  /** Most elements of an array: no heap can hold more, and sizes in bytes cannot overflow. */
  public static final long MAX_ELEMENTS = 1L << 40;

  private TermArrays() {}

  /** Heap bytes of a new array of this kind; {@link TermError#BAD_ARGUMENT} for a bad count. */
  public static long bytes(int kind, long elementCount) {
    if (elementCount < 0 || elementCount > MAX_ELEMENTS) {
      throw TermError.BAD_ARGUMENT;
    }
    return byteSize(header(kind, elementCount));
  }

  /** A new array of numbers, all 0. */
  public static long allocateNumbers(int kind, long elementCount, HeapWriter writer) {
    long header = header(kind, elementCount);
    long byteCount = byteSize(header);
    long array = writer.allocate(byteCount);
    Memory.putLong(array, header);
    Memory.fill(array + ELEMENTS, byteCount - ELEMENTS, (byte) 0);
    return array;
  }

  /** A new {@code term[]} with the same term everywhere. */
  public static long allocateTerms(long elementCount, long element, HeapWriter writer) {
    long array = writer.allocate(wordsBytes(elementCount));
    Memory.putLong(array, header(TERM_ARRAY, elementCount));
    fillWords(array + ELEMENTS, elementCount, element);
    return array;
  }

  /** Number of elements of an array of any kind. */
  public static long length(long array) {
    if (!Term.isArray(array)) {
      throw TermError.TYPE_ERROR;
    }
    return size(Memory.getLong(array));
  }

  /** Element of an {@code i64[]}. */
  public static long getI64(long array, long index) {
    return Memory.getLong(wordAt(array, I64_ARRAY, index));
  }

  /** Sets an element of an {@code i64[]}. */
  public static void setI64(long array, long index, long value) {
    Memory.putLong(wordAt(array, I64_ARRAY, index), value);
  }

  /** Element of an {@code f64[]}. */
  public static double getF64(long array, long index) {
    return Memory.getDouble(wordAt(array, F64_ARRAY, index));
  }

  /** Sets an element of an {@code f64[]}. */
  public static void setF64(long array, long index, double value) {
    Memory.putDouble(wordAt(array, F64_ARRAY, index), value);
  }

  /** Element of a {@code u8[]}, 0 to 255. */
  public static long getU8(long array, long index) {
    check(array, U8_ARRAY, index);
    return Memory.getByte(array + ELEMENTS + index) & 0xffL;
  }

  /** Sets an element of a {@code u8[]} to the low 8 bits of a value. */
  public static void setU8(long array, long index, long value) {
    check(array, U8_ARRAY, index);
    Memory.putByte(array + ELEMENTS + index, (byte) value);
  }

  /** Element of a {@code term[]}. */
  public static long getTerm(long array, long index) {
    return Memory.getLong(wordAt(array, TERM_ARRAY, index));
  }

  /** Sets an element of a {@code term[]}. */
  public static void setTerm(long array, long index, long element) {
    Memory.putLong(wordAt(array, TERM_ARRAY, index), element);
  }

  /** Sets {@code count} elements of an {@code i64[]} from {@code start} on. */
  public static void fillI64(long array, long start, long count, long value) {
    checkRange(array, I64_ARRAY, start, count);
    fillWords(array + ELEMENTS + (start << 3), count, value);
  }

  /** Sets {@code count} elements of an {@code f64[]} from {@code start} on. */
  public static void fillF64(long array, long start, long count, double value) {
    checkRange(array, F64_ARRAY, start, count);
    fillWords(array + ELEMENTS + (start << 3), count, Double.doubleToRawLongBits(value));
  }

  /** Sets {@code count} elements of a {@code u8[]} from {@code start} on. */
  public static void fillU8(long array, long start, long count, long value) {
    checkRange(array, U8_ARRAY, start, count);
    if (count > 0) {
      Memory.fill(array + ELEMENTS + start, count, (byte) value);
    }
  }

  /** Sets {@code count} elements of a {@code term[]} from {@code start} on. */
  public static void fillTerms(long array, long start, long count, long element) {
    checkRange(array, TERM_ARRAY, start, count);
    fillWords(array + ELEMENTS + (start << 3), count, element);
  }

  /**
   * Copies elements between arrays of the same kind, which may be the same array and overlap.
   *
   * @throws TermError TYPE_ERROR if one is no array or the kinds differ, INDEX_OUT_OF_BOUNDS
   */
  public static void copy(long to, long toStart, long from, long fromStart, long count) {
    if (!Term.isArray(to) || !Term.isArray(from)) {
      throw TermError.TYPE_ERROR;
    }
    int kind = kind(Memory.getLong(to));
    if (kind(Memory.getLong(from)) != kind) {
      throw TermError.TYPE_ERROR;
    }
    checkRange(to, kind, toStart, count);
    checkRange(from, kind, fromStart, count);
    int shift = kind == U8_ARRAY ? 0 : 3;
    if (count > 0) {
      Memory.copy(
          from + ELEMENTS + (fromStart << shift),
          to + ELEMENTS + (toStart << shift),
          count << shift);
    }
  }

  private static long wordAt(long array, int kind, long index) {
    check(array, kind, index);
    return array + ELEMENTS + (index << 3);
  }

  private static void check(long array, int kind, long index) {
    if ((array & 7) != 0) {
      throw TermError.TYPE_ERROR;
    }
    long header = Memory.getLong(array);
    if (kind(header) != kind) {
      throw TermError.TYPE_ERROR;
    }
    if (Long.compareUnsigned(index, size(header)) >= 0) {
      throw TermError.INDEX_OUT_OF_BOUNDS;
    }
  }

  private static void checkRange(long array, int kind, long start, long count) {
    if (!Term.isObjectOfKind(array, kind)) {
      throw TermError.TYPE_ERROR;
    }
    long size = size(Memory.getLong(array));
    if (start < 0 || count < 0 || start > size || count > size - start) {
      throw TermError.INDEX_OUT_OF_BOUNDS;
    }
  }

  private static void fillWords(long at, long count, long word) {
    for (long end = at + (count << 3), to = at; to < end; to += 8) {
      Memory.putLong(to, word);
    }
  }
}
