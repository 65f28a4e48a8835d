package org.skerry.memory;

import static org.skerry.memory.RegionLayout.FREE_CLEAN;
import static org.skerry.memory.RegionLayout.FREE_DIRTY;
import static org.skerry.memory.RegionLayout.PAGE_BYTES;
import static org.skerry.memory.RegionLayout.PAGE_SHIFT;
import static org.skerry.memory.RegionLayout.REGION_BYTES;
import static org.skerry.memory.RegionLayout.REGION_PAGES;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.agrona.collections.Long2LongHashMap;

/**
 * Pages of all regions of one pool: runs for slabs and for large blocks, mappings of their own for
 * the largest, and the one place where the cap is enforced.
 *
 * <p>Every method takes this object's monitor; the callers are slow paths that move batches. What
 * counts against the cap ("committed") is every page in use, every page that is free but may still
 * be resident (dirty), and the allocator's own tables as far as they were touched.
 */
final class PageHeap {
  /**
   * Blocks above this get a mapping of their own, so that they do not split regions. A freed
   * mapping is reused for its very size only, freed pages of a region for all that fits.
   */
  static final long MAX_RUN_BYTES = 32L << 20;

  /**
   * Dirty pages kept for reuse before any goes back to the system, whatever is in use: both blocks
   * of a heap of medium size that is collected again and again.
   */
  private static final long MIN_DIRTY_LIMIT_BYTES = 64L << 20;

  /** The part of a region that never has huge pages, since its tables are touched sparsely. */
  private static final long SMALL_PAGES_BYTES = 2L << 20;

  private static final long NO_MAPPING = -1;

  private final Arena arena;
  private final long maxBytes;
  private final FreeRuns clean;
  private final FreeRuns dirty;
  private long[] regions = new long[4];
  private int regionCount;
  private long[][] touchedTables = new long[4][];
  private int[] freeSlabs = new int[4];
  private int[] slabCounts = new int[4];

  /** Whether the region may be backed by huge pages. */
  private boolean[] huge = new boolean[4];

  private final Long2LongHashMap mappings = new Long2LongHashMap(NO_MAPPING);
  private final Long2LongHashMap idleMappings = new Long2LongHashMap(NO_MAPPING);
  private long idleMappingBytes;
  private volatile long committedBytes;
  private volatile long peakBytes;
  private boolean closed;

  PageHeap(Arena arena, long maxBytes) {
    this.arena = arena;
    this.maxBytes = maxBytes;
    clean = new FreeRuns(this, FREE_CLEAN);
    dirty = new FreeRuns(this, FREE_DIRTY);
  }

  long committedBytes() {
    return committedBytes;
  }

  long peakBytes() {
    return peakBytes;
  }

  /** Bytes that are free but were touched, and so may still be resident. */
  synchronized long idleBytes() {
    return ((long) dirty.pages() << PAGE_SHIFT) + idleMappingBytes;
  }

  /** Address space reserved from the system. */
  synchronized long reservedBytes() {
    long mapped = idleMappingBytes;
    for (var sizes = mappings.values().iterator(); sizes.hasNext(); ) {
      mapped += sizes.nextValue();
    }
    return regionCount * REGION_BYTES + mapped;
  }

  /**
   * Allocates a large block of whole pages.
   *
   * @return its address, or 0 where the cap would be exceeded
   */
  synchronized long allocateLarge(long byteCount) {
    requireOpen();
    if (byteCount > MAX_RUN_BYTES) {
      return allocateMapping(byteCount);
    }
    int pages = (int) (byteCount >>> PAGE_SHIFT);
    int page = takeRun(pages);
    if (page < 0) {
      return Memory.NULL;
    }
    return address(page);
  }

  /** Frees a large block; {@code byteCount} in whole pages, as allocated. */
  synchronized void freeLarge(long address, long byteCount) {
    requireOpen();
    if (byteCount > MAX_RUN_BYTES) {
      freeMapping(address, byteCount);
      return;
    }
    int pages = (int) (byteCount >>> PAGE_SHIFT);
    int page = pageIndex(address);
    if (page < 0
        || state(page) != RegionLayout.RUN
        || value(page) != pages
        || (address & (PAGE_BYTES - 1)) != 0) {
      throw new VmBug(
          "A freed large block is one that was allocated with that size: address=0x"
              + Long.toHexString(address)
              + " bytes="
              + byteCount);
    }
    releaseRun(page, pages);
  }

