package org.skerry.term;

import static org.skerry.term.ObjectLayout.*;

import org.skerry.memory.Memory;

/**
 * Persistent maps: flat with keys in order up to {@link #MAX_FLAT} entries, a {@link MapTrie}
 * beyond, never the other way round; so equal maps have equal shapes. A key must not hold a mutable
 * array: BAD_ARGUMENT. Where a key is there already, a put keeps the old key and replaces the
 * value.
 */
public final class Maps {
  /** Most entries of a flat map. */
  public static final int MAX_FLAT = 16;

  /** Bits of a key's hash that choose the slot in a node. */
  public static final int SLOT_BITS = MapTrie.BITS;

  /** Shift of the hash at a hashed map's uppermost node. */
  public static final int ROOT_SHIFT = MapTrie.ROOT_SHIFT;

  /** Levels of a hashed map's nodes, that of collisions included. */
  public static final int MAX_LEVELS = MapTrie.LEVELS;

  /** Most keys of a map that have the same 60 bits. */
  public static final int MAX_COLLISIONS = MapTrie.MAX_COLLISIONS;

  /** Heap bytes of {@link #empty}. */
  public static final int EMPTY_BYTES = 8;

  private Maps() {}

  /** The map without entries. */
  public static long empty(HeapWriter writer) {
    return allocateFlat(0, writer);
  }

  /** Number of entries; TYPE_ERROR if it is no map. */
  public static long size(long map) {
    return ObjectLayout.size(mapHeader(map));
  }

  /** The value under a key, or {@link Term#NONE}. */
  public static long get(long map, long key, TermScratch scratch) {
    long header = mapHeader(map);
    if (kind(header) == MAP) {
      int index = flatIndex(map, (int) ObjectLayout.size(header), key, scratch);
      return index < 0 ? Term.NONE : flatValue(map, (int) ObjectLayout.size(header), index);
    }
    return MapTrie.get(Memory.getLong(map + ROOT_NODE), MapTrie.hash(key, scratch), key, scratch);
  }

  /** Whether the map has a key. */
  public static boolean contains(long map, long key, TermScratch scratch) {
    return get(map, key, scratch) != Term.NONE;
  }

  /**
   * The 60 bits by which a key is placed in hashed maps, {@link #SLOT_BITS} a level from the top.
   *
   * @throws TermError BAD_ARGUMENT if it holds a mutable array, LIMIT_EXCEEDED if it is too deep
   */
  public static long keyHash(long key, TermScratch scratch) {
    return MapTrie.hash(key, scratch);
  }

  /** Upper bound of the heap bytes of {@link #put}; checks the operands. */
  public static long putBytes(long map, long key, TermScratch scratch) {
    long header = mapHeader(map);
    if (kind(header) == MAP_ROOT) {
      long node = Memory.getLong(map + ROOT_NODE);
      return ROOT_BYTES + MapTrie.putBytes(node, MapTrie.hash(key, scratch), key, scratch);
    }
    int count = (int) ObjectLayout.size(header);
    if (count < MAX_FLAT) {
      checkKey(key, scratch);
      return flatBytes(count + 1);
    }
    if (flatIndex(map, count, key, scratch) >= 0) {
      return flatBytes(count);
    }
    long bottom = scratch.depth();
    pushFlat(map, count, key, Term.NIL, scratch);
    long byteCount = MapEntries.bytes(bottom, MapEntries.normalize(bottom, scratch), scratch);
    scratch.unwind(bottom);
    return byteCount;
  }

  /** The map with a value under a key. */
  public static long put(long map, long key, long value, TermScratch scratch, HeapWriter writer) {
    long header = Memory.getLong(map);
    long count = ObjectLayout.size(header);
    if (kind(header) == MAP) {
      return putFlat(map, (int) count, key, value, scratch, writer);
    }
    scratch.added = false;
    long node = Memory.getLong(map + ROOT_NODE);
    long hash = MapTrie.hash(key, scratch);
    long put = MapTrie.put(node, MapTrie.ROOT_SHIFT, hash, key, value, scratch, writer);
    return put == node ? map : root(scratch.added ? count + 1 : count, put, writer);
  }

  /** Upper bound of the heap bytes of {@link #remove}; checks the operands. */
  public static long removeBytes(long map, long key, TermScratch scratch) {
    long header = mapHeader(map);
    long count = ObjectLayout.size(header);
    if (kind(header) == MAP) {
      checkKey(key, scratch);
      return flatBytes(count);
    }
    if (count == MAX_FLAT + 1) {
      MapTrie.hash(key, scratch);
      return flatBytes(MAX_FLAT);
    }
    long node = Memory.getLong(map + ROOT_NODE);
    return ROOT_BYTES + MapTrie.removeBytes(node, MapTrie.hash(key, scratch), key, scratch);
  }

