package org.skerry.memory;

import static java.lang.foreign.MemoryLayout.paddingLayout;
import static java.lang.foreign.MemoryLayout.sequenceLayout;
import static java.lang.foreign.MemoryLayout.structLayout;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

/**
 * The bytes of a region: a page table, slab descriptors, then the pages that blocks live in.
 *
 * <p>A region is as large as its alignment, so a block's address names its region. Everything
 * before the first usable page belongs to the allocator and becomes resident only as far as it is
 * used.
 */
final class RegionLayout {
  static final int PAGE_SHIFT = 12;
  static final int PAGE_BYTES = 1 << PAGE_SHIFT;
  static final int REGION_SHIFT = 26;
  static final long REGION_BYTES = 1L << REGION_SHIFT;
  static final long REGION_MASK = REGION_BYTES - 1;
  static final int REGION_PAGES = 1 << (REGION_SHIFT - PAGE_SHIFT);

  /** One page's entry in the page table at the region's start. */
  static final LayoutTable PAGE =
      LayoutTable.of(
              "page table entry",
              structLayout(
                  JAVA_INT.withName("state"),
                  JAVA_INT.withName("value"),
                  JAVA_INT.withName("next"),
                  JAVA_INT.withName("previous")))
          .note("state", "never used 0, free and clean 1, free and dirty 2, page run 3, slab 4")
          .note("value", "slab: the slab's number; otherwise pages of the run (first, last page)")
          .note("next", "free run, first page: next run of the bin, as region × 16384 + page")
          .note("previous", "free run, first page: previous run of the bin, or -1");

  static final int STATE_OFFSET = PAGE.offset("state");
  static final int VALUE_OFFSET = PAGE.offset("value");
  static final int NEXT_OFFSET = PAGE.offset("next");
  static final int PREVIOUS_OFFSET = PAGE.offset("previous");
  static final int PAGE_ENTRY_SHIFT = Integer.numberOfTrailingZeros(PAGE.byteSize());

  static final int FREE_CLEAN = 1;
  static final int FREE_DIRTY = 2;
  static final int RUN = 3;
  static final int SLAB = 4;

  /** One slab: a run of pages cut into blocks of one size. */
  static final LayoutTable SLAB_DESCRIPTOR =
      LayoutTable.of(
              "slab descriptor",
              structLayout(
                  JAVA_LONG.withName("next"),
                  JAVA_LONG.withName("previous"),
                  JAVA_SHORT.withName("firstPage"),
                  JAVA_SHORT.withName("pageCount"),
                  JAVA_SHORT.withName("blockCount"),
                  JAVA_SHORT.withName("freeCount"),
                  JAVA_SHORT.withName("sizeClass"),
                  paddingLayout(6),
                  sequenceLayout(4, JAVA_LONG).withName("freeBits")))
          .note("next", "address of the next slab of the class that has free blocks, or 0")
          .note("previous", "address of the previous one, or 0")
          .note("firstPage", "page in the region")
          .note("pageCount", "pages of the slab")
          .note("blockCount", "blocks of the slab, at most 256")
          .note("freeCount", "bits set in `freeBits`")
          .note("freeBits", "bit i: block i is free and in no cache")
          .note("sizeClass", "index of the size class");

  static final int SLAB_NEXT_OFFSET = SLAB_DESCRIPTOR.offset("next");
  static final int SLAB_PREVIOUS_OFFSET = SLAB_DESCRIPTOR.offset("previous");
  static final int SLAB_FIRST_PAGE_OFFSET = SLAB_DESCRIPTOR.offset("firstPage");
  static final int SLAB_PAGE_COUNT_OFFSET = SLAB_DESCRIPTOR.offset("pageCount");
  static final int SLAB_BLOCK_COUNT_OFFSET = SLAB_DESCRIPTOR.offset("blockCount");
  static final int SLAB_FREE_COUNT_OFFSET = SLAB_DESCRIPTOR.offset("freeCount");
  static final int SLAB_FREE_BITS_OFFSET = SLAB_DESCRIPTOR.offset("freeBits");
  static final int SLAB_SIZE_CLASS_OFFSET = SLAB_DESCRIPTOR.offset("sizeClass");
  static final int SLAB_SHIFT = Integer.numberOfTrailingZeros(SLAB_DESCRIPTOR.byteSize());
  static final int MAX_BLOCKS_PER_SLAB = SLAB_DESCRIPTOR.byteSize("freeBits") * Byte.SIZE;

  static final int PAGE_TABLE_BYTES = REGION_PAGES << PAGE_ENTRY_SHIFT;
  static final int SLAB_TABLE_OFFSET = PAGE_TABLE_BYTES;
  static final int SLAB_TABLE_BYTES = REGION_PAGES << SLAB_SHIFT;
  static final int FIRST_USABLE_PAGE = (SLAB_TABLE_OFFSET + SLAB_TABLE_BYTES) >>> PAGE_SHIFT;
  static final int USABLE_PAGES = REGION_PAGES - FIRST_USABLE_PAGE;

  static {
    if (PAGE.byteSize() != 16 || SLAB_DESCRIPTOR.byteSize() != 64) {
      throw new VmBug(
          "Allocator records are powers of two: page="
              + PAGE.byteSize()
              + " slab="
              + SLAB_DESCRIPTOR.byteSize());
    }
  }

  private RegionLayout() {}

  static long regionOf(long address) {
    return address & -REGION_BYTES;
  }

  static int pageOf(long address) {
    return (int) ((address & REGION_MASK) >>> PAGE_SHIFT);
  }

  static long pageEntry(long region, int page) {
    return region + ((long) page << PAGE_ENTRY_SHIFT);
  }

  static long pageAddress(long region, int page) {
    return region + ((long) page << PAGE_SHIFT);
  }

  static long slabDescriptor(long region, int slab) {
    return region + SLAB_TABLE_OFFSET + ((long) slab << SLAB_SHIFT);
  }
}