  /**
   * Allocates a slab: its pages and its descriptor, with every block free.
   *
   * @return the descriptor's address, or 0 where the cap would be exceeded
   */
  synchronized long allocateSlab(int sizeClass, int pages) {
    requireOpen();
    int page = takeRun(pages);
    if (page < 0) {
      return Memory.NULL;
    }
    int regionIndex = page / REGION_PAGES;
    long region = regions[regionIndex];
    int slab = takeSlabNumber(regionIndex);
    if (slab < 0) {
      releaseRun(page, pages);
      return Memory.NULL;
    }
    for (int i = 0; i < pages; i++) {
      writeEntry(page + i, RegionLayout.SLAB, slab);
    }
    long descriptor = RegionLayout.slabDescriptor(region, slab);
    Slabs.initialize(descriptor, page % REGION_PAGES, pages, sizeClass);
    return descriptor;
  }

  /** Takes back a slab whose blocks are all free. */
  synchronized void freeSlab(long descriptor) {
    requireOpen();
    long region = RegionLayout.regionOf(descriptor);
    int regionIndex = regionIndex(region);
    int page = regionIndex * REGION_PAGES + Slabs.firstPage(descriptor);
    int pages = Slabs.pageCount(descriptor);
    int slab = value(page);
    Memory.rawPutLong(descriptor + RegionLayout.SLAB_NEXT_OFFSET, freeSlabs[regionIndex]);
    freeSlabs[regionIndex] = slab;
    releaseRun(page, pages);
  }

  /** First addresses of everything mapped, in steps of a region. */
  synchronized long[] chunks() {
    LongStream mapped = LongStream.builder().build();
    for (Long2LongHashMap map : new Long2LongHashMap[] {mappings, idleMappings}) {
      for (var entries = map.entrySet().iterator(); entries.hasNext(); ) {
        entries.next();
        long address = entries.getLongKey();
        long count = (entries.getLongValue() + REGION_BYTES - 1) / REGION_BYTES;
        mapped =
            LongStream.concat(
                mapped, LongStream.range(0, count).map(i -> address + i * REGION_BYTES));
      }
    }
    return LongStream.concat(Arrays.stream(regions, 0, regionCount), mapped).toArray();
  }

  /** Gives every idle page back to the system. */
  synchronized void trim() {
    if (!closed) {
      purge(Long.MAX_VALUE);
    }
  }

  synchronized void close() {
    closed = true;
    releaseMappings(idleMappings);
    releaseMappings(mappings);
    for (int i = 0; i < regionCount; i++) {
      Shadow.unregister(regions[i], REGION_BYTES);
    }
    regionCount = 0;
    committedBytes = 0;
  }

  private void releaseMappings(Long2LongHashMap map) {
    for (var entries = map.entrySet().iterator(); entries.hasNext(); ) {
      entries.next();
      unmap(entries.getLongKey(), entries.getLongValue());
    }
    map.clear();
  }

  private void requireOpen() {
    if (closed) {
      throw new VmBug("A closed pool neither allocates nor frees");
    }
  }

  // --- the cap ---

  /** Charges bytes before they are used; false where the cap would be exceeded. */
  private boolean charge(long byteCount) {
    long excess = committedBytes + byteCount - maxBytes;
    if (excess > 0 && purge(excess) < excess) {
      return false;
    }
    committedBytes += byteCount;
    peakBytes = Math.max(peakBytes, committedBytes);
    return true;
  }

  /** Gives idle pages back until {@code byteCount} are no longer committed; returns how many. */
  private long purge(long byteCount) {
    long purged = 0;
    while (purged < byteCount && !idleMappings.isEmpty()) {
      var entries = idleMappings.entrySet().iterator();
      entries.next();
      long address = entries.getLongKey();
      long bytes = entries.getLongValue();
      entries.remove();
      idleMappingBytes -= bytes;
      unmap(address, bytes);
      purged += bytes;
    }
    while (purged < byteCount && dirty.pages() > 0) {
      int page = dirty.largest();
      int pages = value(page);
      dirty.remove(page);
      discardRun(page, pages);
      clean.addMerged(page, pages);
      purged += (long) pages << PAGE_SHIFT;
    }
    committedBytes -= purged;
    return purged;
  }

  private void limitDirtyPages() {
    long idle = ((long) dirty.pages() << PAGE_SHIFT) + idleMappingBytes;
    long limit = Math.max(MIN_DIRTY_LIMIT_BYTES, (committedBytes - idle) >>> 2);
    if (idle > limit && SystemMemory.canDiscard()) {
      purge(idle - (limit >>> 1));
    }
  }

  // --- page runs ---

  /** Takes a run out of the free ones, charged; returns its first page, or -1. */
  private int takeRun(int pages) {
    int page = dirty.bestFit(pages);
    if (page >= 0) {
      int found = value(page);
      dirty.remove(page);
      writeRun(page, pages, RegionLayout.RUN);
      if (found > pages) {
        dirty.add(page + pages, found - pages);
      }
      return page;
    }
    page = clean.bestFit(pages);
    if (page < 0 && dirty.pages() >= pages) {
      // Clean neighbours and purged runs may add up to one that is long enough.
      purge(Long.MAX_VALUE);
      page = clean.bestFit(pages);
    }
    if (page < 0) {
      page = addRegion() ? clean.bestFit(pages) : -1;
    }
    return page < 0 ? -1 : takeClean(page, pages);
  }

