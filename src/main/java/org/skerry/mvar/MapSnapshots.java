package org.skerry.mvar;

import static org.skerry.mvar.SharedMapLayout.*;

import org.skerry.memory.BlockCache;
import org.skerry.memory.Epochs;
import org.skerry.memory.Memory;
import org.skerry.process.World;
import org.skerry.term.HeapWriter;
import org.skerry.term.Maps;
import org.skerry.term.Term;
import org.skerry.term.Tuples;

/**
 * Snapshots of shared maps, and the end of what only they still see. A snapshot pins a version: it
 * sees every block that was born up to it and had not died before. A block that dies while
 * snapshots see it waits in the chain of the newest of them; when that one closes, it goes to the
 * next older one that sees it, or is freed. See {@code native-notes/shared-map.md}.
 */
public final class MapSnapshots {
  /** Older than everything. */
  static final long NO_VERSION = -1;

  private MapSnapshots() {}

  /**
   * Takes a snapshot, which stands before its first entry.
   *
   * @param cache the calling thread's
   * @param world lets others run while the latch is held
   * @return its record, or {@link Memory#NULL} where there is no memory
   */
  public static long open(long map, BlockCache cache, World world) {
    long snapshot = cache.allocate(SNAPSHOT_BYTES);
    if (snapshot == Memory.NULL) {
      return Memory.NULL;
    }
    Memory.fill(snapshot, SNAPSHOT_BYTES, (byte) 0);
    Memory.putLong(snapshot + SNAPSHOT_MAP, map);
    Latch.lock(map + LATCH, world);
    long version = Memory.getLong(map + VERSION);
    if (version < MapBlocks.MAX_VERSION) {
      link(map, snapshot, version);
    }
    Latch.unlock(map + LATCH);
    if (version >= MapBlocks.MAX_VERSION) {
      cache.free(snapshot, SNAPSHOT_BYTES);
      return Memory.NULL;
    }
    long root = Memory.getLong(snapshot + SNAPSHOT_ROOT);
    Memory.putLong(snapshot + DEPTH, root == Memory.NULL ? -1 : 0);
    Memory.putLong(snapshot + NODES, root);
    return snapshot;
  }

  private static void link(long map, long snapshot, long version) {
    long newest = Memory.getLong(map + NEWEST);
    Memory.putLong(snapshot + SNAPSHOT_ROOT, Memory.getLong(map + ROOT));
    Memory.putLong(snapshot + SNAPSHOT_COUNT, Memory.getLong(map + COUNT));
    Memory.putLong(snapshot + SNAPSHOT_VERSION, version);
    Memory.putLong(snapshot + OLDER, newest);
    if (newest != Memory.NULL) {
      Memory.putLong(newest + NEWER, snapshot);
    }
    Memory.putLong(map + NEWEST, snapshot);
    Memory.putLong(map + NEWEST_OPEN, snapshot);
    Memory.putLong(map + PINNED, version);
    Memory.putLong(map + VERSION, version + 1);
  }

  /** Entries of the snapshot. */
  public static long size(long snapshot) {
    return Memory.getLong(snapshot + SNAPSHOT_COUNT);
  }

  /**
   * Goes to the next entry; for the owner.
   *
   * @return the entry, or {@link Memory#NULL} behind the last one
   */
  public static long next(long snapshot) {
    for (long depth = Memory.getLong(snapshot + DEPTH); depth >= 0; ) {
      int shift = Maps.ROOT_SHIFT - (int) depth * Maps.SLOT_BITS;
      long node = Memory.getLong(snapshot + NODES + (depth << 3));
      long position = Memory.getLong(snapshot + POSITIONS + (depth << 3));
      Memory.putLong(snapshot + POSITIONS + (depth << 3), position + 1);
      long entries = MapNodes.entryCount(node, shift);
      if (position < entries) {
        return node + CONTENT + (position << 4);
      }
      if (position - entries < MapNodes.childCount(node, shift)) {
        long child = node + CONTENT + (entries << 4) + (position - entries << 3);
        depth++;
        Memory.putLong(snapshot + NODES + (depth << 3), Memory.getLong(child));
        Memory.putLong(snapshot + POSITIONS + (depth << 3), 0);
      } else {
        depth--;
      }
      Memory.putLong(snapshot + DEPTH, depth);
    }
    return Memory.NULL;
  }

  /** Heap bytes of {@link #pair}. */
  public static long pairBytes(long entry) {
    return Tuples.bytes(2)
        + MapBlocks.keyHeapBytes(Memory.getLong(entry))
        + MapBlocks.valueHeapBytes(Memory.getLong(entry + 8));
  }

  /** {key, value} of an entry, in a heap with room for it. */
  public static long pair(long entry, HeapWriter writer) {
    long key = MapBlocks.copyKey(Memory.getLong(entry), writer);
    long value = MapBlocks.copyValue(Memory.getLong(entry + 8), writer);
    return Tuples.of(key, value, writer);
  }

