package org.skerry.mvar;

import org.skerry.memory.Memory;
import org.skerry.process.World;

/**
 * A spin lock of one int for what takes well under a microsecond and never waits: 0 free, 1 held.
 */
final class Latch {
  /** Then the holder is likely to have lost its core. */
  private static final int SPINS = 64;

  private Latch() {}

  /**
   * Waits until it is free, and takes it.
   *
   * @param world lets others run; null at the end, when there are no others
   */
  static void lock(long address, World world) {
    for (int spins = 0; !tryLock(address); spins++) {
      if (spins < SPINS || world == null) {
        Thread.onSpinWait();
      } else {
        world.relax();
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
