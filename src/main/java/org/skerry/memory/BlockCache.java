package org.skerry.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * One thread's way to the blocks of a {@link MemoryPool}: a stack of free blocks per size class,
 * filled from and emptied into the shared slabs in batches, so that most allocations and frees take
 * no lock and no atomic.
 *
 * <p>Owned by one thread, except {@link #usedBytes}. A block may be freed through any cache of its
 * pool. See {@code native-notes/memory.md}.
 */
public final class BlockCache implements AutoCloseable {
  private static final int SLOT_BITS = 6;
  private static final int MAX_SLOTS = 1 << SLOT_BITS;

  /** A class holds at most this much per cache, but two blocks at least. */
  private static final int MAX_CACHED_BYTES = 32 * 1024;

  private static final byte[] CAPACITY = new byte[SizeClasses.COUNT];
  private static final VarHandle USED_BYTES;

  static {
    for (int i = 0; i < SizeClasses.COUNT; i++) {
      int fitting = MAX_CACHED_BYTES / SizeClasses.blockBytes(i);
      CAPACITY[i] = (byte) Math.clamp(fitting, 2, MAX_SLOTS);
    }
    try {
      USED_BYTES = MethodHandles.lookup().findVarHandle(BlockCache.class, "usedBytes", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final MemoryPool pool;
  private final Quarantine quarantine;
  private final byte[] counts = new byte[SizeClasses.COUNT];
  private final long[] slots = new long[SizeClasses.COUNT << SLOT_BITS];

  /** Allocated minus freed through this cache; opaque, since others read it. */
  private long usedBytes;

  private long refusedBytes;
  private boolean closed;

  BlockCache(MemoryPool pool) {
    this.pool = pool;
    quarantine = Memory.CHECKED ? new Quarantine(this) : null;
  }

  /** The pool that the blocks come from. */
  public MemoryPool pool() {
    return pool;
  }

  /**
   * Allocates a block, aligned to 8 bytes; a block of a page (4 KiB) multiple above 32 KiB is
   * aligned to pages. Its content is undefined; in checked mode it is poison.
   *
   * @param byteCount positive
   * @return the address, or {@link Memory#NULL} where the pool's cap would be exceeded
   */
  public long allocate(long byteCount) {
    if (Memory.CHECKED) {
      return allocateChecked(byteCount);
    }
    return take(byteCount);
  }

  /**
   * Frees a block.
   *
   * @param address what some cache of this pool returned
   * @param byteCount as asked for when it was allocated
   */
  public void free(long address, long byteCount) {
    if (Memory.CHECKED) {
      freeChecked(address, byteCount);
    } else {
      addUsed(-blockSize(byteCount));
      put(address, byteCount);
    }
  }

  /** What a block of {@code byteCount} bytes, a positive number, is charged with. */
  public static long blockSize(long byteCount) {
    return byteCount <= SizeClasses.MAX_SMALL_BYTES
        ? SizeClasses.blockBytes(SizeClasses.indexOf((int) byteCount))
        : largeBytes(byteCount);
  }

  /** Bytes allocated minus bytes freed through this cache; negative where others allocated them. */
  public long usedBytes() {
    return (long) USED_BYTES.getOpaque(this);
  }

  /** Bytes of the last block that {@link #allocate} refused; 0 where it refused none. */
  public long refusedBytes() {
    return refusedBytes;
  }

  /** Brings every cached block back to the shared slabs, where other caches find them. */
  public void flush() {
    if (Memory.CHECKED) {
      quarantine.drain();
    }
    for (int i = 0; i < SizeClasses.COUNT; i++) {
      int count = counts[i];
      counts[i] = 0;
      if (count > 0) {
        pool.slabClass(i).giveBack(slots, i << SLOT_BITS, count);
      }
    }
  }

  /** Flushes the cache and ends its use. */
  @Override
  public void close() {
    if (!closed) {
      flush();
      closed = true;
      pool.remove(this);
    }
  }

  /** The pool closes and takes all memory with it. */
  void abandon() {
    closed = true;
  }

  /** Takes a block, unchecked and charged. */
  private long take(long byteCount) {
    long address;
    if (byteCount > SizeClasses.MAX_SMALL_BYTES || byteCount <= 0) {
      address = takeLarge(byteCount);
    } else {
      int sizeClass = SizeClasses.indexOf((int) byteCount);
      int count = counts[sizeClass];
      if (count == 0) {
        count = refill(sizeClass);
        if (count == 0) {
          return refuse(byteCount);
        }
      }
      counts[sizeClass] = (byte) --count;
      address = slots[(sizeClass << SLOT_BITS) + count];
      addUsed(SizeClasses.blockBytes(sizeClass));
    }
    return address;
  }

  /** Brings a block back, unchecked; its charge is already gone. */
  void put(long address, long byteCount) {
    if (byteCount > SizeClasses.MAX_SMALL_BYTES || byteCount <= 0) {
      pool.pages().freeLarge(address, largeBytes(byteCount));
      return;
    }
    int sizeClass = SizeClasses.indexOf((int) byteCount);
    int count = counts[sizeClass];
    if (count == CAPACITY[sizeClass]) {
      count = spill(sizeClass);
    }
    slots[(sizeClass << SLOT_BITS) + count] = address;
    counts[sizeClass] = (byte) (count + 1);
  }

  private void addUsed(long byteCount) {
    USED_BYTES.setOpaque(this, usedBytes + byteCount);
  }

  private static long largeBytes(long byteCount) {
    return (byteCount + RegionLayout.PAGE_BYTES - 1) & -RegionLayout.PAGE_BYTES;
  }

  private long takeLarge(long byteCount) {
    requireOpen();
    if (byteCount <= 0) {
      throw new VmBug("A block has a positive size: bytes=" + byteCount);
    }
    if (byteCount > pool.maxBytes()) {
      return refuse(byteCount);
    }
    long bytes = largeBytes(byteCount);
    long address = pool.pages().allocateLarge(bytes);
    if (address == Memory.NULL) {
      releaseIdle();
      address = pool.pages().allocateLarge(bytes);
    }
    if (address == Memory.NULL) {
      return refuse(byteCount);
    }
    addUsed(bytes);
    return address;
  }

  private long refuse(long byteCount) {
    refusedBytes = byteCount;
    return Memory.NULL;
  }

  /** Fills an empty stack; returns its new height, which is 0 at the cap. */
  private int refill(int sizeClass) {
    requireOpen();
    int wanted = CAPACITY[sizeClass] >>> 1;
    SlabClass slabs = pool.slabClass(sizeClass);
    int count = slabs.take(slots, sizeClass << SLOT_BITS, wanted);
    if (count == 0) {
      releaseIdle();
      count = slabs.take(slots, sizeClass << SLOT_BITS, wanted);
    }
    return count;
  }

  /** Empties the older half of a full stack; returns its new height. */
  private int spill(int sizeClass) {
    requireOpen();
    int moved = CAPACITY[sizeClass] >>> 1;
    int left = CAPACITY[sizeClass] - moved;
    int base = sizeClass << SLOT_BITS;
    pool.slabClass(sizeClass).giveBack(slots, base, moved);
    System.arraycopy(slots, base + moved, slots, base, left);
    return left;
  }

  /** At the cap, what this cache and the empty slabs hold back may be just enough. */
  private void releaseIdle() {
    flush();
    pool.trim();
  }

  private void requireOpen() {
    if (closed) {
      throw new VmBug("A closed cache neither allocates nor frees");
    }
  }

  private long allocateChecked(long byteCount) {
    requireOpen();
    if (pool.failures().next()) {
      return refuse(byteCount);
    }
    long address = take(byteCount);
    if (address != Memory.NULL) {
      Shadow.allocated(address, byteCount);
    }
    return address;
  }

  private void freeChecked(long address, long byteCount) {
    requireOpen();
    Shadow.freed(address, byteCount);
    addUsed(-blockSize(byteCount));
    quarantine.add(address, byteCount);
  }
}
