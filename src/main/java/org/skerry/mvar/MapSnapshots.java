package org.skerry.mvar;

import static org.skerry.mvar.SharedMapLayout.*;

import org.skerry.memory.BlockCache;
import org.skerry.memory.Epochs;
import org.skerry.memory.Memory;
import org.skerry.memory.VmBug;
import org.skerry.process.Reclamation;
import org.skerry.process.World;
import org.skerry.term.HeapWriter;
import org.skerry.term.Maps;
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
   * Ends a snapshot; what nobody sees any more is freed later, by the epochs.
   *
   * @param cache the calling thread's
   * @param participant the calling thread's, online
   * @param world lets others run while the latch is held
   */
  public static void close(
      long snapshot, BlockCache cache, Epochs.Participant participant, World world) {
    beginClose(snapshot, world);
    Reclamation.retireValue(participant, cache, snapshot | MvarValue.SNAPSHOT);
  }

  /** As {@link #close}, at once; no other thread runs, and nothing is retired. */
  static void closeAlone(long snapshot, BlockCache cache) {
    beginClose(snapshot, null);
    if (MapRemains.ofSnapshot(snapshot, cache, Integer.MAX_VALUE) < 0) {
      throw new VmBug("At the end a snapshot waits for no other", "snapshot", snapshot);
    }
  }

  private static void beginClose(long snapshot, World world) {
    long map = Memory.getLong(snapshot + SNAPSHOT_MAP);
    MapRemains.begin(snapshot + DEPTH, snapshot + NODES, Memory.getLong(snapshot + SNAPSHOT_ROOT));
    Memory.putLong(snapshot + UNSORTED, Memory.NULL);
    Memory.putLong(snapshot + KEPT, Memory.NULL);
    Latch.lock(map + LATCH, world);
    long older = olderOpen(snapshot);
    boolean wasNewest = Memory.getLong(map + NEWEST_OPEN) == snapshot;
    if (wasNewest) {
      Memory.putLong(map + NEWEST_OPEN, older);
      Memory.putLong(map + PINNED, versionOf(older));
    }
    // Without an MVar behind it, the newest snapshot is the map.
    boolean isMap = wasNewest && Memory.getInt(map + IS_DETACHED) != ATTACHED;
    Memory.putLong(snapshot + BOUND, versionOf(older));
    Memory.putLong(snapshot + IS_CLOSING, isMap ? CLOSING_AS_MAP : CLOSING);
    Latch.unlock(map + LATCH);
  }

  /** Takes a snapshot out of the list, latched; whether the map's record is nobody's any more. */
  static boolean unlink(long map, long snapshot) {
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
    return Memory.getLong(map + NEWEST) == Memory.NULL
        && Memory.getInt(map + IS_DETACHED) == DROPPED;
  }

  private static long olderOpen(long snapshot) {
    long at = Memory.getLong(snapshot + OLDER);
    while (at != Memory.NULL && Memory.getLong(at + IS_CLOSING) != 0) {
      at = Memory.getLong(at + OLDER);
    }
    return at;
  }

  static long versionOf(long snapshot) {
    return snapshot == Memory.NULL ? NO_VERSION : Memory.getLong(snapshot + SNAPSHOT_VERSION);
  }

  /** The map's MVar has let it go, and nobody finds it. */
  static void detach(long map) {
    Latch.lock(map + LATCH, null);
    Memory.putInt(map + IS_DETACHED, DETACHED);
    Memory.putLong(map + DROP_BOUND, Memory.getLong(map + PINNED));
    Latch.unlock(map + LATCH);
  }
}