  /** The map without a key; the same map where it has not got it. */
  public static long remove(long map, long key, TermScratch scratch, HeapWriter writer) {
    long header = Memory.getLong(map);
    long count = ObjectLayout.size(header);
    if (kind(header) == MAP) {
      return removeFlat(map, (int) count, key, scratch, writer);
    }
    long node = Memory.getLong(map + ROOT_NODE);
    long hash = MapTrie.hash(key, scratch);
    if (MapTrie.get(node, hash, key, scratch) == Term.NONE) {
      return map;
    }
    if (count == MAX_FLAT + 1) {
      return shrink(map, key, scratch, writer);
    }
    long removed = MapTrie.remove(node, MapTrie.ROOT_SHIFT, hash, key, scratch, writer);
    return root(count - 1, removed, writer);
  }

  /** Heap bytes of {@link #keys} and of {@link #values}. */
  public static long listBytes(long map) {
    return size(map) * CONS_BYTES;
  }

  /** The keys, in the map's order. */
  public static long keys(long map, TermScratch scratch, HeapWriter writer) {
    return list(map, 0, scratch, writer);
  }

  /** The values, in the order of their keys. */
  public static long values(long map, TermScratch scratch, HeapWriter writer) {
    return list(map, 1, scratch, writer);
  }

  /** Heap bytes of {@link #toList}. */
  public static long toListBytes(long map) {
    return size(map) * (CONS_BYTES + Tuples.bytes(2));
  }

  /** The list of {key, value}, in the map's order. */
  public static long toList(long map, TermScratch scratch, HeapWriter writer) {
    return list(map, 2, scratch, writer);
  }

  /** Heap bytes of {@link #fromList}; checks that it is a proper list of pairs. */
  public static long fromListBytes(long list, TermScratch scratch) {
    Lists.length(list, scratch);
    long bottom = scratch.depth();
    long count = pushList(list, bottom, scratch);
    long byteCount = MapEntries.bytes(bottom, count, scratch);
    scratch.unwind(bottom);
    return byteCount;
  }

  /** The map of a proper list of {key, value}; the last of equal keys counts. */
  public static long fromList(long list, TermScratch scratch, HeapWriter writer) {
    long bottom = scratch.depth();
    long count = pushList(list, bottom, scratch);
    long map = MapEntries.build(bottom, count, scratch, writer);
    scratch.unwind(bottom);
    return map;
  }

  static long flatBytes(long count) {
    return HEADER_BYTES + (count << 4);
  }

  static long allocateFlat(long count, HeapWriter writer) {
    long map = writer.allocate(flatBytes(count));
    Memory.putLong(map, header(MAP, count));
    return map;
  }

  static long flatKey(long map, int index) {
    return Memory.getLong(map + HEADER_BYTES + ((long) index << 3));
  }

  static long flatValue(long map, int count, int index) {
    return Memory.getLong(map + HEADER_BYTES + ((long) (count + index) << 3));
  }

  /** A key must have a hash also where the map is too small to need it. */
  private static void checkKey(long key, TermScratch scratch) {
    if ((key & 7) == 0) {
      int kind = kind(Memory.getLong(key));
      if (hasTerms(kind) || isMutable(kind)) {
        TermHash.hash(key, scratch);
      }
    }
  }

  /** Index of the key, or -1. */
  private static int flatIndex(long map, int count, long key, TermScratch scratch) {
    if ((key & 7) != 0) {
      for (int i = 0; i < count; i++) {
        if (flatKey(map, i) == key) {
          return i;
        }
      }
      return -1;
    }
    checkKey(key, scratch);
    for (int i = 0; i < count; i++) {
      if (TermOrder.equal(flatKey(map, i), key, scratch)) {
        return i;
      }
    }
    return -1;
  }

