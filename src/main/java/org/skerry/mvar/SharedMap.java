package org.skerry.mvar;

import static org.skerry.mvar.SharedMapLayout.*;

import org.skerry.memory.BlockCache;
import org.skerry.memory.Epochs;
import org.skerry.memory.Memory;
import org.skerry.memory.VmBug;
import org.skerry.process.WorkerContext;
import org.skerry.process.World;
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
        long key = cursor.key();
        long hash = Maps.keyHash(key, scratch);
        // Behind the hash, for which memory may fail: from here on the value is put's.
        long stored = MapBlocks.storeValue(cursor.value(), heapStart, heapEnd, scratch);
        put(map, key, hash, stored, heapStart, heapEnd, scratch, null, null);
      }
      complete = true;
    } finally {
      if (!complete) {
        dispose(map, scratch.cache());
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
   * @param hash the key's {@link Maps#keyHash}
   */
  public static long get(long map, long key, long hash, TermScratch scratch) {
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
   * A copy of a term outside every heap, for {@link #put} as a value; an immediate is itself.
   *
   * @param heapStart first byte of the heap that it is in
   * @param heapEnd end of that heap
   * @throws TermError LIMIT_EXCEEDED where there is no memory
   */
  public static long store(long value, long heapStart, long heapEnd, TermScratch scratch) {
    return MapBlocks.storeValue(value, heapStart, heapEnd, scratch);
  }

  /** Frees what {@link #store} made and nobody has put. */
  public static void discard(long stored, BlockCache cache) {
    MapBlocks.discardValue(stored, cache);
  }

  /**
   * Puts a value under a copy of a key. Where the key is there already it stays, and has another
   * value. One thread at a time changes a map.
   *
   * @param key a term in the heap given
   * @param hash its {@link Maps#keyHash}
   * @param stored what {@link #store} made; it is the map's from now on, or freed where this throws
   * @param heapStart first byte of the key's heap
   * @param heapEnd end of that heap
   * @param context the calling thread's
   * @return whether there is one entry more
   * @throws TermError LIMIT_EXCEEDED where there is no memory, the key is too large, or too many
   *     keys have its hash: the map is as before then
   */
  public static boolean put(
      long map,
      long key,
      long hash,
      long stored,
      long heapStart,
      long heapEnd,
      WorkerContext context) {
    TermScratch scratch = context.scratch();
    Epochs.Participant participant = context.participant();
    World world = context.world();
    return put(map, key, hash, stored, heapStart, heapEnd, scratch, participant, world);
  }

  /** As the other; {@code participant} is null where no other thread sees the map. */
  static boolean put(
      long map,
      long key,
      long hash,
      long stored,
      long heapStart,
      long heapEnd,
      TermScratch scratch,
      Epochs.Participant participant,
      World world) {
    long newKey = Term.isObject(key) ? Term.NIL : key;
    long outcome = MapNodes.FAILED;
    try {
      if (Term.isObject(key) && get(map, key, hash, scratch) == Term.NONE) {
        newKey = MapBlocks.storeKey(key, hash, heapStart, heapEnd, scratch);
      }
      outcome = change(map, hash, key, newKey, stored, scratch, participant, world);
    } finally {
      if (outcome < 0) {
        MapBlocks.discardValue(stored, scratch.cache());
        MapBlocks.discardKey(newKey, scratch.cache());
      }
    }
    if (outcome < 0) {
      throw TermError.LIMIT_EXCEEDED;
    }
    return outcome == MapChange.ADDED;
  }

  private static long change(
      long map,
      long hash,
      long key,
      long newKey,
      long newValue,
      TermScratch scratch,
      Epochs.Participant participant,
      World world) {
    Latch.lock(map + LATCH, world);
    try {
      checkAttached(map);
      long version = Memory.getLong(map + VERSION);
      if (Term.isObject(newKey)) {
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
   * Removes a key. One thread at a time changes a map.
   *
   * @param hash the key's {@link Maps#keyHash}
   * @param context the calling thread's
   * @return whether it was there
   * @throws TermError LIMIT_EXCEEDED where there is no memory: the map is as before then
   */
  public static boolean remove(long map, long key, long hash, WorkerContext context) {
    Epochs.Participant participant = context.participant();
    return remove(map, key, hash, context.scratch(), participant, context.world());
  }

  /** As the other; {@code participant} is null where no other thread sees the map. */
  static boolean remove(
      long map,
      long key,
      long hash,
      TermScratch scratch,
      Epochs.Participant participant,
      World world) {
    long outcome;
    Latch.lock(map + LATCH, world);
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
   * Frees a map that no MVar holds any more and that nobody can have found in one, but for what its
   * snapshots see: that goes with the last of them.
   *
   * @param cache the calling thread's
   */
  public static void dispose(long map, BlockCache cache) {
    if (MapRemains.ofMap(map, cache, Integer.MAX_VALUE) < 0) {
      throw new VmBug("A map has fewer blocks than there are integers", "map", map);
    }
  }

  static void checkAttached(long map) {
    if (Memory.getInt(map + IS_DETACHED) != ATTACHED) {
      throw new VmBug("Only a map that an MVar holds is changed", "map", map);
    }
  }
}
