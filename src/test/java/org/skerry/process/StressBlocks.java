package org.skerry.process;

import java.util.concurrent.atomic.AtomicInteger;
import org.skerry.memory.BlockCache;
import org.skerry.memory.Memory;
import org.skerry.memory.MemoryPool;

/** Process blocks for jcstress's states, of which there are many and which nobody gives back. */
final class StressBlocks {
  /** More than the states that jcstress runs at a time. */
  private static final int COUNT = 1 << 16;

  private static final int RING_BYTES = MailboxRing.blockBytes(MailboxRing.MIN_SHIFT);
  private static final int STRIDE = ProcessLayout.BYTES + RING_BYTES;
  private static final AtomicInteger NEXT = new AtomicInteger();
  private static final long BLOCKS = blocks();

  private StressBlocks() {}

  private static long blocks() {
    MemoryPool pool = new MemoryPool(1L << 30);
    BlockCache cache = pool.newCache();
    long blocks = cache.allocate((long) COUNT * STRIDE);
    if (blocks == Memory.NULL) {
      throw new IllegalStateException("no memory for the states of a stress test");
    }
    return blocks;
  }

  /** A block that is all zero but for its wake word, with an empty ring of the smallest size. */
  static long next(int state) {
    long block = BLOCKS + (long) (NEXT.getAndIncrement() & COUNT - 1) * STRIDE;
    Memory.fill(block, STRIDE, (byte) 0);
    Memory.putInt(block + ProcessLayout.STATE, state);
    Memory.putByte(block + ProcessLayout.RING_SHIFT, (byte) MailboxRing.MIN_SHIFT);
    Memory.putLong(block + ProcessLayout.RING, block + ProcessLayout.BYTES);
    return block;
  }
}
