package org.skerry.term;

import static org.skerry.term.ObjectLayout.*;

import org.skerry.memory.Memory;

/**
 * The nodes of hashed maps: a compressed hash-array mapped prefix tree with 32 slots a node.
 *
 * <p>A node's raw word has two bitmaps: the low half says in which slots an entry lies, the high
 * half in which a child. Contents: the entries (key, value) in order of slots, then the children in
 * order of slots. The slot at a level is the next five bits, from the top, of the 60-bit hash. Keys
 * whose 60 bits are the same lie in one collision node below the last level, ordered by key.
 *
 * <p>The form is canonical: no child below the root holds a single entry and nothing else. So equal
 * maps have equal shapes, whatever their history. Recursion goes no deeper than the {@value
 * #LEVELS} levels.
 */
final class MapTrie {
  /** Levels of nodes, and one more for collisions. */
  static final int LEVELS = 13;

  /** Shift of the hash at the root. */
  static final int ROOT_SHIFT = 55;

  /** Most keys with one 60-bit hash: only keys made on purpose come so far. */
  static final int MAX_COLLISIONS = 4096;

  static final int BITS = 5;
  static final int ENTRY_BYTES = 16;
  private static final int HASH_SHIFT = 4;
  private static final int SLOT_MASK = 31;

  private MapTrie() {}

  /** The 60 bits by which a key is placed; BAD_ARGUMENT if it holds a mutable array. */
  static long hash(long key, TermScratch scratch) {
    return (TermHash.hash(key, scratch) & scratch.keyHashMask) >>> HASH_SHIFT;
  }

  static int slot(long hash, int shift) {
    return (int) (hash >>> shift) & SLOT_MASK;
  }

  static int entryBits(long bitmaps) {
    return (int) bitmaps;
  }

  static int childBits(long bitmaps) {
    return (int) (bitmaps >>> 32);
  }

  /** Number of entries that lie in the node itself. */
  static int entryCount(long node) {
    long header = Memory.getLong(node);
    return kind(header) == MAP_COLLISION
        ? (int) size(header) >>> 1
        : Integer.bitCount(entryBits(Memory.getLong(node + NODE_RAW)));
  }

  /** Number of children of the node. */
  static int childCount(long node) {
    return kind(Memory.getLong(node)) == MAP_COLLISION
        ? 0
        : Integer.bitCount(childBits(Memory.getLong(node + NODE_RAW)));
  }

  private static long entryAt(long node, int entryBits, int bit) {
    return node + NODE_CONTENT + ((long) Integer.bitCount(entryBits & bit - 1) << 4);
  }

  private static long childAt(long node, int entryBits, int childBits, int bit) {
    return node
        + NODE_CONTENT
        + ((long) Integer.bitCount(entryBits) << 4)
        + ((long) Integer.bitCount(childBits & bit - 1) << 3);
  }

  /** The value under a key, or {@link Term#NONE}. */
  static long get(long root, long hash, long key, TermScratch scratch) {
    long node = root;
    for (int shift = ROOT_SHIFT; ; shift -= BITS) {
      if (kind(Memory.getLong(node)) == MAP_COLLISION) {
        return getCollision(node, key, scratch);
      }
      long bitmaps = Memory.getLong(node + NODE_RAW);
      int entries = entryBits(bitmaps);
      int bit = 1 << slot(hash, shift);
      if ((entries & bit) != 0) {
        long at = entryAt(node, entries, bit);
        return TermOrder.equal(Memory.getLong(at), key, scratch)
            ? Memory.getLong(at + 8)
            : Term.NONE;
      }
      int children = childBits(bitmaps);
      if ((children & bit) == 0) {
        return Term.NONE;
      }
      node = Memory.getLong(childAt(node, entries, children, bit));
    }
  }

  private static long getCollision(long node, long key, TermScratch scratch) {
    int index = collisionIndex(node, key, scratch);
    return index < 0 ? Term.NONE : Memory.getLong(node + NODE_CONTENT + ((long) index << 4) + 8);
  }

  /** Index of the key, or -1 - the index that it would have. */
  private static int collisionIndex(long node, long key, TermScratch scratch) {
    return TermOrder.searchPairs(node + NODE_CONTENT, entryCount(node), key, scratch);
  }

