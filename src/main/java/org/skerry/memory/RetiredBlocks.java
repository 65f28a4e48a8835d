package org.skerry.memory;

import java.util.Arrays;

/**
 * A growing list of blocks that wait to be freed; not thread-safe. A byte count of 0 says that the
 * reclaimer knows how to free the block.
 */
final class RetiredBlocks {
  private static final int INITIAL_BLOCKS = 64;

  /** Address and byte count in turn. */
  private long[] words = new long[INITIAL_BLOCKS * 2];

  private int size;

  boolean isEmpty() {
    return size == 0;
  }

  int count() {
    return size >>> 1;
  }

  void add(long address, long byteCount) {
    if (size == words.length) {
      words = Arrays.copyOf(words, size * 2);
    }
    words[size] = address;
    words[size + 1] = byteCount;
    size += 2;
  }

  void addAll(RetiredBlocks other) {
    if (size + other.size > words.length) {
      words = Arrays.copyOf(words, Math.max(size + other.size, words.length * 2));
    }
    System.arraycopy(other.words, 0, words, size, other.size);
    size += other.size;
    other.size = 0;
  }

  void freeAll(BlockCache cache, Reclaimer reclaimer) {
    for (int i = 0; i < size; i += 2) {
      if (words[i + 1] == 0) {
        reclaimer.reclaim(words[i], cache);
      } else {
        cache.free(words[i], words[i + 1]);
      }
    }
    size = 0;
  }
}
