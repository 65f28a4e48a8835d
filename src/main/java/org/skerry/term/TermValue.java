package org.skerry.term;

import java.util.Arrays;
import java.util.List;

/**
 * Terms as ordinary Java values, for those that have no Java type of their own. The others are: nil
 * {@code null}, booleans {@link Boolean}, integers {@link Long}, floats {@link Double}, strings
 * {@link String}, bytes {@code byte[]}, lists {@link List}, maps {@link java.util.Map}, and of the
 * arrays {@code long[]} and {@code double[]}.
 */
public sealed interface TermValue {
  /** An atom. */
  record Atom(String name) implements TermValue {}

  /** A tuple. */
  record Tuple(List<?> elements) implements TermValue {
    /** A tuple of these elements, each a value or null. */
    public static Tuple of(Object... elements) {
      return new Tuple(Arrays.asList(elements));
    }
  }

  /** A list that ends in another term than []. */
  record ImproperList(List<?> elements, Object tail) implements TermValue {}

  /** A pid, as its word. */
  record Pid(long word) implements TermValue {}

  /** A ref, as its word. */
  record Ref(long word) implements TermValue {}

  /** A closure: the VM's index of the function, and what it captured. */
  record Function(long index, List<?> captures) implements TermValue {}

  /** A {@code u8[]}. */
  @SuppressWarnings("ArrayRecordComponent")
  record U8Array(byte[] elements) implements TermValue {
    @Override
    public boolean equals(Object other) {
      return other instanceof U8Array array && Arrays.equals(elements, array.elements);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(elements);
    }
  }

  /** A {@code term[]}, which may contain itself. */
  final class TermArray implements TermValue {
    private final Object[] elements;

    TermArray(Object[] elements) {
      this.elements = elements;
    }

    /** The elements. */
    public List<Object> elements() {
      return Arrays.asList(elements);
    }

    Object[] array() {
      return elements;
    }
  }
}