  /** Upper bound of the bytes of nodes that {@link #put} makes. */
  static long putBytes(long root, long hash, long key, TermScratch scratch) {
    long node = root;
    long total = 0;
    for (int shift = ROOT_SHIFT; ; shift -= BITS) {
      long header = Memory.getLong(node);
      total += byteSize(header);
      if (kind(header) == MAP_COLLISION) {
        if (entryCount(node) >= MAX_COLLISIONS) {
          throw scratch.fail(TermError.LIMIT_EXCEEDED);
        }
        return total + ENTRY_BYTES;
      }
      long bitmaps = Memory.getLong(node + NODE_RAW);
      int entries = entryBits(bitmaps);
      int bit = 1 << slot(hash, shift);
      if ((entries & bit) != 0) {
        long other = Memory.getLong(entryAt(node, entries, bit));
        return TermOrder.equal(other, key, scratch)
            ? total
            : total + pairBytes(shift - BITS, hash, hash(other, scratch));
      }
      int children = childBits(bitmaps);
      if ((children & bit) == 0) {
        return total + ENTRY_BYTES;
      }
      node = Memory.getLong(childAt(node, entries, children, bit));
    }
  }

  private static long pairBytes(int shift, long a, long b) {
    long total = NODE_CONTENT + 2 * ENTRY_BYTES;
    for (int at = shift; at >= 0 && slot(a, at) == slot(b, at); at -= BITS) {
      total += NODE_CONTENT + 8;
    }
    return total;
  }

  /** The node with the entry; the same node where the key has that very value. */
  static long put(
      long node,
      int shift,
      long hash,
      long key,
      long value,
      TermScratch scratch,
      HeapWriter writer) {
    if (kind(Memory.getLong(node)) == MAP_COLLISION) {
      return putCollision(node, key, value, scratch, writer);
    }
    long bitmaps = Memory.getLong(node + NODE_RAW);
    int entries = entryBits(bitmaps);
    int children = childBits(bitmaps);
    int bit = 1 << slot(hash, shift);
    if ((children & bit) != 0) {
      long at = childAt(node, entries, children, bit);
      long child = Memory.getLong(at);
      long put = put(child, shift - BITS, hash, key, value, scratch, writer);
      return put == child ? node : copyWith(node, at - node, put, writer);
    }
    if ((entries & bit) == 0) {
      scratch.added = true;
      return insertEntry(node, bitmaps, bit, key, value, writer);
    }
    long at = entryAt(node, entries, bit);
    long other = Memory.getLong(at);
    long otherValue = Memory.getLong(at + 8);
    if (TermOrder.equal(other, key, scratch)) {
      return otherValue == value ? node : copyWith(node, at - node + 8, value, writer);
    }
    scratch.added = true;
    long otherHash = hash(other, scratch);
    long child =
        pair(shift - BITS, otherHash, other, otherValue, hash, key, value, scratch, writer);
    return entryToChild(node, bitmaps, bit, child, writer);
  }

  private static long copyWith(long node, long offset, long word, HeapWriter writer) {
    long byteCount = byteSize(Memory.getLong(node));
    long copy = writer.allocate(byteCount);
    Memory.copy(node, copy, byteCount);
    Memory.putLong(copy + offset, word);
    return copy;
  }

  /** Begins a node; the caller writes its contents. */
  static long allocate(int kind, long raw, long wordCount, HeapWriter writer) {
    long node = writer.allocate(NODE_CONTENT + (wordCount << 3));
    Memory.putLong(node, header(kind, wordCount));
    Memory.putLong(node + NODE_RAW, raw);
    return node;
  }

  private static long insertEntry(
      long node, long bitmaps, int bit, long key, long value, HeapWriter writer) {
    long wordCount = size(Memory.getLong(node));
    long copy = allocate(MAP_NODE, bitmaps | bit & 0xffff_ffffL, wordCount + 2, writer);
    long before = entryAt(node, entryBits(bitmaps), bit) - node - NODE_CONTENT;
    insertAt(node, copy, before, (wordCount << 3) - before, key, value);
    return copy;
  }

  private static void insertAt(
      long node, long copy, long before, long after, long key, long value) {
    Memory.copy(node + NODE_CONTENT, copy + NODE_CONTENT, before);
    long at = copy + NODE_CONTENT + before;
    Memory.putLong(at, key);
    Memory.putLong(at + 8, value);
    Memory.copy(node + NODE_CONTENT + before, at + ENTRY_BYTES, after);
  }

