package org.skerry.mvar;

import static org.skerry.mvar.SharedMapLayout.*;

import org.skerry.memory.Memory;
import org.skerry.term.HeapWriter;
import org.skerry.term.Maps;
import org.skerry.term.ObjectLayout;
import org.skerry.term.TermOrder;
import org.skerry.term.TermScratch;

/**
 * The whole of a snapshot as a map term: node by node where the map is large, since both have the
 * same shape. Recursion follows levels.
 */
public final class MapCopy {
  private MapCopy() {}

  /** Heap bytes of {@link #write}. */
  public static long bytes(long snapshot) {
    long count = Memory.getLong(snapshot + SNAPSHOT_COUNT);
    long root = Memory.getLong(snapshot + SNAPSHOT_ROOT);
    long fixed =
        count <= Maps.MAX_FLAT ? ObjectLayout.HEADER_BYTES + (count << 4) : ObjectLayout.ROOT_BYTES;
    return count == 0 ? fixed : fixed + nodeBytes(root, Maps.ROOT_SHIFT, count > Maps.MAX_FLAT);
  }

  private static long nodeBytes(long node, int shift, boolean withNodes) {
    int entries = MapNodes.entryCount(node, shift);
    int children = MapNodes.childCount(node, shift);
    long total =
        withNodes ? ObjectLayout.NODE_CONTENT + ((long) entries << 4) + ((long) children << 3) : 0;
    long at = node + CONTENT;
    for (int left = entries; left > 0; left--, at += 16) {
      total += MapBlocks.keyHeapBytes(Memory.getLong(at));
      total += MapBlocks.valueHeapBytes(Memory.getLong(at + 8));
    }
    for (int left = children; left > 0; left--, at += 8) {
      total += nodeBytes(Memory.getLong(at), shift - Maps.SLOT_BITS, withNodes);
    }
    return total;
  }

  /** The map, in a heap with room for it. */
  public static long write(long snapshot, TermScratch scratch, HeapWriter writer) {
    long count = Memory.getLong(snapshot + SNAPSHOT_COUNT);
    long root = Memory.getLong(snapshot + SNAPSHOT_ROOT);
    if (count <= Maps.MAX_FLAT) {
      return flat(root, (int) count, scratch, writer);
    }
    long map = writer.allocate(ObjectLayout.ROOT_BYTES);
    Memory.putLong(map, ObjectLayout.header(ObjectLayout.MAP_ROOT, count));
    Memory.putLong(map + ObjectLayout.ROOT_NODE, node(root, Maps.ROOT_SHIFT, scratch, writer));
    return map;
  }

  private static long node(long node, int shift, TermScratch scratch, HeapWriter writer) {
    int entries = MapNodes.entryCount(node, shift);
    int children = MapNodes.childCount(node, shift);
    long words = ((long) entries << 1) + children;
    long copy = writer.allocate(ObjectLayout.NODE_CONTENT + (words << 3));
    int kind = shift < 0 ? ObjectLayout.MAP_COLLISION : ObjectLayout.MAP_NODE;
    Memory.putLong(copy, ObjectLayout.header(kind, words));
    long from = node + CONTENT;
    long raw =
        shift < 0
            ? MapBlocks.hashOf(Memory.getLong(from), scratch)
            : Memory.getLong(node + BITMAPS);
    Memory.putLong(copy + ObjectLayout.NODE_RAW, raw);
    long to = copy + ObjectLayout.NODE_CONTENT;
    for (int left = entries; left > 0; left--, from += 16, to += 16) {
      Memory.putLong(to, MapBlocks.copyKey(Memory.getLong(from), writer));
      Memory.putLong(to + 8, MapBlocks.copyValue(Memory.getLong(from + 8), writer));
    }
    for (int left = children; left > 0; left--, from += 8, to += 8) {
      long child = node(Memory.getLong(from), shift - Maps.SLOT_BITS, scratch, writer);
      Memory.putLong(to, child);
    }
    return copy;
  }

  /** A flat map has its keys in their own order, not in that of their hashes. */
  private static long flat(long root, int count, TermScratch scratch, HeapWriter writer) {
    long map = writer.allocate(ObjectLayout.HEADER_BYTES + ((long) count << 4));
    Memory.putLong(map, ObjectLayout.header(ObjectLayout.MAP, count));
    if (count > 0) {
      insertAll(root, Maps.ROOT_SHIFT, map, 0, count, scratch);
      long keys = map + ObjectLayout.HEADER_BYTES;
      long values = keys + ((long) count << 3);
      for (int i = 0; i < count; i++, keys += 8, values += 8) {
        Memory.putLong(keys, MapBlocks.copyKey(Memory.getLong(keys), writer));
        Memory.putLong(values, MapBlocks.copyValue(Memory.getLong(values), writer));
      }
    }
    return map;
  }

  /**
   * Sorts the entries of a node, as they are stored, into a map that has {@code filled} of them.
   */
  private static int insertAll(
      long node, int shift, long map, int filled, int count, TermScratch scratch) {
    int now = filled;
    long at = node + CONTENT;
    for (int left = MapNodes.entryCount(node, shift); left > 0; left--, at += 16) {
      insert(Memory.getLong(at), Memory.getLong(at + 8), map, now++, count, scratch);
    }
    for (int left = MapNodes.childCount(node, shift); left > 0; left--, at += 8) {
      now = insertAll(Memory.getLong(at), shift - Maps.SLOT_BITS, map, now, count, scratch);
    }
    return now;
  }

  private static void insert(
      long key, long value, long map, int filled, int count, TermScratch scratch) {
    long place = map + ObjectLayout.HEADER_BYTES + ((long) filled << 3);
    long valueOffset = (long) count << 3;
    long first = map + ObjectLayout.HEADER_BYTES;
    while (place > first && TermOrder.compare(Memory.getLong(place - 8), key, scratch) > 0) {
      Memory.putLong(place, Memory.getLong(place - 8));
      Memory.putLong(place + valueOffset, Memory.getLong(place + valueOffset - 8));
      place -= 8;
    }
    Memory.putLong(place, key);
    Memory.putLong(place + valueOffset, value);
  }
}
