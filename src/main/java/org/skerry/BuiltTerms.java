package org.skerry;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.skerry.host.Courtesy;
import org.skerry.memory.BlockCache;
import org.skerry.memory.MemoryPool;
import org.skerry.memory.VmBug;
import org.skerry.term.Atoms;
import org.skerry.term.TermBuilder;
import org.skerry.term.TermImage;
import org.skerry.term.TermImages;
import org.skerry.term.TermReader;
import org.skerry.term.TermScratch;
import org.skerry.term.TermValue;

/**
 * Makes terms of what functions give on their own threads: what is large takes no time of a worker
 * then, and no more memory than the VM may have. Any thread.
 */
final class BuiltTerms implements AutoCloseable {
  /** So many parts, each of so many characters or bytes, are no matter for a worker. */
  private static final int SMALL_PARTS = 16;

  private static final int SMALL_LENGTH = 1 << 10;

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

  /** Images that somebody is going to read, where he comes to it. */
  private final Set<Long> kept = ConcurrentHashMap.newKeySet();

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

  /**
   * What is small enough for a worker stays as it is, a value; all else is built here.
   *
   * @throws CancellationException if the VM has closed, or nobody waits any more
   * @throws org.skerry.term.TermError where there is no memory for it
   */
  Object ofLarge(Object value) {
    return isSmall(value)
        ? value
        : build((builder, cache) -> TermImages.push(value, builder, Courtesy::pause));
  }

  private static boolean isSmall(Object value) {
    return switch (value) {
      case Map<?, ?> map ->
          map.size() <= SMALL_PARTS
              && map.entrySet().stream()
                  .allMatch(entry -> isSmallLeaf(entry.getKey()) && isSmallLeaf(entry.getValue()));
      case Collection<?> list ->
          list.size() <= SMALL_PARTS && list.stream().allMatch(BuiltTerms::isSmallLeaf);
      case TermValue.Tuple tuple -> isSmall(tuple.elements());
      case null, default -> isSmallLeaf(value);
    };
  }

  private static boolean isSmallLeaf(Object value) {
    return switch (value) {
      case Map<?, ?> map -> map.isEmpty();
      case Collection<?> list -> list.isEmpty();
      case TermValue.Tuple tuple -> tuple.elements().isEmpty();
      case TermValue.ImproperList list -> false;
      case CharSequence text -> text.length() <= SMALL_LENGTH;
      case byte[] bytes -> bytes.length <= SMALL_LENGTH;
      case null, default -> true;
    };
  }

  /** Keeps an image, until it is read or discarded, or this is closed. */
  long keep(long image) {
    kept.add(image);
    return image;
  }

  /**
   * The value of an image that was kept; it is freed.
   *
   * @throws CancellationException if the VM has closed
   * @throws org.skerry.term.TermError where there is no memory to read it
   */
  Object read(long image) {
    use.readLock().lock();
    try {
      if (!kept.remove(image)) {
        throw new CancellationException("The VM is closed.");
      }
      BlockCache cache = pool.newCache();
      try (TermScratch scratch = new TermScratch(cache, atoms)) {
        return TermReader.readImage(image, scratch);
      } finally {
        TermImage.release(image, cache);
        cache.close();
      }
    } finally {
      use.readLock().unlock();
    }
  }

  /** Frees an image that was kept and that nobody reads. */
  void discard(long image) {
    use.readLock().lock();
    try {
      if (kept.remove(image)) {
        free(image);
      }
    } finally {
      use.readLock().unlock();
    }
  }

  private void free(long image) {
    BlockCache cache = pool.newCache();
    TermImage.release(image, cache);
    cache.close();
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
      free(word);
    } finally {
      use.readLock().unlock();
    }
  }

  /** Waits for those who build, who look now and then whether they are interrupted. */
  @Override
  public void close() {
    use.writeLock().lock();
    isClosed = true;
    kept.forEach(this::free);
    kept.clear();
    use.writeLock().unlock();
  }
}
