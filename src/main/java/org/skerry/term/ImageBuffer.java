package org.skerry.term;

import org.skerry.memory.BlockCache;
import org.skerry.memory.Memory;

/**
 * The block that an image is made in. A block that the image fills by half or more becomes the
 * image; a smaller image is copied out. The next block is as large as the last image that was not
 * copied, so a steady stream of large messages of one size is made in place.
 */
final class ImageBuffer implements AutoCloseable {
  private static final long INITIAL_BYTES = 4096;
  private static final long KEPT_BYTES = 1 << 16;

  private final BlockCache cache;
  private long base;
  private long capacity;
  private long nextCapacity = INITIAL_BYTES;

  ImageBuffer(BlockCache cache) {
    this.cache = cache;
  }

  long base() {
    return base;
  }

  long capacity() {
    return capacity;
  }

  /** Makes sure that there is a block; false where there is no memory. */
  boolean open() {
    if (base != Memory.NULL) {
      return true;
    }
    base = cache.allocate(nextCapacity);
    capacity = base == Memory.NULL ? 0 : nextCapacity;
    return base != Memory.NULL;
  }

  /**
   * Moves the first bytes into a block of at least so many bytes; false where there is no memory.
   */
  boolean grow(long used, long wanted) {
    long grownCapacity = Math.max(wanted, capacity * 2) + 7 & -8L;
    long grown = cache.allocate(grownCapacity);
    if (grown == Memory.NULL) {
      return false;
    }
    Memory.copy(base, grown, used);
    cache.free(base, capacity);
    base = grown;
    capacity = grownCapacity;
    return true;
  }

  /** The image's own block, with its first bytes; {@link Memory#NULL} where there is no memory. */
  long detach(long used) {
    if (used * 2 >= capacity) {
      long image = base;
      Memory.putLong(image + TermImage.BLOCK_BYTES, capacity);
      nextCapacity = Math.max(INITIAL_BYTES, used);
      base = Memory.NULL;
      capacity = 0;
      return image;
    }
    long image = cache.allocate(used);
    if (image != Memory.NULL) {
      Memory.putLong(base + TermImage.BLOCK_BYTES, used);
      Memory.copy(base, image, used);
    }
    return image;
  }

  void trim() {
    if (capacity > KEPT_BYTES) {
      close();
    }
    nextCapacity = Math.min(nextCapacity, KEPT_BYTES);
  }

  @Override
  public void close() {
    if (base != Memory.NULL) {
      cache.free(base, capacity);
    }
    base = Memory.NULL;
    capacity = 0;
  }
}
