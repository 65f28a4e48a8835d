package org.skerry.term;

import org.skerry.memory.Memory;

/** The mixing of words and bytes that {@link TermHash} and the atom table share. */
final class Hashing {
  private static final long MULTIPLIER = 0x9E37_79B9_7F4A_7C15L;

  private Hashing() {}

  /** Every bit of the value bears on every bit of the result; one to one. */
  static long mix(long value) {
    long h = value * MULTIPLIER;
    h = (h ^ h >>> 32) * 0xD6E8_FEB8_6659_FD93L;
    return h ^ h >>> 29;
  }

  /** Takes one more word into a hash, so that the order of words matters. */
  static long combine(long hash, long word) {
    return mix(Long.rotateLeft(hash, 27) + (word ^ MULTIPLIER));
  }

  /** The hash of bytes, which need not be aligned; the same for the same bytes anywhere. */
  static long bytes(long address, long byteLength) {
    long hash = byteLength;
    long at = address;
    long end = address + (byteLength & -8L);
    for (; at < end; at += 8) {
      hash = (hash ^ Memory.getLong(at)) * MULTIPLIER;
      hash ^= hash >>> 31;
    }
    long last = 0;
    for (int i = 0; i < (byteLength & 7); i++) {
      last |= (Memory.getByte(at + i) & 0xffL) << (i << 3);
    }
    return mix(hash ^ last);
  }
}
