package org.skerry.mvar;

import static org.skerry.mvar.SharedMapLayout.*;

import org.skerry.memory.BlockCache;
import org.skerry.memory.Epochs;
import org.skerry.memory.Memory;
import org.skerry.memory.VmBug;
import org.skerry.term.HeapWriter;
import org.skerry.term.MapCursor;
import org.skerry.term.Maps;
import org.skerry.term.Term;
import org.skerry.term.TermError;
import org.skerry.term.TermScratch;

/**
 * A map outside every heap that all processes share: what an MVar holds whose value is a map.
 * Readers by key store nothing and wait for nobody; writers exclude each other by a latch; a
 * snapshot ({@link MapSnapshots}) costs the same whatever the map's size. The bytes, and why no
 * reader meets a freed block: {@code native-notes/shared-map.md}.
 *
 * <p>Every thread that calls is online in the VM's epochs, and stays so while it uses what it got.
 */
public final class SharedMap {
  private SharedMap() {}

  /** An empty map, or {@link Memory#NULL} where there is no memory. */
  public static long create(BlockCache cache) {
    long map = cache.allocate(MAP_BYTES);
    if (map != Memory.NULL) {
      Memory.fill(map, MAP_BYTES, (byte) 0);
      Memory.putLong(map + PINNED, MapSnapshots.NO_VERSION);
    }
    return map;
  }

  /**
   * A map with the entries of a map term; nobody else sees it yet.
   *
   * @param heapStart first byte of the heap that the term is in
   * @param heapEnd end of that heap
   * @throws TermError LIMIT_EXCEEDED where there is no memory
   */
  public static long of(long term, long heapStart, long heapEnd, TermScratch scratch) {
    long map = create(scratch.cache());
    if (map == Memory.NULL) {
      throw TermError.LIMIT_EXCEEDED;
    }
    boolean complete = false;
    try {
      MapCursor cursor = scratch.mapCursor();
      cursor.open(term);
      while (cursor.next()) {
        put(map, cursor.key(), cursor.value(), heapStart, heapEnd, scratch, null);
      }
      complete = true;
    } finally {
      if (!complete) {
        dispose(map, scratch.cache(), null);
      }
    }
    return map;
  }

  /** Number of entries. */
  public static long size(long map) {
    return Memory.getLongAcquire(map + COUNT);
  }

  /**
   * What the map has under a key, as it is stored, or {@link Term#NONE}. An immediate is itself;
   * anything else is copied out with {@link #copy} before the calling thread is quiescent.
   *
   * @throws TermError BAD_ARGUMENT for a mutable key
   */
  public static long get(long map, long key, TermScratch scratch) {
    long hash = Maps.keyHash(key, scratch);
    // Acquire: pairs with the release in MapChange that published the node.
    return MapNodes.find(Memory.getLongAcquire(map + ROOT), key, hash, scratch);
  }

  /** Heap bytes of {@link #copy}. */
  public static long heapBytes(long value) {
    return MapBlocks.valueHeapBytes(value);
  }

  /** A copy, in a heap with room for it, of what {@link #get} found. */
  public static long copy(long value, HeapWriter writer) {
    return MapBlocks.copyValue(value, writer);
  }

  /**
   * Puts copies of a key and a value. Where the key is there already it stays, and has another
   * value.
   *
   * @param heapStart first byte of the heap that key and value are in
   * @param heapEnd end of that heap
   * @param participant the calling thread's; null where no other thread sees the map
   * @return whether there is one entry more
   * @throws TermError BAD_ARGUMENT for a mutable key; LIMIT_EXCEEDED where there is no memory, the
   *     key is too large, or too many keys have its hash: the map is as before then
   */
  public static boolean put(
      long map,
      long key,
      long value,
      long heapStart,
      long heapEnd,
      TermScratch scratch,
      Epochs.Participant participant) {
    BlockCache cache = scratch.cache();
    long hash = Maps.keyHash(key, scratch);
    long newKey = Term.isObject(key) ? 0 : key;
    long newValue = MapBlocks.storeValue(value, heapStart, heapEnd, scratch);
    long outcome = MapNodes.FAILED;
    try {
      if (newKey == 0 && get(map, key, scratch) == Term.NONE) {
        newKey = MapBlocks.storeKey(key, hash, heapStart, heapEnd, scratch);
      }
      outcome = putStored(map, hash, key, newKey, newValue, scratch, participant);
      if (outcome == MapChange.NEEDS_KEY) {
        // It was there when we looked, and has been removed since.
        newKey = MapBlocks.storeKey(key, hash, heapStart, heapEnd, scratch);
        outcome = putStored(map, hash, key, newKey, newValue, scratch, participant);
      }
    } finally {
      if (outcome < 0) {
        MapBlocks.discardValue(newValue, cache);
      }
      if (outcome != MapChange.ADDED && newKey != 0) {
        MapBlocks.discardKey(newKey, cache);
      }
    }
    if (outcome < 0) {
      throw TermError.LIMIT_EXCEEDED;
    }
    return outcome == MapChange.ADDED;
  }

  private static long putStored(
      long map,
      long hash,
      long key,
      long newKey,
      long newValue,
      TermScratch scratch,
      Epochs.Participant participant) {
    Latch.lock(map + LATCH);
    try {
      checkAttached(map);
      long version = Memory.getLong(map + VERSION);
      if (newKey != 0 && Term.isObject(newKey)) {
        MapBlocks.setBirth(MapBlocks.keyBlock(newKey), version);
      }
      if (Term.isObject(newValue)) {
        MapBlocks.setBirth(MapBlocks.valueBlock(newValue), version);
      }
      Memory.putLong(map + KEY_HASH, hash);
      Memory.putLong(map + KEY, key);
      Memory.putLong(map + NEW_KEY, newKey);
      Memory.putLong(map + NEW_VALUE, newValue);
      return MapChange.put(map, scratch, participant);
    } finally {
      Latch.unlock(map + LATCH);
    }
  }

  /**
   * Removes a key.
   *
   * @param participant the calling thread's; null where no other thread sees the map
   * @return whether it was there
   * @throws TermError BAD_ARGUMENT for a mutable key; LIMIT_EXCEEDED where there is no memory
   */
  public static boolean remove(
      long map, long key, TermScratch scratch, Epochs.Participant participant) {
    long hash = Maps.keyHash(key, scratch);
    long outcome;
    Latch.lock(map + LATCH);
    try {
      checkAttached(map);
      Memory.putLong(map + KEY_HASH, hash);
      Memory.putLong(map + KEY, key);
      outcome = MapChange.remove(map, scratch, participant);
    } finally {
      Latch.unlock(map + LATCH);
    }
    if (outcome < 0 && outcome != MapChange.ABSENT) {
      throw TermError.LIMIT_EXCEEDED;
    }
    return outcome == MapChange.REMOVED;
  }

  /**
   * Frees a map that no MVar holds any more, but for what its snapshots still see: that goes with
   * the last of them.
   *
   * @param cache the calling thread's
   * @param participant the calling thread's; null where no other thread sees the map
   */
  public static void dispose(long map, BlockCache cache, Epochs.Participant participant) {
    MapSnapshots.detach(map, cache, participant);
  }

  static void checkAttached(long map) {
    if (Memory.getInt(map + IS_DETACHED) != 0) {
      throw new VmBug("Only a map that an MVar holds is changed", "map", map);
    }
  }
}
