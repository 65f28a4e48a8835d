package org.skerry.term;

import static org.skerry.term.ObjectLayout.*;

import java.util.Arrays;
import org.skerry.memory.Memory;

/** Tells small terms from others without looking through all of the others. Any thread. */
public final class SmallTerms {
  private SmallTerms() {}

  /**
   * Whether a term has so many objects and elements at most, however large its texts and bytes are;
   * shared ones are counted each time that they are met.
   *
   * @param parts as many steps are made at most
   */
  public static boolean hasAtMost(long term, int parts) {
    long[] open = new long[64];
    open[0] = term;
    int count = 1;
    long left = parts;
    while (count > 0) {
      long next = open[--count];
      if (!Term.isObject(next)) {
        continue;
      }
      long header = Memory.getLong(next);
      long elements = termCount(header);
      left -= 1 + elements;
      if (left < 0) {
        return false;
      }
      if (count + elements > open.length) {
        open = Arrays.copyOf(open, (int) Math.max(2L * open.length, count + elements));
      }
      long first = next + firstTermOffset(header);
      for (long i = elements - 1; i >= 0; i--) {
        open[count++] = Memory.getLong(first + (i << 3));
      }
    }
    return true;
  }

  /**
   * Whether all objects of a term together have so many words at most, shared ones counted each
   * time that they are met.
   *
   * @param words not many: as many steps are made, and as many words needed
   */
  public static boolean isAtMost(long term, int words) {
    long[] open = new long[words + 1];
    open[0] = term;
    int count = 1;
    long left = words;
    while (count > 0) {
      long next = open[--count];
      if (!Term.isObject(next)) {
        continue;
      }
      long header = Memory.getLong(next);
      left -= byteSize(header) >> 3;
      if (kind(header) == SHARED_BYTES) {
        left -= Bytes.rawLength(next) >> 3;
      }
      if (left < 0) {
        return false;
      }
      // No more than what has been taken off: the places suffice.
      long first = next + firstTermOffset(header);
      for (long i = termCount(header) - 1; i >= 0; i--) {
        open[count++] = Memory.getLong(first + (i << 3));
      }
    }
    return true;
  }
}
