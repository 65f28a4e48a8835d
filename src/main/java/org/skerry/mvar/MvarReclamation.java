package org.skerry.mvar;

import org.skerry.memory.BlockCache;
import org.skerry.memory.Reclaimer;

/**
 * Frees what MVars retire and a block's size does not describe; hands everything else on. The low
 * bits of an address, which is a multiple of 8, say what it is. Any thread; stateless.
 */
public final class MvarReclamation implements Reclaimer {
  /** Low bits of a shared map's block that holds shared bytes. */
  static final int MAP_BLOCK = 1;

  private static final int KIND_MASK = 7;

  private final Reclaimer others;

  /**
   * @param others frees what has no low bits
   */
  public MvarReclamation(Reclaimer others) {
    this.others = others;
  }

  @Override
  public void reclaim(long address, BlockCache cache) {
    if ((address & KIND_MASK) == MAP_BLOCK) {
      MapBlocks.free(address - MAP_BLOCK, cache);
    } else {
      others.reclaim(address, cache);
    }
  }
}