  /** The node with a child in the slot where it had an entry. */
  private static long entryToChild(
      long node, long bitmaps, int bit, long child, HeapWriter writer) {
    long mask = bit & 0xffff_ffffL;
    long wordCount = size(Memory.getLong(node));
    long copy = allocate(MAP_NODE, bitmaps & ~mask | mask << 32, wordCount - 1, writer);
    int entries = entryBits(bitmaps);
    long from = node + NODE_CONTENT;
    long entry = entryAt(node, entries, bit);
    long childPlace = childAt(node, entries, childBits(bitmaps), bit);
    long to = copy + NODE_CONTENT;
    Memory.copy(from, to, entry - from);
    to += entry - from;
    Memory.copy(entry + ENTRY_BYTES, to, childPlace - entry - ENTRY_BYTES);
    to += childPlace - entry - ENTRY_BYTES;
    Memory.putLong(to, child);
    Memory.copy(childPlace, to + 8, from + (wordCount << 3) - childPlace);
    return copy;
  }

  private static long pair(
      int shift,
      long aHash,
      long aKey,
      long aValue,
      long bHash,
      long bKey,
      long bValue,
      TermScratch scratch,
      HeapWriter writer) {
    if (shift < 0) {
      boolean aFirst = TermOrder.compare(aKey, bKey, scratch) < 0;
      long node = allocate(MAP_COLLISION, aHash, 4, writer);
      return aFirst
          ? twoEntries(node, aKey, aValue, bKey, bValue)
          : twoEntries(node, bKey, bValue, aKey, aValue);
    }
    int aSlot = slot(aHash, shift);
    int bSlot = slot(bHash, shift);
    if (aSlot == bSlot) {
      long child = pair(shift - BITS, aHash, aKey, aValue, bHash, bKey, bValue, scratch, writer);
      long node = allocate(MAP_NODE, 1L << (32 + aSlot), 1, writer);
      Memory.putLong(node + NODE_CONTENT, child);
      return node;
    }
    long node = allocate(MAP_NODE, 1L << aSlot | 1L << bSlot, 4, writer);
    return aSlot < bSlot
        ? twoEntries(node, aKey, aValue, bKey, bValue)
        : twoEntries(node, bKey, bValue, aKey, aValue);
  }

  private static long twoEntries(long node, long aKey, long aValue, long bKey, long bValue) {
    Memory.putLong(node + NODE_CONTENT, aKey);
    Memory.putLong(node + NODE_CONTENT + 8, aValue);
    Memory.putLong(node + NODE_CONTENT + 16, bKey);
    Memory.putLong(node + NODE_CONTENT + 24, bValue);
    return node;
  }

  private static long putCollision(
      long node, long key, long value, TermScratch scratch, HeapWriter writer) {
    int index = collisionIndex(node, key, scratch);
    if (index >= 0) {
      long offset = NODE_CONTENT + ((long) index << 4) + 8;
      return Memory.getLong(node + offset) == value ? node : copyWith(node, offset, value, writer);
    }
    scratch.added = true;
    long wordCount = size(Memory.getLong(node));
    long raw = Memory.getLong(node + NODE_RAW);
    long copy = allocate(MAP_COLLISION, raw, wordCount + 2, writer);
    long before = (long) (-1 - index) << 4;
    insertAt(node, copy, before, (wordCount << 3) - before, key, value);
    return copy;
  }

  /** Upper bound of the bytes of nodes that {@link #remove} makes; 0 where the key is not there. */
  static long removeBytes(long root, long hash, long key, TermScratch scratch) {
    long node = root;
    long total = 0;
    for (int shift = ROOT_SHIFT; ; shift -= BITS) {
      long header = Memory.getLong(node);
      total += byteSize(header) + 8; // A child may become an entry, which has one word more.
      if (kind(header) == MAP_COLLISION) {
        return collisionIndex(node, key, scratch) < 0 ? 0 : total;
      }
      long bitmaps = Memory.getLong(node + NODE_RAW);
      int entries = entryBits(bitmaps);
      int bit = 1 << slot(hash, shift);
      if ((entries & bit) != 0) {
        long at = entryAt(node, entries, bit);
        return TermOrder.equal(Memory.getLong(at), key, scratch) ? total : 0;
      }
      int children = childBits(bitmaps);
      if ((children & bit) == 0) {
        return 0;
      }
      node = Memory.getLong(childAt(node, entries, children, bit));
    }
  }

