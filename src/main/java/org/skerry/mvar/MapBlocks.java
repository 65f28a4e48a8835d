package org.skerry.mvar;

import static org.skerry.mvar.SharedMapLayout.*;

import org.skerry.memory.BlockCache;
import org.skerry.memory.Epochs;
import org.skerry.memory.Memory;
import org.skerry.memory.VmBug;
import org.skerry.process.Reclamation;
import org.skerry.term.HeapWriter;
import org.skerry.term.Maps;
import org.skerry.term.ObjectLayout;
import org.skerry.term.Placement;
import org.skerry.term.Term;
import org.skerry.term.TermError;
import org.skerry.term.TermScratch;

/**
 * The blocks of shared maps: nodes, and the keys and values that are no immediates. A word that is
 * a pointer is the address of a term's root object in such a block; readers compare and hash it
 * where it lies. Stateless; who may call what follows from who holds the latch.
 */
final class MapBlocks {
  /** Most bytes of a key: comparing keys happens while others spin for the latch. */
  static final long MAX_KEY_BYTES = 64 << 10;

  /** Where a value's root object lies in its block. */
  static final int VALUE_OBJECTS = BLOCK_BYTES;

  /** Where a key's root object lies: behind its hash. */
  static final int KEY_OBJECTS = BLOCK_BYTES + Long.BYTES;

  /** The last version that fits. */
  static final long MAX_VERSION = (1L << 48) - 1;

  private static final int BIRTH_SHIFT = 16;
  private static final int LINK_SHIFT = 20;
  private static final int SIZE_LOW_BITS = 16;
  private static final long SIZE_LOW_MASK = (1 << SIZE_LOW_BITS) - 1;
  private static final int SIZE_HIGH_BITS = 18;
  private static final long SIZE_HIGH_MASK = (1 << SIZE_HIGH_BITS) - 1;
  private static final long DEAD_FLAG = 1 << SIZE_HIGH_BITS;
  private static final long SHARED_FLAG = DEAD_FLAG << 1;
  private static final long LINK_KEPT_MASK = (1 << LINK_SHIFT) - 1;
  private static final long NO_LINK = -1;
  private static final long MAX_VALUE_BYTES =
      (1L << SIZE_LOW_BITS + SIZE_HIGH_BITS + 3) - BLOCK_BYTES;

  private MapBlocks() {}

  /** A block without a birth, in no chain; 0 where there is no memory. */
  static long allocate(long byteCount, boolean hasShared, BlockCache cache) {
    long block = cache.allocate(byteCount);
    if (block != Memory.NULL) {
      long words = byteCount >>> 3;
      Memory.putLong(block + BIRTH, words & SIZE_LOW_MASK);
      Memory.putLong(block + LINK, words >>> SIZE_LOW_BITS | (hasShared ? SHARED_FLAG : 0));
    }
    return block;
  }

  /** Bytes of a block, its head included; any thread. */
  static long byteCount(long block) {
    // Opaque: who chains a dead block writes the high bits meanwhile.
    long high = Memory.getLongOpaque(block + LINK) & SIZE_HIGH_MASK;
    return (Memory.getLong(block + BIRTH) & SIZE_LOW_MASK | high << SIZE_LOW_BITS) << 3;
  }

  static boolean hasShared(long block) {
    return (Memory.getLongOpaque(block + LINK) & SHARED_FLAG) != 0;
  }

  static long birth(long block) {
    return Memory.getLong(block + BIRTH) >>> BIRTH_SHIFT;
  }

  /** Before the block is published. */
  static void setBirth(long block, long version) {
    long size = Memory.getLong(block + BIRTH) & SIZE_LOW_MASK;
    Memory.putLong(block + BIRTH, version << BIRTH_SHIFT | size);
  }

  static long link(long block) {
    return Memory.getLong(block + LINK) >>> LINK_SHIFT << 3;
  }

  static void setLink(long block, long next) {
    long kept = Memory.getLong(block + LINK) & LINK_KEPT_MASK;
    Memory.putLongOpaque(block + LINK, next >>> 3 << LINK_SHIFT | kept);
  }

  /** The map has replaced the block, and it is in a chain of the dead. */
  static boolean isDead(long block) {
    return (Memory.getLongOpaque(block + LINK) & DEAD_FLAG) != 0;
  }

  static void setDead(long block) {
    Memory.putLongOpaque(block + LINK, Memory.getLong(block + LINK) | DEAD_FLAG);
  }

  /** The block of a key that is no immediate. */
  static long keyBlock(long key) {
    return key - KEY_OBJECTS;
  }

  /** The block of a value that is no immediate. */
  static long valueBlock(long value) {
    return value - VALUE_OBJECTS;
  }

  /** The 60 bits of a stored key. */
  static long hashOf(long key, TermScratch scratch) {
    return Term.isObject(key) ? Memory.getLong(key - Long.BYTES) >>> 1 : Maps.keyHash(key, scratch);
  }

