package org.skerry.mvar;

import static org.skerry.memory.Memory.getInt;
import static org.skerry.memory.Memory.getLong;
import static org.skerry.memory.Memory.putInt;
import static org.skerry.memory.Memory.putLong;
import static org.skerry.mvar.SharedMapLayout.*;

import org.skerry.memory.BlockCache;
import org.skerry.memory.Memory;
import org.skerry.term.Maps;
import org.skerry.term.Term;

/**
 * Frees what is left of a map that no MVar holds any more, and of a snapshot that is closed: some
 * blocks at a time, since they may be millions. Who calls has made sure that no reader is left; it
 * calls again, on whatever thread, until all is done. The order in which the remains of one map are
 * freed, and why: {@code native-notes/shared-map.md}.
 *
 * <p>Every method takes a budget of blocks and returns what {@link
 * org.skerry.memory.Reclaimer#reclaim} does.
 */
final class MapRemains {
  private static final int POSITION_BITS = 20;
  private static final long POSITION_MASK = (1 << POSITION_BITS) - 1;

  private MapRemains() {}

  /** A map, but for what an open snapshot sees. */
  static int ofMap(long map, BlockCache cache, int budget) {
    if (getInt(map + IS_DETACHED) == ATTACHED) {
      MapSnapshots.detach(map);
      begin(map + DROP_DEPTH, map + DROP_STACK, getLong(map + ROOT));
    }
    long bound = getLong(map + DROP_BOUND);
    int left = drop(map + DROP_DEPTH, map + DROP_STACK, bound, cache, budget);
    if (left < 0) {
      return left;
    }
    Latch.lock(map + LATCH, null);
    putInt(map + IS_DETACHED, DROPPED);
    boolean isFree = getLong(map + NEWEST) == Memory.NULL;
    Latch.unlock(map + LATCH);
    if (isFree) {
      cache.free(map, MAP_BYTES);
    }
    return left;
  }

  /** What only a closed snapshot saw. */
  static int ofSnapshot(long snapshot, BlockCache cache, int budget) {
    long map = getLong(snapshot + SNAPSHOT_MAP);
    int left = budget;
    if (getLong(snapshot + IS_CLOSING) == CLOSING_AS_MAP) {
      Latch.lock(map + LATCH, null);
      boolean waits =
          getLong(snapshot + NEWER) != Memory.NULL || getInt(map + IS_DETACHED) != DROPPED;
      Latch.unlock(map + LATCH);
      if (waits) {
        return -1 - budget; // what goes first may lead to what this would free
      }
      left = drop(snapshot + DEPTH, snapshot + NODES, getLong(snapshot + BOUND), cache, budget);
      if (left < 0) {
        return left;
      }
      putLong(snapshot + IS_CLOSING, CLOSING);
    }
    return sweep(map, snapshot, cache, left);
  }

  /** Makes the walk that {@link #drop} goes on with stand before a root. */
  static void begin(long depthAddress, long stack, long root) {
    putLong(depthAddress, root == Memory.NULL ? -1 : 0);
    putLong(stack, root >>> 3 << POSITION_BITS);
  }

  /**
   * Frees what hangs on a root, and was born after a version: the rest an open snapshot sees, and
   * all that hangs on that. The dead are in their chains. Each entry of the stack is a node and the
   * number of entries and children that it is done with.
   */
  private static int drop(long depthAddress, long stack, long bound, BlockCache cache, int budget) {
    long depth = getLong(depthAddress);
    int left = budget;
    for (; depth >= 0 && left > 0; left--) {
      long at = stack + (depth << 3);
      long word = getLong(at);
      long node = word >>> POSITION_BITS << 3;
      int position = (int) (word & POSITION_MASK);
      putLong(at, word + 1);
      int shift = Maps.ROOT_SHIFT - (int) depth * Maps.SLOT_BITS;
      int entries = MapNodes.entryCount(node, shift);
      if (MapBlocks.birth(node) <= bound) {
        depth--; // the root: nothing else that old gets onto the stack
      } else if (position < entries) {
        dropEntry(node + CONTENT + ((long) position << 4), bound, cache);
      } else if (position - entries < MapNodes.childCount(node, shift)) {
        long child = getLong(node + CONTENT + ((long) entries << 4) + (position - entries << 3));
        if (MapBlocks.birth(child) > bound) {
          depth++;
          putLong(stack + (depth << 3), child >>> 3 << POSITION_BITS);
        }
      } else {
        dropBlock(node, bound, cache);
        depth--;
      }
    }
    putLong(depthAddress, depth);
    return depth < 0 ? left : -1 - left;
  }

