package org.skerry.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * The memory of one virtual machine: regions of address space that become resident only as they are
 * used, cut into blocks, with a cap that is enforced before each growth.
 *
 * <p>Blocks are allocated and freed through a {@link BlockCache} per thread. All methods of the
 * pool itself may be called from any thread; none is for a hot path. See {@code
 * native-notes/memory.md}.
 */
public final class MemoryPool implements AutoCloseable {
  private final Arena arena = Arena.ofShared();
  private final long maxBytes;
  private final PageHeap pages;
  private final SlabClass[] classes = new SlabClass[SizeClasses.COUNT];
  private final List<BlockCache> caches = new ArrayList<>();
  private final AllocationFailures failures = new AllocationFailures();
  private long usedBytesOfClosedCaches;
  private boolean closed;

  /**
   * @param maxBytes the most that may be committed at any time; positive
   */
  public MemoryPool(long maxBytes) {
    if (maxBytes <= 0) {
      throw new IllegalArgumentException("A memory cap is positive: maxBytes=" + maxBytes);
    }
    this.maxBytes = maxBytes;
    pages = new PageHeap(arena, maxBytes);
    for (int i = 0; i < classes.length; i++) {
      classes[i] = new SlabClass(pages, i);
    }
  }

  /** A cache for one thread, which alone may use it, and which closes it. */
  public BlockCache newCache() {
    synchronized (caches) {
      if (closed) {
        throw new IllegalStateException("The memory pool is closed");
      }
      BlockCache cache = new BlockCache(this);
      caches.add(cache);
      return cache;
    }
  }

  /** The cap in bytes. */
  public long maxBytes() {
    return maxBytes;
  }

  /**
   * Bytes that count against the cap: pages in use, freed pages that may still be resident, and the
   * allocator's tables as far as they were touched.
   */
  public long committedBytes() {
    return pages.committedBytes();
  }

  /** The most that was ever committed. */
  public long peakCommittedBytes() {
    return pages.peakBytes();
  }

  /** Freed pages, in bytes, that may still be resident and are reused first. */
  public long idleBytes() {
    return pages.idleBytes();
  }

  /** Address space that is reserved; it costs nothing until it is touched. */
  public long reservedBytes() {
    return pages.reservedBytes();
  }

  /**
   * Bytes in blocks that are allocated and not yet freed, each counted with its {@link
   * BlockCache#blockSize}. Exact whenever no other thread is allocating or freeing.
   */
  public long usedBytes() {
    synchronized (caches) {
      long used = usedBytesOfClosedCaches;
      for (BlockCache cache : caches) {
        used += cache.usedBytes();
      }
      return used;
    }
  }

  /** Gives everything idle in the shared part of the pool back to the system. */
  public void trim() {
    for (SlabClass sizeClass : classes) {
      sizeClass.trim();
    }
    pages.trim();
  }

  /** Makes chosen allocations fail, for tests; works in checked mode only. */
  public AllocationFailures failures() {
    return failures;
  }

  /**
   * A view of a live block for Java I/O. It becomes invalid when the pool closes, not when the
   * block is freed.
   */
  @SuppressWarnings("restricted")
  public MemorySegment segment(long address, long byteCount) {
    Shadow.checkRange(address, byteCount);
    return MemorySegment.ofAddress(address).reinterpret(byteCount, arena, null);
  }

  /**
   * Gives all memory back. No thread may use the pool, its caches or its blocks any more.
   *
   * @throws VmBug in checked mode, where blocks are still allocated: with their addresses, sizes
   *     and history; the memory is given back all the same
   */
  @Override
  public void close() {
    String leaks = "";
    if (Memory.CHECKED && usedBytes() != 0) {
      leaks = Shadow.describeLiveBlocks(this, usedBytes());
    }
    closeWithLiveBlocks();
    if (!leaks.isEmpty()) {
      throw new VmBug(leaks);
    }
  }

  /** Gives all memory back like {@link #close}, and accepts that blocks are still allocated. */
  public void closeWithLiveBlocks() {
    synchronized (caches) {
      if (closed) {
        return;
      }
      closed = true;
      for (BlockCache cache : caches) {
        cache.abandon();
      }
      caches.clear();
    }
    pages.close();
    arena.close();
  }

  SlabClass slabClass(int index) {
    return classes[index];
  }

  PageHeap pages() {
    return pages;
  }

  void remove(BlockCache cache) {
    synchronized (caches) {
      if (caches.remove(cache)) {
        usedBytesOfClosedCaches += cache.usedBytes();
      }
    }
  }
}
