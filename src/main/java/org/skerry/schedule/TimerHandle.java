package org.skerry.schedule;

/**
 * Names one timer for good: {@code 1 | worker:9 | slot:24 | generation:25}, 59 bits in all, which
 * also is the unique number in the ref that a guest gets. The leading one keeps these numbers apart
 * from all other refs; one bit less than a ref has room for keeps the term positive.
 */
final class TimerHandle {
  static final int GENERATION_BITS = 25;
  static final int SLOT_BITS = 24;
  static final int WORKER_BITS = 9;

  /** The last generation of a slot; a slot that has reached it is never used again. */
  static final int LAST_GENERATION = (1 << GENERATION_BITS) - 1;

  private static final long KIND = 1L << (GENERATION_BITS + SLOT_BITS + WORKER_BITS);

  private TimerHandle() {}

  static long of(int worker, int slot, int generation) {
    return KIND
        | (long) worker << (GENERATION_BITS + SLOT_BITS)
        | (long) slot << GENERATION_BITS
        | generation;
  }

  static boolean isTimer(long handle) {
    return (handle & KIND) != 0;
  }

  static int worker(long handle) {
    return (int) (handle >>> (GENERATION_BITS + SLOT_BITS)) & (1 << WORKER_BITS) - 1;
  }

  static int slot(long handle) {
    return (int) (handle >>> GENERATION_BITS) & (1 << SLOT_BITS) - 1;
  }

  static int generation(long handle) {
    return (int) handle & LAST_GENERATION;
  }
}