  private static long putFlat(
      long map, int count, long key, long value, TermScratch scratch, HeapWriter writer) {
    int index = flatIndex(map, count, key, scratch);
    if (index >= 0) {
      if (flatValue(map, count, index) == value) {
        return map;
      }
      long copy = writer.allocate(flatBytes(count));
      Memory.copy(map, copy, flatBytes(count));
      Memory.putLong(copy + HEADER_BYTES + ((long) (count + index) << 3), value);
      return copy;
    }
    if (count == MAX_FLAT) {
      long bottom = scratch.depth();
      pushFlat(map, count, key, value, scratch);
      long kept = MapEntries.normalize(bottom, scratch);
      long grown = MapEntries.build(bottom, kept, scratch, writer);
      scratch.unwind(bottom);
      return grown;
    }
    long copy = allocateFlat(count + 1, writer);
    long place = (long) flatPlace(map, count, key, scratch) << 3;
    insertWord(map + HEADER_BYTES, copy + HEADER_BYTES, count, place, key);
    insertWord(
        map + HEADER_BYTES + ((long) count << 3),
        copy + HEADER_BYTES + ((long) (count + 1) << 3),
        count,
        place,
        value);
    return copy;
  }

  private static void insertWord(long from, long to, int count, long place, long word) {
    Memory.copy(from, to, place);
    Memory.putLong(to + place, word);
    Memory.copy(from + place, to + place + 8, ((long) count << 3) - place);
  }

  /** Index that a key which is not there would have. */
  private static int flatPlace(long map, int count, long key, TermScratch scratch) {
    int low = 0;
    int high = count;
    while (low < high) {
      int middle = low + high >>> 1;
      if (TermOrder.compare(flatKey(map, middle), key, scratch) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static long removeFlat(
      long map, int count, long key, TermScratch scratch, HeapWriter writer) {
    int index = flatIndex(map, count, key, scratch);
    if (index < 0) {
      return map;
    }
    long copy = allocateFlat(count - 1, writer);
    long to = copy + HEADER_BYTES;
    for (int i = 0; i < count << 1; i++) {
      if (i != index && i != count + index) {
        Memory.putLong(to, flatKey(map, i));
        to += 8;
      }
    }
    return copy;
  }

  private static void pushFlat(long map, int count, long key, long value, TermScratch scratch) {
    for (int i = 0; i < count; i++) {
      MapEntries.push(flatKey(map, i), flatValue(map, count, i), scratch);
    }
    MapEntries.push(key, value, scratch);
  }

  /** The flat map of a hashed one of one entry too many, without a key that it has. */
  private static long shrink(long map, long key, TermScratch scratch, HeapWriter writer) {
    long bottom = scratch.depth();
    MapCursor cursor = scratch.cursor;
    cursor.open(map);
    while (cursor.next()) {
      if (!TermOrder.equal(cursor.key(), key, scratch)) {
        scratch.push(0);
        scratch.push(cursor.key());
        scratch.push(cursor.value());
      }
    }
    long flat = MapEntries.build(bottom, MAX_FLAT, scratch, writer);
    scratch.unwind(bottom);
    return flat;
  }

  private static long pushList(long list, long bottom, TermScratch scratch) {
    for (long at = list; at != Term.EMPTY_LIST; at = Memory.getLong(at + CONS_TAIL)) {
      long pair = Memory.getLong(at + CONS_HEAD);
      if (!Term.isTuple(pair)) {
        throw scratch.fail(TermError.TYPE_ERROR);
      }
      if (ObjectLayout.size(Memory.getLong(pair)) != 2) {
        throw scratch.fail(TermError.BAD_ARGUMENT);
      }
      MapEntries.push(
          Memory.getLong(pair + ELEMENTS), Memory.getLong(pair + ELEMENTS + 8), scratch);
    }
    return MapEntries.normalize(bottom, scratch);
  }

  /** Keys (0), values (1) or pairs (2). */
  private static long list(long map, int part, TermScratch scratch, HeapWriter writer) {
    MapCursor cursor = scratch.cursor;
    cursor.open(map);
    scratch.charge(size(map));
    long first = Term.EMPTY_LIST;
    long previous = 0;
    while (cursor.next()) {
      long element =
          part == 0
              ? cursor.key()
              : part == 1 ? cursor.value() : Tuples.of(cursor.key(), cursor.value(), writer);
      long cell = Lists.cons(element, Term.EMPTY_LIST, writer);
      if (previous == 0) {
        first = cell;
      } else {
        Memory.putLong(previous + CONS_TAIL, cell);
      }
      previous = cell;
    }
    return first;
  }

  private static long root(long count, long node, HeapWriter writer) {
    long root = writer.allocate(ROOT_BYTES);
    Memory.putLong(root, header(MAP_ROOT, count));
    Memory.putLong(root + ROOT_NODE, node);
    return root;
  }

  private static long mapHeader(long map) {
    if ((map & 7) == 0) {
      long header = Memory.getLong(map);
      int kind = kind(header);
      if (kind == MAP || kind == MAP_ROOT) {
        return header;
      }
    }
    throw TermError.TYPE_ERROR;
  }
}
