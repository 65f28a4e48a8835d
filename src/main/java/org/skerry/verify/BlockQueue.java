package org.skerry.verify;

import java.util.BitSet;

/**
 * The blocks that a data flow analysis has yet to look at: first in, first out, each at most once.
 */
final class BlockQueue {
  private final int[] ring;
  private final BitSet queued = new BitSet();
  private int head;
  private int size;

  BlockQueue(int blockCount) {
    ring = new int[blockCount];
  }

  void add(int block) {
    if (!queued.get(block)) {
      queued.set(block);
      int tail = head + size++;
      ring[tail < ring.length ? tail : tail - ring.length] = block;
    }
  }

  boolean isEmpty() {
    return size == 0;
  }

  int remove() {
    int block = ring[head];
    head = head + 1 == ring.length ? 0 : head + 1;
    size--;
    queued.clear(block);
    return block;
  }
}
