package org.skerry.memory;

/**
 * The sizes that small blocks come in: every 8 bytes from 16 to 128, then eight steps per doubling
 * up to 32 KiB, so that a block is at most 12.5 % (or 15 bytes) larger than what was asked for.
 * Larger blocks are whole pages.
 */
final class SizeClasses {
  static final int MAX_SMALL_BYTES = 32 * 1024;
  static final int MIN_BYTES = 16;
  private static final int FINE_LIMIT_BYTES = 128;
  private static final int FINE_CLASSES = (FINE_LIMIT_BYTES - MIN_BYTES) / 8 + 1;
  private static final int FINE_LIMIT_BITS = 7;
  private static final int STEP_BITS = 3;
  private static final int STEPS = 1 << STEP_BITS;
  static final int COUNT =
      FINE_CLASSES + (Integer.numberOfTrailingZeros(MAX_SMALL_BYTES) - FINE_LIMIT_BITS) * STEPS;

  private static final int[] BLOCK_BYTES = new int[COUNT];

  static {
    for (int i = 0; i < COUNT; i++) {
      BLOCK_BYTES[i] = computeBlockBytes(i);
    }
  }

  private SizeClasses() {}

  /**
   * The class of the smallest block that holds {@code byteCount}, 1 to {@link #MAX_SMALL_BYTES}.
   */
  static int indexOf(int byteCount) {
    if (byteCount <= FINE_LIMIT_BYTES) {
      return byteCount <= MIN_BYTES ? 0 : ((byteCount + 7) >>> 3) - 2;
    }
    int last = byteCount - 1;
    int bits = 31 - Integer.numberOfLeadingZeros(last);
    int step = (last >>> (bits - STEP_BITS)) & (STEPS - 1);
    return FINE_CLASSES + (bits - FINE_LIMIT_BITS) * STEPS + step;
  }

  static int blockBytes(int index) {
    return BLOCK_BYTES[index];
  }

  private static int computeBlockBytes(int index) {
    if (index < FINE_CLASSES) {
      return MIN_BYTES + index * 8;
    }
    int coarse = index - FINE_CLASSES;
    int bits = FINE_LIMIT_BITS + coarse / STEPS;
    return (1 << bits) + (coarse % STEPS + 1) * (1 << (bits - STEP_BITS));
  }
}
