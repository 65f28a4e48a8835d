package org.skerry.term;

import org.skerry.memory.BlockCache;
import org.skerry.memory.Memory;

/** A growing run of UTF-8 bytes in raw memory, which printing writes. One owner thread. */
public final class TextBuffer implements AutoCloseable {
  private static final long INITIAL_BYTES = 256;
  private static final long KEPT_BYTES = 1 << 16;
  private static final long MAX_BYTES = 1L << 30;

  private final BlockCache cache;
  private long address;
  private long capacity;
  private long length;

  /**
   * @param cache the owner thread's
   */
  public TextBuffer(BlockCache cache) {
    this.cache = cache;
  }

  /** Where the text begins, until more is written. */
  public long address() {
    return address;
  }

  /** Bytes of text. */
  public long length() {
    return length;
  }

  /** Bytes of the block that holds the text. */
  public long capacity() {
    return capacity;
  }

  /** Leaves the block with the text to the caller, who frees it; the text is empty then. */
  public long detach() {
    long detached = address;
    address = Memory.NULL;
    capacity = 0;
    length = 0;
    return detached;
  }

  /** Begins an empty text. */
  public void clear() {
    length = 0;
  }

  /** The text as a new Java string. */
  @Override
  public String toString() {
    byte[] bytes = new byte[Math.toIntExact(length)];
    if (length > 0) {
      Memory.copyOut(address, bytes, 0, bytes.length);
    }
    return new String(bytes, java.nio.charset.StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    if (address != Memory.NULL) {
      cache.free(address, capacity);
    }
    address = Memory.NULL;
    capacity = 0;
    length = 0;
  }

  /**
   * Appends text.
   *
   * @throws TermError LIMIT_EXCEEDED if there is no memory for it, as every method here that
   *     appends
   */
  public TextBuffer append(String part) {
    putUtf8(part);
    return this;
  }

  /** Appends bytes as they are. */
  public TextBuffer append(long from, long byteCount) {
    put(from, byteCount);
    return this;
  }

  void trim() {
    if (capacity > KEPT_BYTES) {
      close();
    }
  }

  /** Forgets what comes behind a length. */
  void truncate(long newLength) {
    length = newLength;
  }

  void put(char ascii) {
    reserve(1);
    Memory.putByte(address + length++, (byte) ascii);
  }

  void put(CharSequence ascii) {
    reserve(ascii.length());
    for (int i = 0; i < ascii.length(); i++) {
      Memory.putByte(address + length++, (byte) ascii.charAt(i));
    }
  }

  void putUtf8(String text) {
    for (int i = 0; i < text.length(); ) {
      int codePoint = text.codePointAt(i);
      i += Character.charCount(codePoint);
      putCodePoint(Utf8.isCodePoint(codePoint) ? codePoint : 0xFFFD);
    }
  }

  void putCodePoint(int codePoint) {
    reserve(4);
    length = Utf8.put(address + length, codePoint) - address;
  }

  void put(long from, long byteCount) {
    reserve(byteCount);
    Memory.copy(from, address + length, byteCount);
    length += byteCount;
  }

  void putDecimal(long value) {
    reserve(20);
    length += writeDecimal(value, address + length);
  }

  /** Writes a number in decimal, at most 20 bytes, and returns how many. */
  static int writeDecimal(long value, long at) {
    int digitCount = 1;
    for (long rest = value / 10; rest != 0; rest /= 10) {
      digitCount++;
    }
    int sign = value < 0 ? 1 : 0;
    if (sign == 1) {
      Memory.putByte(at, (byte) '-');
    }
    long rest = value;
    for (int i = digitCount - 1; i >= 0; i--) {
      Memory.putByte(at + sign + i, (byte) ('0' + Math.abs(rest % 10)));
      rest /= 10;
    }
    return sign + digitCount;
  }

  private void reserve(long byteCount) {
    if (capacity - length >= byteCount) {
      return;
    }
    long wanted = Math.max(INITIAL_BYTES, Long.highestOneBit(length + byteCount) << 1);
    long grown = wanted > MAX_BYTES ? Memory.NULL : cache.allocate(wanted);
    if (grown == Memory.NULL) {
      throw TermError.LIMIT_EXCEEDED;
    }
    long used = length;
    if (used > 0) {
      Memory.copy(address, grown, used);
    }
    close();
    address = grown;
    capacity = wanted;
    length = used;
  }
}
