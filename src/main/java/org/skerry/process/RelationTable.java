package org.skerry.process;

import static org.skerry.process.RelationsLayout.BUCKETS;
import static org.skerry.process.RelationsLayout.BUCKET_COUNT;
import static org.skerry.process.RelationsLayout.ENTRY_COUNT;
import static org.skerry.process.RelationsLayout.INLINE_BUCKETS;
import static org.skerry.process.RelationsLayout.SEGMENTS;
import static org.skerry.process.RelationsLayout.SEGMENT_DIRECTORY;
import static org.skerry.process.SignalLayout.KEY;
import static org.skerry.process.SignalLayout.KIND;
import static org.skerry.process.SignalLayout.NEXT;

import org.skerry.memory.BlockCache;
import org.skerry.memory.Memory;

/**
 * The links and monitors of one process: a hash table whose entries are the nodes themselves, by
 * linear hashing (Litwin, 1980). An insertion splits one bucket at most and a removal merges a few,
 * so a million entries come and go without one long step; and an insertion cannot fail, since
 * without memory for buckets the chains only get longer. For the process's owner. See {@code
 * native-notes/relations.md}.
 *
 * <p>Parameters {@code relations} are the address of a record of {@link RelationsLayout}.
 */
final class RelationTable {
  /** Buckets are merged where there is less than one entry for so many of them. */
  private static final int SPARSE = 4;

  private static final int MERGES_PER_REMOVAL = 4;
  private static final int DIRECTORY_BYTES = 8 * SEGMENTS;
  private static final int MAX_BUCKETS = INLINE_BUCKETS << SEGMENTS;
  private static final long GOLDEN_RATIO = 0x9E37_79B9_7F4A_7C15L;

  private RelationTable() {}

  /** Makes a fresh record an empty table. */
  static void initialize(long relations) {
    Memory.putLong(relations + SEGMENT_DIRECTORY, Memory.NULL);
    Memory.putInt(relations + BUCKET_COUNT, INLINE_BUCKETS);
    Memory.putInt(relations + ENTRY_COUNT, 0);
    for (int i = 0; i < INLINE_BUCKETS; i++) {
      Memory.putLong(relations + BUCKETS + 8L * i, Memory.NULL);
    }
  }

  /** Entries of all kinds. */
  static int count(long relations) {
    return Memory.getInt(relations + ENTRY_COUNT);
  }

  /** Buckets of entries: for walks over them. */
  static int bucketCount(long relations) {
    return Memory.getInt(relations + BUCKET_COUNT);
  }

  /** The first node of a bucket, whose {@code NEXT} leads on; 0 where it is empty. */
  static long bucket(long relations, int index) {
    return Memory.getLong(bucketAddress(relations, index));
  }

  /** The node with this key and kind, or 0. */
  static long find(long relations, long key, int kind) {
    long node = Memory.getLong(bucketOf(relations, key));
    while (node != Memory.NULL
        && (Memory.getLong(node + KEY) != key || Memory.getInt(node + KIND) != kind)) {
      node = Memory.getLong(node + NEXT);
    }
    return node;
  }

  /** Adds a node, which has its key and kind. */
  static void insert(BlockCache cache, long relations, long node) {
    long bucket = bucketOf(relations, Memory.getLong(node + KEY));
    Memory.putLong(node + NEXT, Memory.getLong(bucket));
    Memory.putLong(bucket, node);
    int count = count(relations) + 1;
    Memory.putInt(relations + ENTRY_COUNT, count);
    if (count > bucketCount(relations)) {
      split(cache, relations);
    }
  }

  /** Takes a node out that is in the table. */
  static void remove(BlockCache cache, long relations, long node) {
    long at = bucketOf(relations, Memory.getLong(node + KEY));
    while (Memory.getLong(at) != node) {
      at = Memory.getLong(at) + NEXT;
    }
    Memory.putLong(at, Memory.getLong(node + NEXT));
    int count = count(relations) - 1;
    Memory.putInt(relations + ENTRY_COUNT, count);
    for (int i = 0; i < MERGES_PER_REMOVAL; i++) {
      int buckets = bucketCount(relations);
      if (buckets > INLINE_BUCKETS && count < buckets / SPARSE) {
        merge(cache, relations);
      }
    }
  }

