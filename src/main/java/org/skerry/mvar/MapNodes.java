package org.skerry.mvar;

import static org.skerry.mvar.SharedMapLayout.*;

import org.skerry.memory.BlockCache;
import org.skerry.memory.Memory;
import org.skerry.term.Maps;
import org.skerry.term.Term;
import org.skerry.term.TermOrder;
import org.skerry.term.TermScratch;

/**
 * The nodes of shared maps: of the same shape as those of hashed maps in a heap, so that a map can
 * be copied out node by node. What is found is found by any thread; new nodes are made by whoever
 * holds the map's latch, from nodes that stay as they are.
 */
final class MapNodes {
  /** No memory; the change is void. */
  static final long FAILED = -1;

  static final int ENTRY_BYTES = 16;
  private static final int SLOT_MASK = (1 << Maps.SLOT_BITS) - 1;
  private static final long LOW_HALF = 0xffff_ffffL;

  private MapNodes() {}

  static int bit(long hash, int shift) {
    return 1 << ((int) (hash >>> shift) & SLOT_MASK);
  }

  static int entryBits(long bitmaps) {
    return (int) bitmaps;
  }

  static int childBits(long bitmaps) {
    return (int) (bitmaps >>> 32);
  }

  static long entryAt(long node, long bitmaps, int bit) {
    return node + CONTENT + ((long) Integer.bitCount(entryBits(bitmaps) & bit - 1) << 4);
  }

  static long childAt(long node, long bitmaps, int bit) {
    return firstChild(node, bitmaps) + ((long) Integer.bitCount(childBits(bitmaps) & bit - 1) << 3);
  }

  static long firstChild(long node, long bitmaps) {
    return node + CONTENT + ((long) Integer.bitCount(entryBits(bitmaps)) << 4);
  }

  /** Number of entries in the node itself. */
  static int entryCount(long node, int shift) {
    long bitmaps = Memory.getLong(node + BITMAPS);
    return shift < 0 ? (int) bitmaps : Integer.bitCount(entryBits(bitmaps));
  }

  /** Number of children of the node. */
  static int childCount(long node, int shift) {
    return shift < 0 ? 0 : Integer.bitCount(childBits(Memory.getLong(node + BITMAPS)));
  }

  /** Whether a stored key is the key sought. */
  static boolean matches(long stored, long key, long hash, TermScratch scratch) {
    if (stored == key) {
      return true;
    }
    // Two different words of which one is an immediate are never equal.
    return Term.isObject(stored)
        && Term.isObject(key)
        && MapBlocks.hashOf(stored, scratch) == hash
        && TermOrder.equal(stored, key, scratch);
  }

  /** The value under a key as it is stored, or {@link Term#NONE}; any thread, online. */
  static long find(long root, long key, long hash, TermScratch scratch) {
    long node = root;
    for (int shift = Maps.ROOT_SHIFT; shift >= 0 && node != Memory.NULL; shift -= Maps.SLOT_BITS) {
      long bitmaps = Memory.getLong(node + BITMAPS);
      int bit = bit(hash, shift);
      if ((entryBits(bitmaps) & bit) != 0) {
        long entry = entryAt(node, bitmaps, bit);
        // Acquire: pairs with the release that published the value's block.
        long value = Memory.getLongAcquire(entry + 8);
        MapBlocks.fetchValue(value);
        return matches(Memory.getLong(entry), key, hash, scratch) ? value : Term.NONE;
      }
      if ((childBits(bitmaps) & bit) == 0) {
        return Term.NONE;
      }
      // Acquire: pairs with the release in SharedMapChange that published the node.
      node = Memory.getLongAcquire(childAt(node, bitmaps, bit));
    }
    return node == Memory.NULL ? Term.NONE : findCollision(node, key, scratch);
  }

  private static long findCollision(long node, long key, TermScratch scratch) {
    int index = collisionIndex(node, key, scratch);
    return index < 0 ? Term.NONE : Memory.getLongAcquire(node + CONTENT + ((long) index << 4) + 8);
  }

  /** Index of the key among entries with one hash, or -1 - the index that it would have. */
  static int collisionIndex(long node, long key, TermScratch scratch) {
    return TermOrder.searchPairs(
        node + CONTENT, (int) Memory.getLong(node + BITMAPS), key, scratch);
  }

  /** Begins a node of the change in progress; the caller writes its contents. */
  static long create(long map, long bitmaps, long contentBytes, BlockCache cache) {
    long node = MapBlocks.allocate(CONTENT + contentBytes, false, cache);
    if (node == Memory.NULL) {
      return FAILED;
    }
    MapBlocks.setBirth(node, Memory.getLong(map + VERSION));
    MapBlocks.setLink(node, Memory.getLong(map + FRESH));
    Memory.putLong(map + FRESH, node);
    Memory.putLong(node + BITMAPS, bitmaps);
    return node;
  }

