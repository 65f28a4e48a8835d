package org.skerry.assembly;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Builds the images of literals: objects one behind the other, addresses counted from the start.
 */
final class LiteralBuilder {
  private static final int IMAGE_HEADER_BYTES = 32;
  private ByteBuffer image = ByteBuffer.allocate(256).order(ByteOrder.LITTLE_ENDIAN);

  LiteralBuilder() {
    clear();
  }

  void clear() {
    image.clear().position(IMAGE_HEADER_BYTES);
  }

  static boolean isImmediate(long term) {
    return (term & 7) != 0;
  }

  long special(int ordinal) {
    return (long) ordinal << 4 | 6;
  }

  long atom(int index) {
    return (long) index << 3 | 2;
  }

  long integer(long value) {
    return value << 1 >> 1 == value ? value << 1 | 1 : raw(8, value);
  }

  long floating(long bits) {
    return raw(9, bits);
  }

  private long raw(int kind, long value) {
    int at = object(kind, 0, 1, 8);
    image.putLong(value);
    return at;
  }

  long string(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    boolean ascii = utf8.length == text.length();
    return padded(10, ascii ? 1 : 0, utf8);
  }

  long bytes(byte[] bytes) {
    return padded(11, 0, bytes);
  }

  private long padded(int kind, int flags, byte[] bytes) {
    int padded = bytes.length + 7 & -8;
    int at = object(kind, flags, bytes.length, padded);
    image.put(bytes);
    while (image.position() < at + 8 + padded) {
      image.put((byte) 0);
    }
    return at;
  }

  long tuple(long[] terms, int from, int to) {
    int at = object(1, 0, to - from, 8 * (to - from));
    for (int i = from; i < to; i++) {
      image.putLong(terms[i]);
    }
    return at;
  }

  long cons(long head, long tail) {
    int at = object(0, 0, 2, 16);
    image.putLong(head).putLong(tail);
    return at;
  }

  private int object(int kind, int flags, long size, int contentBytes) {
    if (image.remaining() < contentBytes + 8) {
      byte[] larger =
          Arrays.copyOf(
              image.array(), Math.max(2 * image.capacity(), image.position() + contentBytes + 8));
      image = ByteBuffer.wrap(larger).order(ByteOrder.LITTLE_ENDIAN).position(image.position());
    }
    int at = image.position();
    image.putLong(size << 16 | (long) flags << 8 | (long) kind << 1 | 1);
    return at;
  }

  byte[] finish(long root) {
    image.putLong(0, image.position()).putLong(8, root).putLong(16, 0).putLong(24, 0);
    return Arrays.copyOf(image.array(), image.position());
  }
}
