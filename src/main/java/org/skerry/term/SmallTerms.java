package org.skerry.term;

import static org.skerry.term.ObjectLayout.*;

import org.skerry.memory.Memory;

/** Tells small terms from others without looking through all of the others. Any thread. */
public final class SmallTerms {
  private SmallTerms() {}

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
