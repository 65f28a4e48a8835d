package org.skerry.process;

/**
 * How many messages of how many bytes, in one word: {@code count:24 | bytes:40}. Sums and
 * differences of such words are taken modulo 2^64 and are exact wherever the true count and bytes
 * fit.
 */
public final class MailboxUse {
  /** The greatest count. */
  public static final int MAX_COUNT = (1 << 24) - 1;

  /** The most bytes. */
  public static final long MAX_BYTES = (1L << 40) - 1;

  private static final int COUNT_SHIFT = 40;

  private MailboxUse() {}

  /** The word for a count and bytes, each within its bounds. */
  public static long of(int count, long bytes) {
    return (long) count << COUNT_SHIFT | bytes;
  }

  /** The count in a word. */
  public static int count(long use) {
    return (int) (use >>> COUNT_SHIFT);
  }

  /** The bytes in a word. */
  public static long bytes(long use) {
    return use & MAX_BYTES;
  }

  /** Whether one more message, whose word is {@code message}, keeps to the limits. */
  static boolean fits(long use, long message, long limits) {
    return count(use) < count(limits) && bytes(use) + bytes(message) <= bytes(limits);
  }

  /** Whether it is at most half of what the limits allow, or nothing. */
  static boolean isHalf(long use, long limits) {
    return count(use) <= count(limits) >>> 1 && bytes(use) <= bytes(limits) >>> 1;
  }
}
