package org.skerry.term;

import static org.skerry.term.ObjectLayout.*;

import org.skerry.memory.Memory;

/**
 * Walks the entries of a map in the map's order: flat maps by key, hashed ones by their shape,
 * which their contents alone determine. Made once and used for one map after the other. After a
 * collection {@link #rebind} finds the same place in the moved map.
 */
public final class MapCursor {
  private final long[] nodes = new long[MapTrie.LEVELS];
  private final int[] positions = new int[MapTrie.LEVELS];
  private int depth;
  private long flat;
  private long entry;
  private long valueOffset;

  /** Stands before the first entry of a map. */
  public void open(long map) {
    depth = 0;
    positions[0] = 0;
    rebind(map);
  }

  /**
   * Stands where it stood before the map moved; {@link #next} must be called before key or value.
   */
  public void rebind(long map) {
    entry = 0;
    if (kind(Memory.getLong(map)) == MAP) {
      flat = map;
      valueOffset = size(Memory.getLong(map)) << 3;
      return;
    }
    flat = 0;
    valueOffset = 8;
    nodes[0] = Memory.getLong(map + ROOT_NODE);
    for (int level = 1; level <= depth; level++) {
      long parent = nodes[level - 1];
      nodes[level] = child(parent, positions[level - 1] - 1 - MapTrie.entryCount(parent));
    }
  }

  /** Goes to the next entry; false behind the last one. */
  public boolean next() {
    if (flat != 0) {
      if (positions[0] << 3 >= valueOffset) {
        return false;
      }
      entry = flat + HEADER_BYTES + ((long) positions[0]++ << 3);
      return true;
    }
    while (depth >= 0) {
      long node = nodes[depth];
      int position = positions[depth]++;
      int entries = MapTrie.entryCount(node);
      if (position < entries) {
        entry = node + NODE_CONTENT + ((long) position << 4);
        return true;
      }
      if (position - entries < MapTrie.childCount(node)) {
        nodes[++depth] = child(node, position - entries);
        positions[depth] = 0;
      } else {
        depth--;
      }
    }
    return false;
  }

  /** The key of the entry. */
  public long key() {
    return Memory.getLong(entry);
  }

  /** The value of the entry. */
  public long value() {
    return Memory.getLong(entry + valueOffset);
  }

  private static long child(long node, int index) {
    long children = node + NODE_CONTENT + ((long) MapTrie.entryCount(node) << 4);
    return Memory.getLong(children + ((long) index << 3));
  }
}