  /**
   * Copies a key that is an object into a block of its own, without a birth.
   *
   * @throws TermError LIMIT_EXCEEDED if it is too large, or there is no memory
   */
  static long storeKey(long key, long hash, long heapStart, long heapEnd, TermScratch scratch) {
    Placement placement = scratch.placement();
    long bytes = placement.plan(key, heapStart, heapEnd, MAX_KEY_BYTES);
    long block = allocate(KEY_OBJECTS + bytes, placement.hasShared(), scratch.cache());
    if (block == Memory.NULL) {
      throw TermError.LIMIT_EXCEEDED;
    }
    Memory.putLong(block + BLOCK_BYTES, hash << 1);
    placement.write(block + KEY_OBJECTS);
    if (bytes + Placement.sharedLength(block + KEY_OBJECTS, bytes) > MAX_KEY_BYTES) {
      free(block, scratch.cache()); // large bytes are compared as all others are
      throw TermError.LIMIT_EXCEEDED;
    }
    return block + KEY_OBJECTS;
  }

  /**
   * What a term is stored as: itself where it is an immediate, else a copy in a block without a
   * birth.
   *
   * @throws TermError LIMIT_EXCEEDED if there is no memory
   */
  static long storeValue(long value, long heapStart, long heapEnd, TermScratch scratch) {
    if (!Term.isObject(value)) {
      return value;
    }
    Placement placement = scratch.placement();
    long bytes = placement.plan(value, heapStart, heapEnd, MAX_VALUE_BYTES);
    long block = allocate(VALUE_OBJECTS + bytes, placement.hasShared(), scratch.cache());
    if (block == Memory.NULL) {
      throw TermError.LIMIT_EXCEEDED;
    }
    placement.write(block + VALUE_OBJECTS);
    return block + VALUE_OBJECTS;
  }

  /**
   * Looks at a value that will probably be copied, before its key is compared: in a large map both
   * lie in memory far away, and are on their way at the same time so.
   */
  static void fetchValue(long value) {
    // What is compared with is no head of a block; unused, the load would not be compiled.
    if (Term.isObject(value) && Memory.getLongOpaque(valueBlock(value) + LINK) == NO_LINK) {
      throw new VmBug("A value in a map is in a block", "value", value);
    }
  }

  /** Heap bytes of {@link #copyKey}. */
  static long keyHeapBytes(long key) {
    return Term.isObject(key) ? byteCount(keyBlock(key)) - KEY_OBJECTS : 0;
  }

  /** Heap bytes of {@link #copyValue}. */
  static long valueHeapBytes(long value) {
    return Term.isObject(value) ? byteCount(valueBlock(value)) - VALUE_OBJECTS : 0;
  }

  /** A stored key as a term of a heap. */
  static long copyKey(long key, HeapWriter writer) {
    return Term.isObject(key)
        ? Placement.copyInto(key, keyHeapBytes(key), hasShared(keyBlock(key)), writer)
        : key;
  }

  /** A stored value as a term of a heap. */
  static long copyValue(long value, HeapWriter writer) {
    return Term.isObject(value)
        ? Placement.copyInto(value, valueHeapBytes(value), hasShared(valueBlock(value)), writer)
        : value;
  }

  /** Frees a key that was stored and not published. */
  static void discardKey(long key, BlockCache cache) {
    if (Term.isObject(key)) {
      free(keyBlock(key), cache);
    }
  }

  /** Frees a value that was stored and not published. */
  static void discardValue(long value, BlockCache cache) {
    if (Term.isObject(value)) {
      free(valueBlock(value), cache);
    }
  }

  /** Frees a block that nobody can be reading. */
  static void free(long block, BlockCache cache) {
    if (hasShared(block)) {
      releaseShared(block, cache);
    }
    cache.free(block, byteCount(block));
  }

  /**
   * Frees a block that has left the map, once nobody can be reading it.
   *
   * @param participant the calling thread's, online; null where no other thread sees the map
   */
  static void retire(long block, BlockCache cache, Epochs.Participant participant) {
    if (participant == null) {
      free(block, cache);
    } else if (hasShared(block)) {
      Reclamation.retireValue(participant, cache, block | MvarValue.MAP_BLOCK);
    } else {
      participant.retire(block, byteCount(block), cache);
    }
  }

  /** Only keys and values have shared bytes; a key has its hash, which is even, for a header. */
  private static void releaseShared(long block, BlockCache cache) {
    boolean isKey = !ObjectLayout.isHeader(Memory.getLong(block + BLOCK_BYTES));
    int objects = isKey ? KEY_OBJECTS : VALUE_OBJECTS;
    Placement.releaseShared(block + objects, byteCount(block) - objects, cache);
  }
}