  private int takeClean(int page, int pages) {
    int found = value(page);
    clean.remove(page);
    // Marked as used first: charging may purge, which must not merge this run with another.
    writeRun(page, found, RegionLayout.RUN);
    if (!charge(((long) pages << PAGE_SHIFT) + untouchedTableBytes(page, pages))) {
      clean.addMerged(page, found);
      return -1;
    }
    touchTable(page, pages);
    writeRun(page, pages, RegionLayout.RUN);
    if (found > pages) {
      clean.addMerged(page + pages, found - pages);
    }
    return page;
  }

  private void releaseRun(int page, int pages) {
    dirty.addMerged(page, pages);
    limitDirtyPages();
  }

  @SuppressWarnings("restricted")
  private boolean addRegion() {
    // Two pages of tables at least are touched: the first entries and the last.
    if (!charge(2L * PAGE_BYTES)) {
      return false;
    }
    long region = SystemMemory.reserve(REGION_BYTES, REGION_BYTES);
    if (region == Memory.NULL) {
      committedBytes -= 2L * PAGE_BYTES;
      return false;
    }
    MemorySegment.ofAddress(region)
        .reinterpret(
            REGION_BYTES, arena, segment -> SystemMemory.release(segment.address(), REGION_BYTES));
    if (regionCount == regions.length) {
      regions = Arrays.copyOf(regions, regionCount * 2);
      touchedTables = Arrays.copyOf(touchedTables, regionCount * 2);
      freeSlabs = Arrays.copyOf(freeSlabs, regionCount * 2);
      slabCounts = Arrays.copyOf(slabCounts, regionCount * 2);
      huge = Arrays.copyOf(huge, regionCount * 2);
    }
    int index = regionCount++;
    regions[index] = region;
    touchedTables[index] = new long[(RegionLayout.FIRST_USABLE_PAGE + 63) >>> 6];
    freeSlabs[index] = -1;
    slabCounts[index] = 0;
    markTable(
        index, RegionLayout.FIRST_USABLE_PAGE >>> (PAGE_SHIFT - RegionLayout.PAGE_ENTRY_SHIFT));
    markTable(index, (REGION_PAGES - 1) >>> (PAGE_SHIFT - RegionLayout.PAGE_ENTRY_SHIFT));
    Shadow.register(region, REGION_BYTES);
    adviseRegion(index);
    clean.add(index * REGION_PAGES + RegionLayout.FIRST_USABLE_PAGE, RegionLayout.USABLE_PAGES);
    return true;
  }

  /**
   * The first region keeps to small pages, so that a small machine is small. Later ones are filled
   * densely and fault six times less in huge pages; not near the cap, which those may overshoot.
   */
  private void adviseRegion(int index) {
    long region = regions[index];
    huge[index] = index > 0 && maxBytes - committedBytes >= 2 * REGION_BYTES;
    if (huge[index]) {
      SystemMemory.avoidHugePages(region, SMALL_PAGES_BYTES);
      SystemMemory.preferHugePages(region + SMALL_PAGES_BYTES, REGION_BYTES - SMALL_PAGES_BYTES);
    } else {
      SystemMemory.avoidHugePages(region, REGION_BYTES);
    }
  }

  private void discardRun(int page, int pages) {
    int regionIndex = page / REGION_PAGES;
    if (huge[regionIndex]) {
      // Or the kernel would join what is left into huge pages again, and undo the discard.
      huge[regionIndex] = false;
      SystemMemory.avoidHugePages(regions[regionIndex], REGION_BYTES);
    }
    SystemMemory.discard(address(page), (long) pages << PAGE_SHIFT);
  }

  /** Marks both ends, which is where neighbours look. */
  void writeRun(int page, int pages, int state) {
    writeEntry(page, state, pages);
    writeEntry(page + pages - 1, state, pages);
  }

  private void writeEntry(int page, int state, int value) {
    long entry = entry(page);
    Memory.rawPutInt(entry + RegionLayout.STATE_OFFSET, state);
    Memory.rawPutInt(entry + RegionLayout.VALUE_OFFSET, value);
  }

  int state(int page) {
    return Memory.rawGetInt(entry(page) + RegionLayout.STATE_OFFSET);
  }

  int value(int page) {
    return Memory.rawGetInt(entry(page) + RegionLayout.VALUE_OFFSET);
  }

  long entry(int page) {
    return RegionLayout.pageEntry(regions[page / REGION_PAGES], page % REGION_PAGES);
  }

