package org.skerry.memory;

import static org.skerry.memory.RegionLayout.SLAB_FREE_BITS_OFFSET;
import static org.skerry.memory.RegionLayout.SLAB_NEXT_OFFSET;
import static org.skerry.memory.RegionLayout.SLAB_PREVIOUS_OFFSET;

/**
 * All slabs of one size class: where caches get batches of blocks and bring them back, from
 * whatever thread they were freed on.
 *
 * <p>Any thread, under this object's monitor; {@link PageHeap}'s is taken inside it, never the
 * other way round. One slab that is entirely free is kept, so that a block freed and allocated
 * again does not move pages to and fro.
 */
final class SlabClass {
  private final PageHeap pages;
  private final int sizeClass;
  private final int blockBytes;
  private final int pagesPerSlab;

  /** Slabs with free blocks, linked through their descriptors. */
  private long available;

  private int emptySlabs;

  SlabClass(PageHeap pages, int sizeClass) {
    this.pages = pages;
    this.sizeClass = sizeClass;
    blockBytes = SizeClasses.blockBytes(sizeClass);
    pagesPerSlab = Slabs.pagesPerSlab(sizeClass);
  }

  /**
   * Takes up to {@code wanted} blocks out of slabs.
   *
   * @return how many were written to {@code blocks} from {@code offset} on; 0 where the cap would
   *     be exceeded
   */
  synchronized int take(long[] blocks, int offset, int wanted) {
    int taken = 0;
    while (taken < wanted) {
      if (available == Memory.NULL && (taken > 0 || !addSlab())) {
        break;
      }
      taken += takeFrom(available, blocks, offset + taken, wanted - taken);
    }
    return taken;
  }

  /** Brings {@code count} blocks back, from {@code offset} on. */
  synchronized void giveBack(long[] blocks, int offset, int count) {
    for (int i = offset; i < offset + count; i++) {
      giveBack(blocks[i]);
    }
  }

  /** Gives the pages of the slab that was kept back. */
  synchronized void trim() {
    for (long slab = available; slab != Memory.NULL && emptySlabs > 0; ) {
      long next = Memory.rawGetLong(slab + SLAB_NEXT_OFFSET);
      if (Slabs.freeCount(slab) == Slabs.blockCount(slab)) {
        unlink(slab);
        emptySlabs--;
        pages.freeSlab(slab);
      }
      slab = next;
    }
  }

  private boolean addSlab() {
    long slab = pages.allocateSlab(sizeClass, pagesPerSlab);
    if (slab == Memory.NULL) {
      // Near the cap a block may still fit where a whole slab does not.
      slab = pages.allocateSlab(sizeClass, Slabs.minPages(sizeClass));
    }
    if (slab == Memory.NULL) {
      return false;
    }
    emptySlabs++;
    link(slab);
    return true;
  }

  private int takeFrom(long slab, long[] blocks, int offset, int wanted) {
    int free = Slabs.freeCount(slab);
    if (free == Slabs.blockCount(slab)) {
      emptySlabs--;
    }
    long firstBlock = Slabs.firstBlock(slab);
    int taken = 0;
    int most = Math.min(wanted, free);
    for (int word = 0; taken < most; word++) {
      long wordAddress = slab + SLAB_FREE_BITS_OFFSET + ((long) word << 3);
      long bits = Memory.rawGetLong(wordAddress);
      while (bits != 0 && taken < most) {
        int index = (word << 6) + Long.numberOfTrailingZeros(bits);
        blocks[offset + taken++] = firstBlock + (long) index * blockBytes;
        bits &= bits - 1;
      }
      Memory.rawPutLong(wordAddress, bits);
    }
    Slabs.freeCount(slab, free - taken);
    if (free == taken) {
      unlink(slab);
    }
    return taken;
  }

  private void giveBack(long block) {
    long slab = Slabs.descriptorOf(block);
    if (slab == Memory.NULL || Slabs.sizeClass(slab) != sizeClass) {
      throw wrongBlock("A freed block belongs to a slab of its size", block);
    }
    long offset = block - Slabs.firstBlock(slab);
    int index = (int) (offset / blockBytes);
    long wordAddress = slab + SLAB_FREE_BITS_OFFSET + ((long) (index >>> 6) << 3);
    long bits = Memory.rawGetLong(wordAddress);
    if ((bits & 1L << index) != 0 || (long) index * blockBytes != offset) {
      throw wrongBlock("A block is freed once, by its first address", block);
    }
    Memory.rawPutLong(wordAddress, bits | 1L << index);
    int free = Slabs.freeCount(slab) + 1;
    Slabs.freeCount(slab, free);
    if (free == 1) {
      link(slab);
    }
    if (free == Slabs.blockCount(slab)) {
      retainOrRelease(slab);
    }
  }

  private void retainOrRelease(long slab) {
    if (emptySlabs == 0) {
      emptySlabs = 1;
    } else {
      unlink(slab);
      pages.freeSlab(slab);
    }
  }

  private void link(long slab) {
    Memory.rawPutLong(slab + SLAB_NEXT_OFFSET, available);
    Memory.rawPutLong(slab + SLAB_PREVIOUS_OFFSET, Memory.NULL);
    if (available != Memory.NULL) {
      Memory.rawPutLong(available + SLAB_PREVIOUS_OFFSET, slab);
    }
    available = slab;
  }

  private void unlink(long slab) {
    long next = Memory.rawGetLong(slab + SLAB_NEXT_OFFSET);
    long previous = Memory.rawGetLong(slab + SLAB_PREVIOUS_OFFSET);
    if (next != Memory.NULL) {
      Memory.rawPutLong(next + SLAB_PREVIOUS_OFFSET, previous);
    }
    if (previous != Memory.NULL) {
      Memory.rawPutLong(previous + SLAB_NEXT_OFFSET, next);
    } else {
      available = next;
    }
  }

  private VmBug wrongBlock(String invariant, long block) {
    return new VmBug(
        invariant + ": address=0x" + Long.toHexString(block) + " blockBytes=" + blockBytes);
  }
}