  private static void dropEntry(long entry, long bound, BlockCache cache) {
    long key = getLong(entry);
    if (Term.isObject(key)) {
      dropBlock(MapBlocks.keyBlock(key), bound, cache);
    }
    long value = getLong(entry + 8);
    if (Term.isObject(value)) {
      dropBlock(MapBlocks.valueBlock(value), bound, cache);
    }
  }

  private static void dropBlock(long block, long bound, BlockCache cache) {
    if (MapBlocks.birth(block) > bound && !MapBlocks.isDead(block)) {
      MapBlocks.free(block, cache);
    }
  }

  /**
   * Frees the dead that only this snapshot saw, gives the others to the next older one, and unlinks
   * the snapshot.
   */
  private static int sweep(long map, long snapshot, BlockCache cache, int budget) {
    int left = budget;
    while (true) {
      left = sort(snapshot, cache, left);
      if (left < 0) {
        return left;
      }
      Latch.lock(map + LATCH, null);
      long older = getLong(snapshot + OLDER);
      if (!takesMore(snapshot, older)) {
        long kept = getLong(snapshot + KEPT);
        if (kept != Memory.NULL) {
          MapBlocks.setLink(getLong(snapshot + LAST_KEPT), getLong(older + DEAD));
          putLong(older + DEAD, kept);
        }
        boolean isFree = MapSnapshots.unlink(map, snapshot);
        Latch.unlock(map + LATCH);
        cache.free(snapshot, SNAPSHOT_BYTES);
        if (isFree) {
          cache.free(map, MAP_BYTES);
        }
        return left;
      }
      Latch.unlock(map + LATCH);
    }
  }

  /** Whether there are dead to sort, latched: new ones, or such as were kept for one now gone. */
  private static boolean takesMore(long snapshot, long older) {
    long chain = getLong(snapshot + KEPT);
    if (chain != Memory.NULL && getLong(snapshot + KEPT_FOR) != older) {
      putLong(snapshot + KEPT, Memory.NULL);
    } else {
      chain = getLong(snapshot + DEAD);
      putLong(snapshot + DEAD, Memory.NULL);
    }
    putLong(snapshot + UNSORTED, chain);
    putLong(snapshot + KEPT_FOR, older);
    putLong(snapshot + BOUND, MapSnapshots.versionOf(older));
    return chain != Memory.NULL;
  }

  /** Sorts the dead: who was born after the next older snapshot is seen by nobody else. */
  private static int sort(long snapshot, BlockCache cache, int budget) {
    long bound = getLong(snapshot + BOUND);
    long block = getLong(snapshot + UNSORTED);
    int left = budget;
    for (; block != Memory.NULL && left > 0; left--) {
      long next = MapBlocks.link(block);
      if (MapBlocks.birth(block) > bound) {
        MapBlocks.free(block, cache);
      } else {
        long kept = getLong(snapshot + KEPT);
        if (kept == Memory.NULL) {
          putLong(snapshot + LAST_KEPT, block);
        }
        MapBlocks.setLink(block, kept);
        putLong(snapshot + KEPT, block);
      }
      block = next;
    }
    putLong(snapshot + UNSORTED, block);
    return block == Memory.NULL ? left : -1 - left;
  }
}
