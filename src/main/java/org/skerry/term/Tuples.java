package org.skerry.term;

import static org.skerry.term.ObjectLayout.*;

import org.skerry.memory.Memory;

/** Tuples. Elements count from 0. */
public final class Tuples {
  private Tuples() {}

  /** Heap bytes of a tuple. */
  public static long bytes(long elementCount) {
    return wordsBytes(elementCount);
  }

  /** A tuple whose elements the caller puts at once, with {@link #init}. */
  public static long allocate(long elementCount, HeapWriter writer) {
    long tuple = writer.allocate(wordsBytes(elementCount));
    Memory.putLong(tuple, header(TUPLE, elementCount));
    return tuple;
  }

  /** Sets an element of a tuple that nobody has seen yet. */
  public static void init(long tuple, long index, long element) {
    Memory.putLong(tuple + ELEMENTS + (index << 3), element);
  }

  /** {a, b}; needs {@code bytes(2)}. */
  public static long of(long a, long b, HeapWriter writer) {
    long tuple = allocate(2, writer);
    init(tuple, 0, a);
    init(tuple, 1, b);
    return tuple;
  }

  /** {a, b, c}; needs {@code bytes(3)}. */
  public static long of(long a, long b, long c, HeapWriter writer) {
    long tuple = allocate(3, writer);
    init(tuple, 0, a);
    init(tuple, 1, b);
    init(tuple, 2, c);
    return tuple;
  }

  /** Number of elements; {@link TermError#TYPE_ERROR} if it is no tuple. */
  public static long size(long tuple) {
    return ObjectLayout.size(tupleHeader(tuple));
  }

  /** An element. */
  public static long get(long tuple, long index) {
    if (Long.compareUnsigned(index, ObjectLayout.size(tupleHeader(tuple))) >= 0) {
      throw TermError.INDEX_OUT_OF_BOUNDS;
    }
    return Memory.getLong(tuple + ELEMENTS + (index << 3));
  }

  /** Heap bytes of {@link #put}; checks the operands. */
  public static long putBytes(long tuple, long index) {
    long size = size(tuple);
    if (Long.compareUnsigned(index, size) >= 0) {
      throw TermError.INDEX_OUT_OF_BOUNDS;
    }
    return wordsBytes(size);
  }

  /** A copy with another element. */
  public static long put(long tuple, long index, long element, HeapWriter writer) {
    long byteCount = byteSize(Memory.getLong(tuple));
    long copy = writer.allocate(byteCount);
    Memory.copy(tuple, copy, byteCount);
    init(copy, index, element);
    return copy;
  }

  /** Heap bytes of {@link #toList}. */
  public static long toListBytes(long tuple) {
    return size(tuple) * CONS_BYTES;
  }

  /** The elements as a list. */
  public static long toList(long tuple, HeapWriter writer) {
    long list = Term.EMPTY_LIST;
    for (long i = size(tuple) - 1; i >= 0; i--) {
      list = Lists.cons(Memory.getLong(tuple + ELEMENTS + (i << 3)), list, writer);
    }
    return list;
  }

  private static long tupleHeader(long tuple) {
    if ((tuple & 7) == 0) {
      long header = Memory.getLong(tuple);
      if (kind(header) == TUPLE) {
        return header;
      }
    }
    throw TermError.TYPE_ERROR;
  }
}
