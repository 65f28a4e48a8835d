package org.skerry.term;

import org.skerry.memory.Memory;

/**
 * Finds bytes in bytes in linear time. Plain comparison at each place is fastest for ordinary
 * contents; where contents are such that it would go quadratic, the search goes on with the
 * Knuth-Morris-Pratt table, which lies on the scratch's stack.
 */
final class ByteSearch {
  /** Bytes compared again, per byte passed over, before the table is worth making. */
  private static final int PATIENCE = 8;

  private ByteSearch() {}

  /** Address of the first occurrence that lies between two addresses, or 0. */
  static long find(long from, long end, long bytes, long byteLength, TermScratch scratch) {
    if (byteLength == 0) {
      return from <= end ? from : 0;
    }
    byte first = Memory.getByte(bytes);
    long last = end - byteLength;
    long wasted = 0;
    for (long at = from; at <= last; at++) {
      if (Memory.getByte(at) != first) {
        continue;
      }
      long mismatch = byteLength == 1 ? -1 : Memory.mismatch(at, bytes, byteLength);
      if (mismatch < 0) {
        scratch.charge((at - from) >>> 3);
        return at;
      }
      wasted += mismatch;
      if (wasted > PATIENCE * (at - from) + 64L * PATIENCE) {
        return findByTable(at, end, bytes, byteLength, scratch);
      }
    }
    scratch.charge(Math.max(0, end - from) >>> 3);
    return 0;
  }

  private static long findByTable(
      long from, long end, long bytes, long byteLength, TermScratch scratch) {
    scratch.charge(byteLength + (end - from));
    long depth = scratch.pushBytes(byteLength << 3);
    long table = scratch.stackAt(depth);
    fillTable(table, bytes, byteLength);
    long found = 0;
    long matched = 0;
    for (long at = from; at < end && found == 0; at++) {
      byte next = Memory.getByte(at);
      while (matched > 0 && Memory.getByte(bytes + matched) != next) {
        matched = Memory.getLong(table + (matched - 1 << 3));
      }
      if (Memory.getByte(bytes + matched) == next && ++matched == byteLength) {
        found = at + 1 - byteLength;
      }
    }
    scratch.unwind(depth);
    return found;
  }

  /**
   * table[i] = length of the longest proper prefix that is also a suffix of the first i + 1 bytes.
   */
  private static void fillTable(long table, long bytes, long byteLength) {
    Memory.putLong(table, 0);
    long matched = 0;
    for (long i = 1; i < byteLength; i++) {
      byte next = Memory.getByte(bytes + i);
      while (matched > 0 && Memory.getByte(bytes + matched) != next) {
        matched = Memory.getLong(table + (matched - 1 << 3));
      }
      if (Memory.getByte(bytes + matched) == next) {
        matched++;
      }
      Memory.putLong(table + (i << 3), matched);
    }
  }
}