  /** Takes any node out; 0 where there is none. Buckets that are empty at the end go with it. */
  static long removeAny(BlockCache cache, long relations) {
    for (; ; ) {
      int last = bucketCount(relations) - 1;
      long bucket = bucketAddress(relations, last);
      long node = Memory.getLong(bucket);
      if (node != Memory.NULL) {
        Memory.putLong(bucket, Memory.getLong(node + NEXT));
        Memory.putInt(relations + ENTRY_COUNT, count(relations) - 1);
        return node;
      }
      if (last >= INLINE_BUCKETS) {
        merge(cache, relations);
      } else if (count(relations) == 0) {
        return Memory.NULL;
      } else {
        // The first buckets: one after the other becomes the last. Nobody searches any more.
        for (int i = 0; Memory.getLong(bucket) == Memory.NULL; i++) {
          Memory.putLong(bucket, bucket(relations, i));
          Memory.putLong(bucketAddress(relations, i), Memory.NULL);
        }
      }
    }
  }

  /** Frees the directory; the table is empty, or nobody looks at it any more. */
  static void release(BlockCache cache, long relations) {
    while (bucketCount(relations) > INLINE_BUCKETS) {
      merge(cache, relations);
    }
    long directory = Memory.getLong(relations + SEGMENT_DIRECTORY);
    if (directory != Memory.NULL) {
      Memory.putLong(relations + SEGMENT_DIRECTORY, Memory.NULL);
      cache.free(directory, DIRECTORY_BYTES);
    }
  }

  /** Adds one bucket, where there is memory, and moves what belongs there out of its elder. */
  private static void split(BlockCache cache, long relations) {
    int added = bucketCount(relations);
    if (added == MAX_BUCKETS || Integer.bitCount(added) == 1 && !addSegment(cache, relations)) {
      return;
    }
    int level = Integer.highestOneBit(added);
    long elder = bucketAddress(relations, added - level);
    long staying = Memory.NULL;
    long moving = Memory.NULL;
    for (long node = Memory.getLong(elder); node != Memory.NULL; ) {
      long next = Memory.getLong(node + NEXT);
      if ((hash(Memory.getLong(node + KEY)) & level) != 0) {
        Memory.putLong(node + NEXT, moving);
        moving = node;
      } else {
        Memory.putLong(node + NEXT, staying);
        staying = node;
      }
      node = next;
    }
    Memory.putLong(elder, staying);
    Memory.putLong(bucketAddress(relations, added), moving);
    Memory.putInt(relations + BUCKET_COUNT, added + 1);
  }

  /** Takes the last bucket away and gives its nodes to its elder. */
  private static void merge(BlockCache cache, long relations) {
    int last = bucketCount(relations) - 1;
    int level = Integer.highestOneBit(last);
    long elder = bucketAddress(relations, last - level);
    long node = bucket(relations, last);
    while (node != Memory.NULL) {
      long next = Memory.getLong(node + NEXT);
      Memory.putLong(node + NEXT, Memory.getLong(elder));
      Memory.putLong(elder, node);
      node = next;
    }
    Memory.putInt(relations + BUCKET_COUNT, last);
    if (last == level) {
      long entry = segmentEntry(relations, level);
      cache.free(Memory.getLong(entry), 8L * level);
      Memory.putLong(entry, Memory.NULL);
    }
  }

  /** Makes room for as many buckets as there are; not cleared, since a split writes its bucket. */
  private static boolean addSegment(BlockCache cache, long relations) {
    int level = bucketCount(relations);
    if (Memory.getLong(relations + SEGMENT_DIRECTORY) == Memory.NULL) {
      long directory = cache.allocate(DIRECTORY_BYTES);
      if (directory == Memory.NULL) {
        return false;
      }
      Memory.fill(directory, DIRECTORY_BYTES, (byte) 0);
      Memory.putLong(relations + SEGMENT_DIRECTORY, directory);
    }
    long segment = cache.allocate(8L * level);
    if (segment == Memory.NULL) {
      return false;
    }
    Memory.putLong(segmentEntry(relations, level), segment);
    return true;
  }

  private static long segmentEntry(long relations, int level) {
    int index = Integer.numberOfTrailingZeros(level / INLINE_BUCKETS);
    return Memory.getLong(relations + SEGMENT_DIRECTORY) + 8L * index;
  }

  private static long bucketOf(long relations, long key) {
    int count = bucketCount(relations);
    int level = Integer.highestOneBit(count);
    int hash = hash(key);
    int index = hash & 2 * level - 1;
    return bucketAddress(relations, index < count ? index : hash & level - 1);
  }

  private static long bucketAddress(long relations, int index) {
    if (index < INLINE_BUCKETS) {
      return relations + BUCKETS + 8L * index;
    }
    int level = Integer.highestOneBit(index);
    return Memory.getLong(segmentEntry(relations, level)) + 8L * (index - level);
  }

  /** From the upper half: of a product the lower bits depend on few bits of the key. */
  private static int hash(long key) {
    return (int) (key * GOLDEN_RATIO >>> 32);
  }
}
