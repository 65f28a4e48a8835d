package org.skerry;

import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.skerry.memory.BlockCache;
import org.skerry.memory.MemoryPool;
import org.skerry.memory.VmBug;
import org.skerry.term.Atoms;
import org.skerry.term.TermBuilder;
import org.skerry.term.TermImage;
import org.skerry.term.TermScratch;

/**
 * Makes terms of what functions give on their own threads: what is large takes no time of a worker
 * then, and no more memory than the VM may have. Any thread.
 */
final class BuiltTerms implements AutoCloseable {
  /** Writes a term. */
  interface Writing<E extends Exception> {
    /**
     * Pushes one term.
     *
     * @param cache the builder's
     */
    void write(TermBuilder builder, BlockCache cache) throws E;
  }

  private final MemoryPool pool;
  private final Atoms atoms;

  /** Held shared by who uses memory, and alone to close: nobody comes later. */
  private final ReentrantReadWriteLock use = new ReentrantReadWriteLock();

  private boolean isClosed;

  BuiltTerms(MemoryPool pool, Atoms atoms) {
    this.pool = pool;
    this.atoms = atoms;
  }

  /**
   * A term, made on the calling thread.
   *
   * @throws CancellationException if the VM has closed
   * @throws org.skerry.term.TermError where there is no memory for it
   */
  <E extends Exception> BuiltTerm build(Writing<E> writing) throws E {
    use.readLock().lock();
    try {
      if (isClosed) {
        throw new CancellationException("The VM is closed.");
      }
      BlockCache cache = pool.newCache();
      try (TermScratch scratch = new TermScratch(cache, atoms);
          TermBuilder builder = new TermBuilder(scratch)) {
        writing.write(builder, cache);
        return new BuiltTerm(builder.popMessage(), this);
      } finally {
        cache.close();
      }
    } finally {
      use.readLock().unlock();
    }
  }

  void release(long word) {
    if ((word & 7) != 0) {
      return; // an immediate
    }
    use.readLock().lock();
    try {
      if (isClosed) {
        throw new VmBug("What is built is taken or released before the VM closes.");
      }
      BlockCache cache = pool.newCache();
      TermImage.release(word, cache);
      cache.close();
    } finally {
      use.readLock().unlock();
    }
  }

  /** Waits for those who build, who look now and then whether they are interrupted. */
  @Override
  public void close() {
    use.writeLock().lock();
    isClosed = true;
    use.writeLock().unlock();
  }
}
