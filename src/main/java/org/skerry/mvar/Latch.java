package org.skerry.mvar;

import org.skerry.memory.Memory;

/**
 * A spin lock of one int for what takes well under a microsecond and never waits: 0 free, 1 held.
 */
final class Latch {
  /** Then the holder is likely to have lost its core. */
  private static final int SPINS = 256;

  private Latch() {}

  static void lock(long address) {
    for (int spins = 0; !tryLock(address); spins++) {
      if (spins < SPINS) {
        Thread.onSpinWait();
      } else {
        Thread.yield();
      }
    }
  }

  private static boolean tryLock(long address) {
    return Memory.getIntOpaque(address) == 0 && Memory.compareAndSetInt(address, 0, 1);
  }

  static void unlock(long address) {
    // Release: pairs with the compare-and-set of the next holder.
    Memory.putIntRelease(address, 0);
  }
}
