package org.skerry.term;

import org.skerry.memory.BlockCache;
import org.skerry.memory.Memory;

/**
 * An open-addressing table from a pair of words (the first not 0) to a word, in raw memory. Made at
 * its first entry; cleared in time proportional to what it holds.
 */
final class AddressTable implements AutoCloseable {
  private static final int ENTRY_BYTES = 24;
  private static final int INITIAL_CAPACITY = 64;
  private static final int MAX_CAPACITY = 1 << 26;
  private static final int KEPT_CAPACITY = 1 << 10;

  private final BlockCache cache;
  private long entries;
  private int capacity;
  private int count;

  AddressTable(BlockCache cache) {
    this.cache = cache;
  }

  int count() {
    return count;
  }

  /** The value of the pair, or -1. */
  long get(long first, long second) {
    if (count == 0) {
      return -1;
    }
    long at = slot(entries, capacity, first, second);
    return Memory.getLong(at) == 0 ? -1 : Memory.getLong(at + 16);
  }

  /** Sets the value of the pair; false where there is no memory for it. */
  boolean put(long first, long second, long value) {
    if (count * 2L >= capacity && !grow()) {
      return false;
    }
    long at = slot(entries, capacity, first, second);
    if (Memory.getLong(at) == 0) {
      count++;
    }
    Memory.putLong(at, first);
    Memory.putLong(at + 8, second);
    Memory.putLong(at + 16, value);
    return true;
  }

  void clear() {
    if (count == 0) {
      return;
    }
    count = 0;
    if (capacity > KEPT_CAPACITY) {
      close();
    } else {
      Memory.fill(entries, (long) capacity * ENTRY_BYTES, (byte) 0);
    }
  }

  @Override
  public void close() {
    if (entries != Memory.NULL) {
      cache.free(entries, (long) capacity * ENTRY_BYTES);
    }
    entries = Memory.NULL;
    capacity = 0;
    count = 0;
  }

  private boolean grow() {
    int grownCapacity = capacity == 0 ? INITIAL_CAPACITY : capacity * 2;
    long grown =
        grownCapacity > MAX_CAPACITY
            ? Memory.NULL
            : cache.allocate((long) grownCapacity * ENTRY_BYTES);
    if (grown == Memory.NULL) {
      return false;
    }
    Memory.fill(grown, (long) grownCapacity * ENTRY_BYTES, (byte) 0);
    for (long at = entries; at < entries + (long) capacity * ENTRY_BYTES; at += ENTRY_BYTES) {
      if (Memory.getLong(at) != 0) {
        long to = slot(grown, grownCapacity, Memory.getLong(at), Memory.getLong(at + 8));
        Memory.copy(at, to, ENTRY_BYTES);
      }
    }
    int kept = count;
    close();
    entries = grown;
    capacity = grownCapacity;
    count = kept;
    return true;
  }

  private static long slot(long entries, int capacity, long first, long second) {
    int index = (int) Hashing.mix(first ^ Long.rotateLeft(second, 32)) & capacity - 1;
    while (true) {
      long at = entries + (long) index * ENTRY_BYTES;
      long found = Memory.getLong(at);
      if (found == 0 || found == first && Memory.getLong(at + 8) == second) {
        return at;
      }
      index = index + 1 & capacity - 1;
    }
  }
}