  private long address(int page) {
    return RegionLayout.pageAddress(regions[page / REGION_PAGES], page % REGION_PAGES);
  }

  /** The page's index over all regions, or -1 for an address of no usable page. */
  private int pageIndex(long address) {
    int region = regionIndex(RegionLayout.regionOf(address));
    int page = RegionLayout.pageOf(address);
    return region < 0 || page < RegionLayout.FIRST_USABLE_PAGE ? -1 : region * REGION_PAGES + page;
  }

  private int regionIndex(long region) {
    for (int i = 0; i < regionCount; i++) {
      if (regions[i] == region) {
        return i;
      }
    }
    return -1;
  }

  // --- the allocator's tables ---

  /** A number for a new slab of the region, or -1 where the cap leaves no room to describe it. */
  private int takeSlabNumber(int regionIndex) {
    int slab = freeSlabs[regionIndex];
    if (slab < 0) {
      int table = slabTable(regionIndex);
      if (!isMarked(regionIndex, table)) {
        if (!charge(PAGE_BYTES)) {
          return -1;
        }
        markTable(regionIndex, table);
      }
      return slabCounts[regionIndex]++;
    }
    long descriptor = RegionLayout.slabDescriptor(regions[regionIndex], slab);
    freeSlabs[regionIndex] = (int) Memory.rawGetLong(descriptor + RegionLayout.SLAB_NEXT_OFFSET);
    return slab;
  }

  /** Bytes of the page table that become resident when the run is taken. */
  private long untouchedTableBytes(int page, int pages) {
    int regionIndex = page / REGION_PAGES;
    long bytes = 0;
    for (int table = firstTable(page); table <= lastTable(page, pages); table++) {
      bytes += isMarked(regionIndex, table) ? 0 : PAGE_BYTES;
    }
    return bytes;
  }

  private void touchTable(int page, int pages) {
    int regionIndex = page / REGION_PAGES;
    for (int table = firstTable(page); table <= lastTable(page, pages); table++) {
      markTable(regionIndex, table);
    }
  }

  private static int firstTable(int page) {
    return (page % REGION_PAGES) >>> (PAGE_SHIFT - RegionLayout.PAGE_ENTRY_SHIFT);
  }

  /** One entry beyond the run too: what is left of the free run starts there. */
  private static int lastTable(int page, int pages) {
    int last = Math.min(page % REGION_PAGES + pages, REGION_PAGES - 1);
    return last >>> (PAGE_SHIFT - RegionLayout.PAGE_ENTRY_SHIFT);
  }

  /** The table page of the next new descriptor. */
  private int slabTable(int regionIndex) {
    int next = slabCounts[regionIndex];
    return (RegionLayout.SLAB_TABLE_OFFSET + (next << RegionLayout.SLAB_SHIFT)) >>> PAGE_SHIFT;
  }

  private boolean isMarked(int regionIndex, int table) {
    return (touchedTables[regionIndex][table >>> 6] & (1L << table)) != 0;
  }

  private void markTable(int regionIndex, int table) {
    touchedTables[regionIndex][table >>> 6] |= 1L << table;
  }

  // --- blocks with a mapping of their own ---

  private long allocateMapping(long byteCount) {
    long address = takeIdleMapping(byteCount);
    if (address != Memory.NULL) {
      mappings.put(address, byteCount);
      return address;
    }
    if (!charge(byteCount)) {
      return Memory.NULL;
    }
    // Aligned like a region, so that no two of them share a chunk of the shadow.
    address = SystemMemory.reserve(byteCount, REGION_BYTES);
    if (address == Memory.NULL) {
      committedBytes -= byteCount;
      return Memory.NULL;
    }
    Shadow.register(address, byteCount);
    SystemMemory.preferHugePages(address, byteCount);
    mappings.put(address, byteCount);
    return address;
  }

  private long takeIdleMapping(long byteCount) {
    for (var entries = idleMappings.entrySet().iterator(); entries.hasNext(); ) {
      entries.next();
      if (entries.getLongValue() == byteCount) {
        long address = entries.getLongKey();
        entries.remove();
        idleMappingBytes -= byteCount;
        return address;
      }
    }
    return Memory.NULL;
  }

  private void freeMapping(long address, long byteCount) {
    if (mappings.get(address) != byteCount) {
      throw new VmBug(
          "A freed mapping is one that was allocated with that size: address=0x"
              + Long.toHexString(address)
              + " bytes="
              + byteCount
              + " allocatedBytes="
              + mappings.get(address));
    }
    mappings.remove(address);
    idleMappings.put(address, byteCount);
    idleMappingBytes += byteCount;
    limitDirtyPages();
  }

  private void unmap(long address, long byteCount) {
    Shadow.unregister(address, byteCount);
    SystemMemory.release(address, byteCount);
  }
}
