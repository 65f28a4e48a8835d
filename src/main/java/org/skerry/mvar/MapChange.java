package org.skerry.mvar;

import static org.skerry.mvar.MapNodes.*;
import static org.skerry.mvar.SharedMapLayout.*;

import org.skerry.memory.BlockCache;
import org.skerry.memory.Epochs;
import org.skerry.memory.Memory;
import org.skerry.term.Maps;
import org.skerry.term.Term;
import org.skerry.term.TermOrder;
import org.skerry.term.TermScratch;

/**
 * One change of a shared map, made by whoever holds its latch. The operands are in the map's
 * record. New nodes are made from the bottom up as far as a snapshot sees the old ones; one store,
 * the last that is done, publishes them. Until then a change can be given up.
 *
 * <p>Recursion follows levels, of which there are {@link Maps#MAX_LEVELS}.
 */
final class MapChange {
  /** The map has not got the key; nothing changed. */
  static final long ABSENT = -2;

  /** A single entry is left, which the parent takes in. */
  private static final long PULLED = -3;

  /** As many keys with one hash are there as there may be; nothing changed. */
  static final long TOO_MANY = -4;

  /** An entry has another value, or still the same. */
  static final long REPLACED = 0;

  /** There is one entry more. */
  static final long ADDED = 1;

  /** There is one entry less. */
  static final long REMOVED = 2;

  private MapChange() {}

  /**
   * Puts the record's new value under its key; the new key, a copy of that, is looked at only where
   * the map has not got the key.
   *
   * @return REPLACED, ADDED, or a negative reason why nothing changed
   */
  static long put(long map, TermScratch scratch, Epochs.Participant participant) {
    begin(map);
    long root = Memory.getLong(map + ROOT);
    Memory.putLong(map + OUTCOME, REPLACED);
    long made =
        root == Memory.NULL ? first(map, scratch) : put(map, root, Maps.ROOT_SHIFT, scratch);
    return finish(map, root, made, scratch.cache(), participant);
  }

  /**
   * Removes the record's key.
   *
   * @return REMOVED, or a negative reason why nothing changed
   */
  static long remove(long map, TermScratch scratch, Epochs.Participant participant) {
    begin(map);
    long root = Memory.getLong(map + ROOT);
    Memory.putLong(map + OUTCOME, REMOVED);
    long made = root == Memory.NULL ? ABSENT : remove(map, root, Maps.ROOT_SHIFT, scratch);
    return finish(map, root, made, scratch.cache(), participant);
  }

  private static void begin(long map) {
    Memory.putLong(map + FRESH, Memory.NULL);
    Memory.putLong(map + VICTIMS, Memory.NULL);
  }

  private static long finish(
      long map, long root, long made, BlockCache cache, Epochs.Participant participant) {
    if (made < 0) {
      giveUp(map, cache);
      return made;
    }
    if (made != root) {
      // Release: the nodes are complete before they are reached. Pairs with SharedMap.get.
      Memory.putLongRelease(map + ROOT, made);
    }
    long outcome = Memory.getLong(map + OUTCOME);
    if (outcome != REPLACED) {
      long count = Memory.getLong(map + COUNT);
      Memory.putLongRelease(map + COUNT, outcome == ADDED ? count + 1 : count - 1);
    }
    for (long block = Memory.getLong(map + VICTIMS); block != Memory.NULL; ) {
      long next = MapBlocks.link(block);
      bury(map, block, cache, participant);
      block = next;
    }
    return outcome;
  }

  private static void giveUp(long map, BlockCache cache) {
    for (long node = Memory.getLong(map + FRESH); node != Memory.NULL; ) {
      long next = MapBlocks.link(node);
      MapBlocks.free(node, cache);
      node = next;
    }
  }

  /** What no open snapshot sees goes at once, the rest when the last that sees it closes. */
  private static void bury(long map, long block, BlockCache cache, Epochs.Participant participant) {
    if (!isPinned(map, block)) {
      MapBlocks.retire(block, cache, participant);
    } else {
      long viewer = Memory.getLong(map + NEWEST_OPEN);
      MapBlocks.setDead(block);
      MapBlocks.setLink(block, Memory.getLong(viewer + DEAD));
      Memory.putLong(viewer + DEAD, block);
    }
  }

  /** Whether an open snapshot sees a block that the map has. */
  private static boolean isPinned(long map, long block) {
    return MapBlocks.birth(block) <= Memory.getLong(map + PINNED);
  }

  private static void replaceBlock(long map, long block) {
    MapBlocks.setLink(block, Memory.getLong(map + VICTIMS));
    Memory.putLong(map + VICTIMS, block);
  }

  private static void replaceValue(long map, long value) {
    if (Term.isObject(value)) {
      replaceBlock(map, MapBlocks.valueBlock(value));
    }
  }