  private static long contentBytes(long node) {
    return MapBlocks.byteCount(node) - CONTENT;
  }

  /** The node with another word at an offset. */
  static long with(long map, long node, long offset, long word, BlockCache cache) {
    long bytes = contentBytes(node);
    long copy = create(map, Memory.getLong(node + BITMAPS), bytes, cache);
    if (copy != FAILED) {
      Memory.copy(node + CONTENT, copy + CONTENT, bytes);
      Memory.putLong(copy + offset, word);
    }
    return copy;
  }

  /** The node with another entry, which lies {@code before} bytes behind the first. */
  static long insert(
      long map, long node, long bitmaps, long before, long key, long value, BlockCache cache) {
    long bytes = contentBytes(node);
    long copy = create(map, bitmaps, bytes + ENTRY_BYTES, cache);
    if (copy != FAILED) {
      Memory.copy(node + CONTENT, copy + CONTENT, before);
      long at = copy + CONTENT + before;
      Memory.putLong(at, key);
      Memory.putLong(at + 8, value);
      Memory.copy(node + CONTENT + before, at + ENTRY_BYTES, bytes - before);
    }
    return copy;
  }

  /** The node without the entry that lies {@code before} bytes behind the first. */
  static long cut(long map, long node, long bitmaps, long before, BlockCache cache) {
    long bytes = contentBytes(node);
    long copy = create(map, bitmaps, bytes - ENTRY_BYTES, cache);
    if (copy != FAILED) {
      Memory.copy(node + CONTENT, copy + CONTENT, before);
      Memory.copy(
          node + CONTENT + before + ENTRY_BYTES,
          copy + CONTENT + before,
          bytes - before - ENTRY_BYTES);
    }
    return copy;
  }

  /** The node with an entry where it had none. */
  static long insertEntry(long map, long node, int bit, long key, long value, BlockCache cache) {
    long bitmaps = Memory.getLong(node + BITMAPS);
    long before = entryAt(node, bitmaps, bit) - node - CONTENT;
    return insert(map, node, bitmaps | bit & LOW_HALF, before, key, value, cache);
  }

  /** The node without an entry. */
  static long cutEntry(long map, long node, int bit, BlockCache cache) {
    long bitmaps = Memory.getLong(node + BITMAPS);
    long before = entryAt(node, bitmaps, bit) - node - CONTENT;
    return cut(map, node, bitmaps & ~(bit & LOW_HALF), before, cache);
  }

  /** The node with a child in the slot where it had an entry. */
  static long entryToChild(long map, long node, int bit, long child, BlockCache cache) {
    long bitmaps = Memory.getLong(node + BITMAPS);
    long mask = bit & LOW_HALF;
    long bytes = contentBytes(node);
    long copy = create(map, bitmaps & ~mask | mask << 32, bytes - 8, cache);
    if (copy == FAILED) {
      return FAILED;
    }
    long from = node + CONTENT;
    long to = copy + CONTENT;
    long entry = entryAt(node, bitmaps, bit) - from;
    long place = childAt(node, bitmaps, bit) - from;
    Memory.copy(from, to, entry);
    Memory.copy(from + entry + ENTRY_BYTES, to + entry, place - entry - ENTRY_BYTES);
    Memory.putLong(to + place - ENTRY_BYTES, child);
    Memory.copy(from + place, to + place - 8, bytes - place);
    return copy;
  }

  /** The node with an entry in the slot where it had a child. */
  static long childToEntry(long map, long node, int bit, long key, long value, BlockCache cache) {
    long bitmaps = Memory.getLong(node + BITMAPS);
    long mask = bit & LOW_HALF;
    long bytes = contentBytes(node);
    long copy = create(map, bitmaps & ~(mask << 32) | mask, bytes + 8, cache);
    if (copy == FAILED) {
      return FAILED;
    }
    long from = node + CONTENT;
    long to = copy + CONTENT;
    long place = entryAt(node, bitmaps, bit) - from;
    long child = childAt(node, bitmaps, bit) - from;
    Memory.copy(from, to, place);
    Memory.putLong(to + place, key);
    Memory.putLong(to + place + 8, value);
    Memory.copy(from + place, to + place + ENTRY_BYTES, child - place);
    Memory.copy(from + child + 8, to + child + ENTRY_BYTES, bytes - child - 8);
    return copy;
  }

  /** A node of two entries; the first one's slot, or key, comes before the other's. */
  static long pairOf(
      long map, long bitmaps, long aKey, long aValue, long bKey, long bValue, BlockCache cache) {
    long node = create(map, bitmaps, 2 * ENTRY_BYTES, cache);
    if (node != FAILED) {
      Memory.putLong(node + CONTENT, aKey);
      Memory.putLong(node + CONTENT + 8, aValue);
      Memory.putLong(node + CONTENT + 16, bKey);
      Memory.putLong(node + CONTENT + 24, bValue);
    }
    return node;
  }
}
