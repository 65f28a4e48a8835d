package org.skerry.term;

import org.skerry.memory.BlockCache;
import org.skerry.memory.MemoryPool;

/** A heap to build operands in, and room behind them that each invocation writes anew. */
final class BenchmarkHeap implements AutoCloseable {
  private static final long BYTES = 512L << 20;

  final MemoryPool pool = new MemoryPool(4L << 30);
  final BlockCache cache = pool.newCache();
  final Atoms atoms = new Atoms(pool, Atoms.DEFAULT_MAX_COUNT);
  final TermScratch scratch = new TermScratch(cache, atoms);
  final HeapWriter writer = new HeapWriter(cache);
  final long start = cache.allocate(BYTES);
  final long end = start + BYTES;
  private long mark;

  BenchmarkHeap() {
    writer.open(start, end, 0, 0);
  }

  /** What is built up to now stays. */
  void mark() {
    mark = writer.top();
  }

  /** Forgets what was built since {@link #mark}. */
  void reset() {
    writer.open(mark, end, 0, 0);
  }

  @Override
  public void close() {
    cache.free(start, BYTES);
    scratch.close();
    atoms.close();
    cache.close();
    pool.close();
  }
}