  private static void replaceEntry(long map, long entry) {
    long key = Memory.getLong(entry);
    if (Term.isObject(key)) {
      replaceBlock(map, MapBlocks.keyBlock(key));
    }
    replaceValue(map, Memory.getLong(entry + 8));
  }

  private static long replaced(long map, long node, long made) {
    if (made != FAILED) {
      replaceBlock(map, node);
    }
    return made;
  }

  /** A word of a node becomes another: where it is, unless a snapshot sees the node. */
  private static long store(long map, long node, long at, long word, BlockCache cache) {
    if (isPinned(map, node)) {
      return replaced(map, node, with(map, node, at - node, word, cache));
    }
    // Release: what the word leads to is complete. Pairs with the acquires in MapNodes.find.
    Memory.putLongRelease(at, word);
    return node;
  }

  private static long putValue(long map, long node, long at, BlockCache cache) {
    long old = Memory.getLong(at);
    long value = Memory.getLong(map + NEW_VALUE);
    if (old == value) {
      return node;
    }
    long made = store(map, node, at, value, cache);
    if (made != FAILED) {
      replaceValue(map, old);
    }
    return made;
  }

  private static long first(long map, TermScratch scratch) {
    long key = Memory.getLong(map + NEW_KEY);
    int bit = bit(Memory.getLong(map + KEY_HASH), Maps.ROOT_SHIFT);
    long node = create(map, bit & 0xffff_ffffL, ENTRY_BYTES, scratch.cache());
    if (node != FAILED) {
      Memory.putLong(node + CONTENT, key);
      Memory.putLong(node + CONTENT + 8, Memory.getLong(map + NEW_VALUE));
      Memory.putLong(map + OUTCOME, ADDED);
    }
    return node;
  }

  /** The node with the entry, which is the same node where it was changed in place. */
  private static long put(long map, long node, int shift, TermScratch scratch) {
    if (shift < 0) {
      return putCollision(map, node, scratch);
    }
    long bitmaps = Memory.getLong(node + BITMAPS);
    int bit = bit(Memory.getLong(map + KEY_HASH), shift);
    if ((childBits(bitmaps) & bit) != 0) {
      long at = childAt(node, bitmaps, bit);
      long child = Memory.getLong(at);
      long made = put(map, child, shift - Maps.SLOT_BITS, scratch);
      return made < 0 ? made : made == child ? node : store(map, node, at, made, scratch.cache());
    }
    if ((entryBits(bitmaps) & bit) == 0) {
      long key = Memory.getLong(map + NEW_KEY);
      Memory.putLong(map + OUTCOME, ADDED);
      long value = Memory.getLong(map + NEW_VALUE);
      return replaced(map, node, insertEntry(map, node, bit, key, value, scratch.cache()));
    }
    long entry = entryAt(node, bitmaps, bit);
    long hash = Memory.getLong(map + KEY_HASH);
    if (matches(Memory.getLong(entry), Memory.getLong(map + KEY), hash, scratch)) {
      return putValue(map, node, entry + 8, scratch.cache());
    }
    return putBeside(map, node, shift, bit, scratch);
  }

  /** Another key has the slot: both go one level down. */
  private static long putBeside(long map, long node, int shift, int bit, TermScratch scratch) {
    Memory.putLong(map + OUTCOME, ADDED);
    long entry = entryAt(node, Memory.getLong(node + BITMAPS), bit);
    long child = pair(map, shift - Maps.SLOT_BITS, Memory.getLong(entry), entry, scratch);
    if (child == FAILED) {
      return FAILED;
    }
    return replaced(map, node, entryToChild(map, node, bit, child, scratch.cache()));
  }

  /** A node, or a chain of them, with an entry that there is and the new one. */
  private static long pair(long map, int shift, long aKey, long aEntry, TermScratch scratch) {
    BlockCache cache = scratch.cache();
    long aHash = MapBlocks.hashOf(aKey, scratch);
    long aValue = Memory.getLong(aEntry + 8);
    long bHash = Memory.getLong(map + KEY_HASH);
    long bKey = Memory.getLong(map + NEW_KEY);
    long bValue = Memory.getLong(map + NEW_VALUE);
    int at = shift;
    while (at >= 0 && bit(aHash, at) == bit(bHash, at)) {
      at -= Maps.SLOT_BITS;
    }
    long aBit = at < 0 ? 0 : bit(aHash, at) & 0xffff_ffffL;
    long bBit = at < 0 ? 0 : bit(bHash, at) & 0xffff_ffffL;
    boolean aFirst = at < 0 ? TermOrder.compare(aKey, bKey, scratch) < 0 : aBit < bBit;
    long bitmaps = at < 0 ? 2 : aBit | bBit;
    long node =
        aFirst
            ? pairOf(map, bitmaps, aKey, aValue, bKey, bValue, cache)
            : pairOf(map, bitmaps, bKey, bValue, aKey, aValue, cache);
    while (node != FAILED && at < shift) {
      at += Maps.SLOT_BITS;
      long parent = create(map, (bit(aHash, at) & 0xffff_ffffL) << 32, 8, cache);
      if (parent != FAILED) {
        Memory.putLong(parent + CONTENT, node);
      }
      node = parent;
    }
    return node;
  }

