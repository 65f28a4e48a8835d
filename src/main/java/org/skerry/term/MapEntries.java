package org.skerry.term;

import static org.skerry.term.ObjectLayout.*;

import org.skerry.memory.Memory;

/**
 * Makes maps from many entries at once, with no garbage: the entries lie as (hash, key, value) on
 * the scratch's stack, are sorted into the order of the tree, and written as nodes from the root
 * down.
 */
final class MapEntries {
  static final int RECORD_BYTES = 24;
  private static final int KEY = 8;
  private static final int VALUE = 16;

  private MapEntries() {}

  /** Puts an entry on the stack. */
  static void push(long key, long value, TermScratch scratch) {
    long hash = MapTrie.hash(key, scratch);
    scratch.push(hash);
    scratch.push(key);
    scratch.push(value);
  }

  /**
   * Sorts the entries above a depth, and keeps the last of those with equal keys.
   *
   * @return how many entries are left
   */
  static long normalize(long bottom, TermScratch scratch) {
    long count = (scratch.depth() - bottom) / RECORD_BYTES;
    sort(bottom, count, true, scratch);
    long kept = 0;
    for (long i = 0; i < count; i++) {
      if (i + 1 < count && sameKey(bottom + i * RECORD_BYTES, scratch)) {
        continue;
      }
      if (kept != i) {
        long from = scratch.stackAt(bottom + i * RECORD_BYTES);
        Memory.copy(from, scratch.stackAt(bottom + kept * RECORD_BYTES), RECORD_BYTES);
      }
      kept++;
    }
    scratch.unwind(bottom + kept * RECORD_BYTES);
    return kept;
  }

  private static boolean sameKey(long depth, TermScratch scratch) {
    long at = scratch.stackAt(depth);
    return Memory.getLong(at) == Memory.getLong(at + RECORD_BYTES)
        && TermOrder.equal(
            Memory.getLong(at + KEY), Memory.getLong(at + RECORD_BYTES + KEY), scratch);
  }

  /** Heap bytes of the map of normalized entries. */
  static long bytes(long bottom, long count, TermScratch scratch) {
    return count <= Maps.MAX_FLAT
        ? Maps.flatBytes(count)
        : ROOT_BYTES + nodeBytes(bottom, count, MapTrie.ROOT_SHIFT, scratch);
  }

  /** The map of normalized entries. */
  static long build(long bottom, long count, TermScratch scratch, HeapWriter writer) {
    if (count <= Maps.MAX_FLAT) {
      sort(bottom, count, false, scratch);
      long map = Maps.allocateFlat(count, writer);
      for (long i = 0; i < count; i++) {
        long at = scratch.stackAt(bottom + i * RECORD_BYTES);
        Memory.putLong(map + HEADER_BYTES + (i << 3), Memory.getLong(at + KEY));
        Memory.putLong(map + HEADER_BYTES + (count + i << 3), Memory.getLong(at + VALUE));
      }
      return map;
    }
    long root = writer.allocate(ROOT_BYTES);
    Memory.putLong(root, header(MAP_ROOT, count));
    long entries = scratch.stackAt(bottom);
    Memory.putLong(root + ROOT_NODE, node(entries, count, MapTrie.ROOT_SHIFT, writer));
    return root;
  }

  private static long nodeBytes(long bottom, long count, int shift, TermScratch scratch) {
    if (shift < 0) {
      if (count > MapTrie.MAX_COLLISIONS) {
        throw scratch.fail(TermError.LIMIT_EXCEEDED);
      }
      return NODE_CONTENT + count * MapTrie.ENTRY_BYTES;
    }
    long total = NODE_CONTENT;
    long entries = scratch.stackAt(bottom);
    for (long from = 0; from < count; ) {
      long to = runEnd(entries, from, count, shift);
      total +=
          to - from == 1
              ? MapTrie.ENTRY_BYTES
              : 8
                  + nodeBytes(
                      bottom + from * RECORD_BYTES, to - from, shift - MapTrie.BITS, scratch);
      from = to;
    }
    return total;
  }

