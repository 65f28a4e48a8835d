package org.skerry.net;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Bytes that have come and that nobody has read yet; takes no room where there are none. One thread
 * at a time.
 */
public final class InputBuffer {
  private static final byte[] NONE = {};
  private static final int MIN_BYTES = 512;

  private byte[] bytes = NONE;
  private int start;
  private int end;

  /** There is no line feed from {@link #start} to here. */
  private int searched;

  /** How many there are. */
  public int length() {
    return end - start;
  }

  /** Puts all of a buffer behind what is there. */
  void append(ByteBuffer more) {
    int count = more.remaining();
    if (bytes.length - end < count) {
      int length = length();
      byte[] next =
          length + count <= bytes.length && start > length
              ? bytes
              : new byte[Math.max(MIN_BYTES, Math.max(length + count, 2 * length))];
      System.arraycopy(bytes, start, next, 0, length);
      bytes = next;
      searched -= start;
      start = 0;
      end = length;
    }
    more.get(bytes, end, count);
    end += count;
  }

  /** Takes the first bytes; there are as many. */
  public byte[] take(int count) {
    byte[] taken = Arrays.copyOfRange(bytes, start, start + count);
    drop(count);
    return taken;
  }

  private void drop(int count) {
    start += count;
    searched = Math.max(searched, start);
    if (start == end) {
      bytes = NONE;
      start = 0;
      end = 0;
      searched = 0;
    }
  }

  /** How many bytes there are before the next line feed; -1 where there is none. */
  public int lineLength() {
    while (searched < end) {
      if (bytes[searched] == '\n') {
        return searched - start;
      }
      searched++;
    }
    return -1;
  }

  /** Takes a line of so many bytes and its line feed; gives it without a carriage return. */
  public byte[] takeLine(int length) {
    boolean hasReturn = length > 0 && bytes[start + length - 1] == '\r';
    byte[] line = Arrays.copyOfRange(bytes, start, start + length - (hasReturn ? 1 : 0));
    drop(length + 1);
    return line;
  }
}