  /**
   * The node without a key that it has; or {@link Term#TOMBSTONE} where a single entry is left,
   * which is then in {@code scratch.pulledKey} and {@code pulledValue} for the parent to take in.
   */
  static long remove(
      long node, int shift, long hash, long key, TermScratch scratch, HeapWriter writer) {
    if (kind(Memory.getLong(node)) == MAP_COLLISION) {
      return removeCollision(node, collisionIndex(node, key, scratch), scratch, writer);
    }
    long bitmaps = Memory.getLong(node + NODE_RAW);
    int entries = entryBits(bitmaps);
    int children = childBits(bitmaps);
    int bit = 1 << slot(hash, shift);
    boolean below = shift < ROOT_SHIFT;
    if ((entries & bit) != 0) {
      if (below && children == 0 && Integer.bitCount(entries) == 2) {
        int kept = Integer.bitCount(entries & bit - 1) ^ 1;
        return pull(node + NODE_CONTENT + ((long) kept << 4), scratch);
      }
      return removeEntry(node, bitmaps, bit, writer);
    }
    long at = childAt(node, entries, children, bit);
    long child = remove(Memory.getLong(at), shift - BITS, hash, key, scratch, writer);
    if (child != Term.TOMBSTONE) {
      return copyWith(node, at - node, child, writer);
    }
    if (below && entries == 0 && Integer.bitCount(children) == 1) {
      return Term.TOMBSTONE;
    }
    return childToEntry(node, bitmaps, bit, scratch, writer);
  }

  private static long pull(long entry, TermScratch scratch) {
    scratch.pulledKey = Memory.getLong(entry);
    scratch.pulledValue = Memory.getLong(entry + 8);
    return Term.TOMBSTONE;
  }

  private static long removeCollision(
      long node, int index, TermScratch scratch, HeapWriter writer) {
    long wordCount = size(Memory.getLong(node));
    if (wordCount == 4) {
      return pull(node + NODE_CONTENT + ((long) (index ^ 1) << 4), scratch);
    }
    long raw = Memory.getLong(node + NODE_RAW);
    long copy = allocate(MAP_COLLISION, raw, wordCount - 2, writer);
    cutAt(node, copy, (long) index << 4, wordCount << 3);
    return copy;
  }

  private static long removeEntry(long node, long bitmaps, int bit, HeapWriter writer) {
    long wordCount = size(Memory.getLong(node));
    long copy = allocate(MAP_NODE, bitmaps & ~(bit & 0xffff_ffffL), wordCount - 2, writer);
    long before = entryAt(node, entryBits(bitmaps), bit) - node - NODE_CONTENT;
    cutAt(node, copy, before, wordCount << 3);
    return copy;
  }

  private static void cutAt(long node, long copy, long before, long contentBytes) {
    Memory.copy(node + NODE_CONTENT, copy + NODE_CONTENT, before);
    Memory.copy(
        node + NODE_CONTENT + before + ENTRY_BYTES,
        copy + NODE_CONTENT + before,
        contentBytes - before - ENTRY_BYTES);
  }

  /** The node with the pulled entry in the slot where it had a child. */
  private static long childToEntry(
      long node, long bitmaps, int bit, TermScratch scratch, HeapWriter writer) {
    long mask = bit & 0xffff_ffffL;
    long wordCount = size(Memory.getLong(node));
    long copy = allocate(MAP_NODE, bitmaps & ~(mask << 32) | mask, wordCount + 1, writer);
    int entries = entryBits(bitmaps);
    long from = node + NODE_CONTENT;
    long entryPlace = entryAt(node, entries, bit);
    long child = childAt(node, entries, childBits(bitmaps), bit);
    long to = copy + NODE_CONTENT;
    Memory.copy(from, to, entryPlace - from);
    to += entryPlace - from;
    Memory.putLong(to, scratch.pulledKey);
    Memory.putLong(to + 8, scratch.pulledValue);
    to += ENTRY_BYTES;
    Memory.copy(entryPlace, to, child - entryPlace);
    to += child - entryPlace;
    Memory.copy(child + 8, to, from + (wordCount << 3) - child - 8);
    return copy;
  }
}
