package org.skerry.memory;

import static org.skerry.memory.RegionLayout.PAGE_BYTES;
import static org.skerry.memory.RegionLayout.SLAB_BLOCK_COUNT_OFFSET;
import static org.skerry.memory.RegionLayout.SLAB_FIRST_PAGE_OFFSET;
import static org.skerry.memory.RegionLayout.SLAB_FREE_BITS_OFFSET;
import static org.skerry.memory.RegionLayout.SLAB_FREE_COUNT_OFFSET;
import static org.skerry.memory.RegionLayout.SLAB_PAGE_COUNT_OFFSET;
import static org.skerry.memory.RegionLayout.SLAB_SIZE_CLASS_OFFSET;

/** Flyweight over slab descriptors; the picture of the bytes is {@link RegionLayout}. */
final class Slabs {
  /** Pages of a slab where no other count fits its blocks better. */
  private static final int USUAL_PAGES = 16;

  private static final int MAX_PAGES = 32;

  private Slabs() {}

  /** Writes a descriptor with every block free. */
  static void initialize(long descriptor, int firstPage, int pages, int sizeClass) {
    int blocks = blockCount(sizeClass, pages);
    Memory.rawPutShort(descriptor + SLAB_FIRST_PAGE_OFFSET, (short) firstPage);
    Memory.rawPutShort(descriptor + SLAB_PAGE_COUNT_OFFSET, (short) pages);
    Memory.rawPutShort(descriptor + SLAB_BLOCK_COUNT_OFFSET, (short) blocks);
    Memory.rawPutShort(descriptor + SLAB_FREE_COUNT_OFFSET, (short) blocks);
    Memory.rawPutShort(descriptor + SLAB_SIZE_CLASS_OFFSET, (short) sizeClass);
    for (int first = 0; first < RegionLayout.MAX_BLOCKS_PER_SLAB; first += Long.SIZE) {
      int here = Math.clamp(blocks - first, 0, Long.SIZE);
      long bits = here == 0 ? 0 : -1L >>> (Long.SIZE - here);
      Memory.rawPutLong(descriptor + SLAB_FREE_BITS_OFFSET + (first >>> 3), bits);
    }
  }

  static int firstPage(long descriptor) {
    return Memory.rawGetShort(descriptor + SLAB_FIRST_PAGE_OFFSET);
  }

  static int pageCount(long descriptor) {
    return Memory.rawGetShort(descriptor + SLAB_PAGE_COUNT_OFFSET);
  }

  static int blockCount(long descriptor) {
    return Memory.rawGetShort(descriptor + SLAB_BLOCK_COUNT_OFFSET);
  }

  static int freeCount(long descriptor) {
    return Memory.rawGetShort(descriptor + SLAB_FREE_COUNT_OFFSET);
  }

  static int sizeClass(long descriptor) {
    return Memory.rawGetShort(descriptor + SLAB_SIZE_CLASS_OFFSET);
  }

  static void freeCount(long descriptor, int count) {
    Memory.rawPutShort(descriptor + SLAB_FREE_COUNT_OFFSET, (short) count);
  }

  static long firstBlock(long descriptor) {
    return RegionLayout.pageAddress(RegionLayout.regionOf(descriptor), firstPage(descriptor));
  }

  /** The descriptor of the slab that the address lies in, or 0 where it lies in none. */
  static long descriptorOf(long address) {
    long region = RegionLayout.regionOf(address);
    long entry = RegionLayout.pageEntry(region, RegionLayout.pageOf(address));
    return Memory.rawGetInt(entry + RegionLayout.STATE_OFFSET) == RegionLayout.SLAB
        ? RegionLayout.slabDescriptor(region, Memory.rawGetInt(entry + RegionLayout.VALUE_OFFSET))
        : Memory.NULL;
  }

  static int blockCount(int sizeClass, int pages) {
    int blocks = pages * PAGE_BYTES / SizeClasses.blockBytes(sizeClass);
    return Math.min(blocks, RegionLayout.MAX_BLOCKS_PER_SLAB);
  }

  /** The fewest pages that hold one block. */
  static int minPages(int sizeClass) {
    return (SizeClasses.blockBytes(sizeClass) + PAGE_BYTES - 1) / PAGE_BYTES;
  }

  /** The number of pages, near the usual one, that leaves the least behind the last block. */
  static int pagesPerSlab(int sizeClass) {
    int blockBytes = SizeClasses.blockBytes(sizeClass);
    int most = Math.min(MAX_PAGES, blockBytes * RegionLayout.MAX_BLOCKS_PER_SLAB / PAGE_BYTES);
    int best = Math.max(minPages(sizeClass), Math.min(USUAL_PAGES, most));
    double bestWaste = waste(blockBytes, best);
    for (int pages = best + 1; pages <= most; pages++) {
      double waste = waste(blockBytes, pages);
      // A longer slab must earn its length: by a percent at least.
      if (waste < bestWaste - 0.01) {
        best = pages;
        bestWaste = waste;
      }
    }
    return best;
  }

  private static double waste(int blockBytes, int pages) {
    int bytes = pages * PAGE_BYTES;
    int blocks = Math.min(bytes / blockBytes, RegionLayout.MAX_BLOCKS_PER_SLAB);
    return 1.0 - (double) blocks * blockBytes / bytes;
  }
}
