package org.skerry.term;

import org.skerry.memory.Memory;

/** UTF-8 in raw memory: checking, counting and stepping. Addresses need not be aligned. */
public final class Utf8 {
  /** Greatest code point. */
  public static final int MAX_CODE_POINT = 0x10_FFFF;

  private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

  private Utf8() {}

  /** Whether all bytes are below 0x80. */
  public static boolean isAscii(long address, long byteLength) {
    return asciiPrefix(address, address + byteLength) == address + byteLength;
  }

  /**
   * Whether the bytes are well-formed UTF-8: shortest forms, no surrogates, no code point too
   * great.
   */
  public static boolean isValid(long address, long byteLength) {
    long end = address + byteLength;
    long at = asciiPrefix(address, end);
    while (at < end) {
      int length = validSequence(at, end);
      if (length == 0) {
        return false;
      }
      at += length;
    }
    return true;
  }

  /** Number of code points in valid UTF-8. */
  public static long codePointCount(long address, long byteLength) {
    long count = 0;
    long at = address;
    long end = address + byteLength;
    for (; at + 8 <= end; at += 8) {
      long word = Memory.getLong(at);
      // A continuation byte has bit 7 set and bit 6 clear.
      count += 8 - Long.bitCount(word & ~word << 1 & HIGH_BITS);
    }
    for (; at < end; at++) {
      if ((Memory.getByte(at) & 0xC0) != 0x80) {
        count++;
      }
    }
    return count;
  }

  /** Address of the code point that comes {@code count} code points later; at most the end. */
  public static long skip(long address, long end, long count) {
    long at = address;
    for (long left = count; left > 0 && at < end; left--) {
      at += sequenceLength(Memory.getByte(at));
    }
    return at;
  }

  /** Bytes of the sequence that a valid first byte begins. */
  public static int sequenceLength(byte first) {
    if (first >= 0) {
      return 1;
    }
    return (first & 0xE0) == 0xC0 ? 2 : (first & 0xF0) == 0xE0 ? 3 : 4;
  }

  /** The code point at an address in valid UTF-8. */
  public static int codePointAt(long at) {
    int first = Memory.getByte(at);
    if (first >= 0) {
      return first;
    }
    int second = Memory.getByte(at + 1) & 0x3F;
    if ((first & 0xE0) == 0xC0) {
      return (first & 0x1F) << 6 | second;
    }
    int third = Memory.getByte(at + 2) & 0x3F;
    if ((first & 0xF0) == 0xE0) {
      return (first & 0x0F) << 12 | second << 6 | third;
    }
    return (first & 7) << 18 | second << 12 | third << 6 | Memory.getByte(at + 3) & 0x3F;
  }

  /** Whether the value is a code point that text may hold. */
  public static boolean isCodePoint(long value) {
    return value >= 0 && value <= MAX_CODE_POINT && (value < 0xD800 || value > 0xDFFF);
  }

  /** Bytes of a code point's sequence. */
  public static int byteCount(int codePoint) {
    return codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x1_0000 ? 3 : 4;
  }

  /** Writes a code point and returns the address behind it. */
  public static long put(long at, int codePoint) {
    switch (byteCount(codePoint)) {
      case 1 -> Memory.putByte(at, (byte) codePoint);
      case 2 -> {
        Memory.putByte(at, (byte) (0xC0 | codePoint >> 6));
        Memory.putByte(at + 1, (byte) (0x80 | codePoint & 0x3F));
      }
      case 3 -> {
        Memory.putByte(at, (byte) (0xE0 | codePoint >> 12));
        Memory.putByte(at + 1, (byte) (0x80 | codePoint >> 6 & 0x3F));
        Memory.putByte(at + 2, (byte) (0x80 | codePoint & 0x3F));
      }
      default -> {
        Memory.putByte(at, (byte) (0xF0 | codePoint >> 18));
        Memory.putByte(at + 1, (byte) (0x80 | codePoint >> 12 & 0x3F));
        Memory.putByte(at + 2, (byte) (0x80 | codePoint >> 6 & 0x3F));
        Memory.putByte(at + 3, (byte) (0x80 | codePoint & 0x3F));
      }
    }
    return at + byteCount(codePoint);
  }

  /** Orders bytes as unsigned; a prefix comes first. For UTF-8 that is the order of code points. */
  public static int compareBytes(long a, long aLength, long b, long bLength) {
    long common = Math.min(aLength, bLength);
    long at = Memory.mismatch(a, b, common);
    if (at < 0) {
      return Long.compare(aLength, bLength);
    }
    return Integer.compare(Memory.getByte(a + at) & 0xff, Memory.getByte(b + at) & 0xff);
  }

  private static long asciiPrefix(long address, long end) {
    long at = address;
    while (at + 8 <= end && (Memory.getLong(at) & HIGH_BITS) == 0) {
      at += 8;
    }
    while (at < end && Memory.getByte(at) >= 0) {
      at++;
    }
    return at;
  }

  /** Bytes of the well-formed sequence at an address, or 0. */
  private static int validSequence(long at, long end) {
    int first = Memory.getByte(at) & 0xff;
    if (first < 0x80) {
      return 1;
    }
    int length = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
    if (length == 0 || at + length > end) {
      return 0;
    }
    for (int i = 1; i < length; i++) {
      if ((Memory.getByte(at + i) & 0xC0) != 0x80) {
        return 0;
      }
    }
    int codePoint = codePointAt(at);
    return isCodePoint(codePoint) && byteCount(codePoint) == length ? length : 0;
  }
}
