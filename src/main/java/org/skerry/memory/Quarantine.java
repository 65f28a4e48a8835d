package org.skerry.memory;

/**
 * Freed blocks that wait, poisoned, before they may be allocated again, so that a use after free
 * meets a dead block and not its successor. Checked mode only; owned by its cache's thread.
 */
final class Quarantine {
  private static final int MAX_BLOCKS = 1024;

  /** Large enough to outlive a few collections of a test's heap, small beside a test's cap. */
  private static final long MAX_BYTES = 1L << 20;

  private final BlockCache cache;
  private final long[] addresses = new long[MAX_BLOCKS];
  private final long[] byteCounts = new long[MAX_BLOCKS];
  private int head;
  private int size;
  private long bytes;

  Quarantine(BlockCache cache) {
    this.cache = cache;
  }

  void add(long address, long byteCount) {
    while (size == MAX_BLOCKS || size > 0 && bytes + byteCount > MAX_BYTES) {
      release();
    }
    int tail = (head + size) & (MAX_BLOCKS - 1);
    addresses[tail] = address;
    byteCounts[tail] = byteCount;
    size++;
    bytes += byteCount;
  }

  void drain() {
    while (size > 0) {
      release();
    }
  }

  private void release() {
    long address = addresses[head];
    long byteCount = byteCounts[head];
    head = (head + 1) & (MAX_BLOCKS - 1);
    size--;
    bytes -= byteCount;
    Shadow.requirePoison(address, byteCount);
    cache.put(address, byteCount);
  }
}
