package org.skerry.heap;

import org.skerry.memory.BlockCache;

/** How large a heap should be: pure functions of bytes. See {@code native-notes/collector.md}. */
final class HeapSize {
  /**
   * Free room per live byte. A collection copies the live bytes, so an allocated byte pays for a
   * third of a copied one.
   */
  private static final long ROOM_PER_LIVE_BYTE = 3;

  /**
   * From here on memory is dearer than time: room is not three times what lives, but only as much.
   */
  private static final long MAX_GENEROUS_ROOM_BYTES = 24L << 20;

  /** A heap that survived its first collections is used: it shall not be collected that often. */
  private static final long MAX_FLOOR_BYTES = 4 << 10;

  /** A heap is made smaller when it is so many times larger than it should be. */
  private static final int SHRINK_FACTOR = 4;

  /**
   * A heap at its cap still needs room for a 64th of what lives, or it would do nothing but
   * collect.
   */
  private static final int HEADROOM_SHIFT = 6;

  /** No heap is larger: a user's part of the address space. */
  static final long MAX_BYTES = 1L << 47;

  private HeapSize() {}

  /**
   * The size that a heap should have.
   *
   * @param live bytes of live objects
   * @param rootBytes bytes of roots; looking at them shall be as rare as copying as many bytes
   * @param collections how often the heap has been collected
   */
  static long wanted(long live, long rootBytes, int initialBytes, long collections) {
    long room = Math.min(live * ROOM_PER_LIVE_BYTE, Math.max(live, MAX_GENEROUS_ROOM_BYTES));
    return Math.max(floor(initialBytes, collections), live + room + rootBytes);
  }

  private static long floor(int initialBytes, long collections) {
    return Math.max(
        initialBytes,
        Math.min(MAX_FLOOR_BYTES, (long) initialBytes << Math.clamp(collections, 0, 16)));
  }

  /** The least room that a collection must leave beside what was asked for. */
  static long headroom(long live) {
    return live >>> HEADROOM_SHIFT & -8L;
  }

  /** The room below which a heap that may grow does grow, so that collections stay rare. */
  static long scarceRoom(long live, long rootBytes) {
    return (live + rootBytes) / 4;
  }

  /** Whether a heap is so large that a copy of what lives is worth a smaller one. */
  static boolean isWasteful(long bytes, long wanted) {
    return bytes / SHRINK_FACTOR > wanted;
  }

  /** The largest block that is charged with no more than {@code available}; 0 if there is none. */
  static long largestBlock(long available) {
    if (available < BlockCache.blockSize(1)) {
      return 0;
    }
    long fits = 1;
    long tooLarge = Math.min(available, MAX_BYTES) + 1;
    while (tooLarge - fits > 1) {
      long middle = fits + (tooLarge - fits) / 2;
      if (BlockCache.blockSize(middle) <= available) {
        fits = middle;
      } else {
        tooLarge = middle;
      }
    }
    return BlockCache.blockSize(fits);
  }
}
