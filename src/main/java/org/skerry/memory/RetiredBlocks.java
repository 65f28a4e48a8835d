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

  /** Words in front that are freed. */
  private int first;

  private int size;

  boolean isEmpty() {
    return size == first;
  }

  int count() {
    return size - first >>> 1;
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
    int more = other.size - other.first;
    if (size + more > words.length) {
      words = Arrays.copyOf(words, Math.max(size + more, words.length * 2));
    }
    System.arraycopy(other.words, other.first, words, size, more);
    size += more;
    other.first = 0;
    other.size = 0;
  }

  /** Frees about so many blocks, and keeps the rest; how many it has freed, at least about. */
  int free(BlockCache cache, Reclaimer reclaimer, int budget) {
    int left = budget;
    int kept = 0;
    int at = first;
    for (; at < size && left > 0; at += 2) {
      if (words[at + 1] != 0) {
        cache.free(words[at], words[at + 1]);
        left--;
        continue;
      }
      int answer = reclaimer.reclaim(words[at], cache, left);
      if (answer < 0) {
        words[first + kept] = words[at];
        words[first + kept + 1] = 0;
        kept += 2;
        left = -1 - answer;
      } else {
        left = Math.min(answer, left - 1);
      }
    }
    System.arraycopy(words, first, words, at - kept, kept);
    first = at - kept;
    if (first == size) {
      first = 0;
      size = 0;
    }
    return budget - left;
  }

  /**
   * Frees all.
   *
   * @throws VmBug where a record waits for one that is not here
   */
  void freeAll(BlockCache cache, Reclaimer reclaimer) {
    while (!isEmpty()) {
      if (free(cache, reclaimer, Integer.MAX_VALUE) == 0) {
        throw new VmBug("At the end no retired record waits for another: count=" + count());
      }
    }
  }
}