  /**
   * Ends a snapshot, and frees what nobody sees any more. The time that it takes grows with what
   * died in the map since it was taken.
   *
   * @param cache the calling thread's
   * @param participant the calling thread's, online; null where no other thread sees the map
   * @param world lets others run while the latch is held; null likewise
   */
  public static void close(
      long snapshot, BlockCache cache, Epochs.Participant participant, World world) {
    long map = Memory.getLong(snapshot + SNAPSHOT_MAP);
    Latch.lock(map + LATCH, world);
    Memory.putLong(snapshot + IS_CLOSING, 1);
    boolean wasNewest = Memory.getLong(map + NEWEST_OPEN) == snapshot;
    long older = olderOpen(snapshot);
    long bound = versionOf(older);
    if (wasNewest) {
      Memory.putLong(map + NEWEST_OPEN, older);
      Memory.putLong(map + PINNED, bound);
    }
    // Without an MVar behind it, the newest snapshot is the map.
    boolean isLast = wasNewest && Memory.getInt(map + IS_DETACHED) != 0;
    long chain = Memory.getLong(snapshot + DEAD);
    Latch.unlock(map + LATCH);
    if (isLast) {
      dropNode(
          Memory.getLong(snapshot + SNAPSHOT_ROOT), Maps.ROOT_SHIFT, bound, cache, participant);
    }
    boolean isFree = sweep(map, snapshot, chain, older, bound, cache, participant, world);
    cache.free(snapshot, SNAPSHOT_BYTES);
    if (isFree) {
      cache.free(map, MAP_BYTES);
    }
  }

  /**
   * Frees the dead that only this snapshot saw, gives the others to the next older open one, and
   * unlinks the snapshot.
   *
   * @return whether the map's record is nobody's any more
   */
  private static boolean sweep(
      long map,
      long snapshot,
      long firstChain,
      long firstOlder,
      long firstBound,
      BlockCache cache,
      Epochs.Participant participant,
      World world) {
    long chain = firstChain;
    long older = firstOlder;
    long bound = firstBound;
    while (true) {
      long kept = Memory.NULL;
      long last = Memory.NULL;
      for (long block = chain; block != Memory.NULL; ) {
        long next = MapBlocks.link(block);
        if (MapBlocks.birth(block) > bound) {
          MapBlocks.retire(block, cache, participant);
        } else {
          last = kept == Memory.NULL ? block : last;
          MapBlocks.setLink(block, kept);
          kept = block;
        }
        block = next;
      }
      Latch.lock(map + LATCH, world);
      long olderNow = olderOpen(snapshot);
      if (olderNow == older || kept == Memory.NULL) {
        if (kept != Memory.NULL) {
          MapBlocks.setLink(last, Memory.getLong(older + DEAD));
          Memory.putLong(older + DEAD, kept);
        }
        boolean isFree = unlink(map, snapshot);
        Latch.unlock(map + LATCH);
        return isFree;
      }
      // It has closed meanwhile, so others see what it saw, or nobody.
      chain = kept;
      older = olderNow;
      bound = versionOf(older);
      Latch.unlock(map + LATCH);
    }
  }

  private static boolean unlink(long map, long snapshot) {
    long older = Memory.getLong(snapshot + OLDER);
    long newer = Memory.getLong(snapshot + NEWER);
    if (older != Memory.NULL) {
      Memory.putLong(older + NEWER, newer);
    }
    if (newer != Memory.NULL) {
      Memory.putLong(newer + OLDER, older);
    } else {
      Memory.putLong(map + NEWEST, older);
    }
    return Memory.getLong(map + NEWEST) == Memory.NULL && Memory.getInt(map + IS_DETACHED) != 0;
  }

  private static long olderOpen(long snapshot) {
    long at = Memory.getLong(snapshot + OLDER);
    while (at != Memory.NULL && Memory.getLong(at + IS_CLOSING) != 0) {
      at = Memory.getLong(at + OLDER);
    }
    return at;
  }

  private static long versionOf(long snapshot) {
    return snapshot == Memory.NULL ? NO_VERSION : Memory.getLong(snapshot + SNAPSHOT_VERSION);
  }

  /** The map's MVar has let it go, and nobody finds it: what no snapshot sees is freed. */
  static void detach(long map, BlockCache cache) {
    Latch.lock(map + LATCH, null);
    boolean isFree;
    long root;
    long bound;
    try {
      SharedMap.checkAttached(map);
      Memory.putInt(map + IS_DETACHED, 1);
      root = Memory.getLong(map + ROOT);
      bound = Memory.getLong(map + PINNED);
      isFree = Memory.getLong(map + NEWEST) == Memory.NULL;
    } finally {
      Latch.unlock(map + LATCH);
    }
    dropNode(root, Maps.ROOT_SHIFT, bound, cache, null);
    if (isFree) {
      cache.free(map, MAP_BYTES);
    }
  }

  /**
   * Frees what hangs on a node, and was born after a version: the rest an open snapshot sees, and
   * all that hangs on that. The dead are in their chains.
   */
  private static void dropNode(
      long node, int shift, long bound, BlockCache cache, Epochs.Participant participant) {
    if (node == Memory.NULL || MapBlocks.birth(node) <= bound) {
      return;
    }
    long entry = node + CONTENT;
    for (int left = MapNodes.entryCount(node, shift); left > 0; left--, entry += 16) {
      long key = Memory.getLong(entry);
      if (Term.isObject(key)) {
        dropBlock(MapBlocks.keyBlock(key), bound, cache, participant);
      }
      long value = Memory.getLong(entry + 8);
      if (Term.isObject(value)) {
        dropBlock(MapBlocks.valueBlock(value), bound, cache, participant);
      }
    }
    for (int left = MapNodes.childCount(node, shift); left > 0; left--, entry += 8) {
      dropNode(Memory.getLong(entry), shift - Maps.SLOT_BITS, bound, cache, participant);
    }
    dropBlock(node, bound, cache, participant);
  }

  private static void dropBlock(
      long block, long bound, BlockCache cache, Epochs.Participant participant) {
    if (MapBlocks.birth(block) > bound && !MapBlocks.isDead(block)) {
      MapBlocks.retire(block, cache, participant);
    }
  }
}