  private static long node(long entries, long count, int shift, HeapWriter writer) {
    if (shift < 0) {
      long node = MapTrie.allocate(MAP_COLLISION, Memory.getLong(entries), count << 1, writer);
      for (long i = 0; i < count; i++) {
        putEntry(entries + i * RECORD_BYTES, node + NODE_CONTENT + (i << 4));
      }
      return node;
    }
    long bitmaps = 0;
    for (long from = 0; from < count; ) {
      long to = runEnd(entries, from, count, shift);
      int slot = MapTrie.slot(Memory.getLong(entries + from * RECORD_BYTES), shift);
      bitmaps |= 1L << (to - from == 1 ? slot : 32 + slot);
      from = to;
    }
    int entryCount = Integer.bitCount(MapTrie.entryBits(bitmaps));
    int childCount = Integer.bitCount(MapTrie.childBits(bitmaps));
    long node = MapTrie.allocate(MAP_NODE, bitmaps, 2L * entryCount + childCount, writer);
    long entry = node + NODE_CONTENT;
    long child = entry + ((long) entryCount << 4);
    for (long from = 0; from < count; ) {
      long to = runEnd(entries, from, count, shift);
      long first = entries + from * RECORD_BYTES;
      if (to - from == 1) {
        putEntry(first, entry);
        entry += MapTrie.ENTRY_BYTES;
      } else {
        Memory.putLong(child, node(first, to - from, shift - MapTrie.BITS, writer));
        child += 8;
      }
      from = to;
    }
    return node;
  }

  private static void putEntry(long record, long to) {
    Memory.putLong(to, Memory.getLong(record + KEY));
    Memory.putLong(to + 8, Memory.getLong(record + VALUE));
  }

  /** Index behind the entries that lie in the same slot. */
  private static long runEnd(long entries, long from, long count, int shift) {
    int slot = MapTrie.slot(Memory.getLong(entries + from * RECORD_BYTES), shift);
    long to = from + 1;
    while (to < count && MapTrie.slot(Memory.getLong(entries + to * RECORD_BYTES), shift) == slot) {
      to++;
    }
    return to;
  }

  /** Sorts by hash and then key, or by key alone; entries with equal keys stay in their order. */
  static void sort(long bottom, long count, boolean byHash, TermScratch scratch) {
    if (count < 2) {
      return;
    }
    scratch.charge(count * (64 - Long.numberOfLeadingZeros(count)) >>> 2);
    long byteCount = count * RECORD_BYTES;
    long depth = scratch.depth();
    long spare = scratch.pushBytes(byteCount);
    long from = bottom;
    long to = spare;
    for (long width = 1; width < count; width <<= 1) {
      for (long start = 0; start < count; start += width << 1) {
        long middle = Math.min(start + width, count);
        merge(from, to, start, middle, Math.min(middle + width, count), byHash, scratch);
      }
      long swap = from;
      from = to;
      to = swap;
    }
    if (from != bottom) {
      Memory.copy(scratch.stackAt(from), scratch.stackAt(bottom), byteCount);
    }
    scratch.unwind(depth);
  }

  private static void merge(
      long from, long to, long start, long middle, long end, boolean byHash, TermScratch scratch) {
    long left = start;
    long right = middle;
    for (long i = start; i < end; i++) {
      boolean takeLeft =
          right == end
              || left < middle
                  && order(from + left * RECORD_BYTES, from + right * RECORD_BYTES, byHash, scratch)
                      <= 0;
      long taken = takeLeft ? left++ : right++;
      // The stack may have moved while keys were compared.
      long record = scratch.stackAt(from + taken * RECORD_BYTES);
      long place = scratch.stackAt(to + i * RECORD_BYTES);
      Memory.putLong(place, Memory.getLong(record));
      Memory.putLong(place + KEY, Memory.getLong(record + KEY));
      Memory.putLong(place + VALUE, Memory.getLong(record + VALUE));
    }
  }

  private static int order(long aDepth, long bDepth, boolean byHash, TermScratch scratch) {
    long a = scratch.stackAt(aDepth);
    long b = scratch.stackAt(bDepth);
    if (byHash) {
      long aHash = Memory.getLong(a);
      long bHash = Memory.getLong(b);
      if (aHash != bHash) {
        return aHash < bHash ? -1 : 1; // 60 bits: never negative.
      }
    }
    return TermOrder.compare(Memory.getLong(a + KEY), Memory.getLong(b + KEY), scratch);
  }
}