  private static long putCollision(long map, long node, TermScratch scratch) {
    int index = collisionIndex(node, Memory.getLong(map + KEY), scratch);
    if (index >= 0) {
      return putValue(map, node, node + CONTENT + ((long) index << 4) + 8, scratch.cache());
    }
    long count = Memory.getLong(node + BITMAPS);
    if (count >= Maps.MAX_COLLISIONS) {
      return TOO_MANY;
    }
    long key = Memory.getLong(map + NEW_KEY);
    Memory.putLong(map + OUTCOME, ADDED);
    long before = (long) (-1 - index) << 4;
    long value = Memory.getLong(map + NEW_VALUE);
    return replaced(map, node, insert(map, node, count + 1, before, key, value, scratch.cache()));
  }

  /** The node without the key; 0 where nothing is left of the uppermost one. */
  private static long remove(long map, long node, int shift, TermScratch scratch) {
    if (shift < 0) {
      return removeCollision(map, node, scratch);
    }
    BlockCache cache = scratch.cache();
    long hash = Memory.getLong(map + KEY_HASH);
    long bitmaps = Memory.getLong(node + BITMAPS);
    int bit = bit(hash, shift);
    boolean below = shift < Maps.ROOT_SHIFT;
    if ((entryBits(bitmaps) & bit) != 0) {
      long entry = entryAt(node, bitmaps, bit);
      if (!matches(Memory.getLong(entry), Memory.getLong(map + KEY), hash, scratch)) {
        return ABSENT;
      }
      return removeEntry(map, node, below, bit, cache);
    }
    if ((childBits(bitmaps) & bit) == 0) {
      return ABSENT;
    }
    long at = childAt(node, bitmaps, bit);
    long child = Memory.getLong(at);
    long made = remove(map, child, shift - Maps.SLOT_BITS, scratch);
    if (made >= 0) {
      return made == child ? node : store(map, node, at, made, cache);
    }
    if (made != PULLED) {
      return made;
    }
    if (below && entryBits(bitmaps) == 0 && Integer.bitCount(childBits(bitmaps)) == 1) {
      return replaced(map, node, PULLED);
    }
    long key = Memory.getLong(map + PULLED_KEY);
    long value = Memory.getLong(map + PULLED_VALUE);
    return replaced(map, node, childToEntry(map, node, bit, key, value, cache));
  }

  private static long removeEntry(long map, long node, boolean below, int bit, BlockCache cache) {
    long bitmaps = Memory.getLong(node + BITMAPS);
    long entry = entryAt(node, bitmaps, bit);
    int entries = Integer.bitCount(entryBits(bitmaps));
    if (childBits(bitmaps) == 0 && entries == 2 && below) {
      return pull(map, node, entry == node + CONTENT ? entry + ENTRY_BYTES : node + CONTENT, entry);
    }
    if (childBits(bitmaps) == 0 && entries == 1) {
      replaceEntry(map, entry);
      replaceBlock(map, node);
      return Memory.NULL;
    }
    long made = cutEntry(map, node, bit, cache);
    if (made != FAILED) {
      replaceEntry(map, entry);
    }
    return replaced(map, node, made);
  }

  private static long removeCollision(long map, long node, TermScratch scratch) {
    int index = collisionIndex(node, Memory.getLong(map + KEY), scratch);
    if (index < 0) {
      return ABSENT;
    }
    long first = node + CONTENT;
    long entry = first + ((long) index << 4);
    long count = Memory.getLong(node + BITMAPS);
    if (count == 2) {
      return pull(map, node, index == 0 ? first + ENTRY_BYTES : first, entry);
    }
    long made = cut(map, node, count - 1, (long) index << 4, scratch.cache());
    if (made != FAILED) {
      replaceEntry(map, entry);
    }
    return replaced(map, node, made);
  }

  private static long pull(long map, long node, long kept, long removed) {
    Memory.putLong(map + PULLED_KEY, Memory.getLong(kept));
    Memory.putLong(map + PULLED_VALUE, Memory.getLong(kept + 8));
    replaceEntry(map, removed);
    replaceBlock(map, node);
    return PULLED;
  }
}
