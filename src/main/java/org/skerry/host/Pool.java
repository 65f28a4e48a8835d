package org.skerry.host;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Things that any thread uses for a moment, each one thread at a time; there are as many as were
 * ever used at once, up to a bound. No lock: two exchanges a use.
 *
 * @param <T> what they are
 */
public final class Pool<T> {
  private static final int PLACES = 64;
  private static final int CLOSED = 1 << 30;

  private final AtomicReferenceArray<T> idle = new AtomicReferenceArray<>(PLACES);
  private final AtomicInteger users = new AtomicInteger();
  private final Supplier<T> maker;
  private final Consumer<T> closer;
  private final Supplier<IllegalStateException> closed;

  /**
   * @param maker makes one more, for the calling thread
   * @param closer frees one that nobody uses
   * @param closed what is thrown once the pool is closed
   */
  public Pool(Supplier<T> maker, Consumer<T> closer, Supplier<IllegalStateException> closed) {
    this.maker = maker;
    this.closer = closer;
    this.closed = closed;
  }

  /**
   * One for the calling thread, until {@link #giveBack}.
   *
   * @throws IllegalStateException if the pool is closed
   */
  public T borrow() {
    if (users.incrementAndGet() >= CLOSED) {
      users.decrementAndGet();
      throw closed.get();
    }
    int home = (int) Thread.currentThread().threadId();
    for (int i = 0; i < PLACES; i++) {
      int place = home + i & PLACES - 1;
      if (idle.getPlain(place) != null) {
        T found = idle.getAndSet(place, null);
        if (found != null) {
          return found;
        }
      }
    }
    try {
      return maker.get();
    } catch (RuntimeException | Error e) {
      users.decrementAndGet();
      throw e;
    }
  }

  /** Gives back what {@link #borrow} gave. */
  public void giveBack(T used) {
    int home = (int) Thread.currentThread().threadId();
    for (int i = 0; i < PLACES; i++) {
      if (idle.compareAndSet(home + i & PLACES - 1, null, used)) {
        users.decrementAndGet();
        return;
      }
    }
    closer.accept(used);
    users.decrementAndGet();
  }

  /** Refuses everybody from now on, waits for those that have one, and frees all. Once. */
  public void close() {
    users.addAndGet(CLOSED);
    while (users.get() != CLOSED) {
      Thread.yield();
    }
    for (int place = 0; place < PLACES; place++) {
      T left = idle.getAndSet(place, null);
      if (left != null) {
        closer.accept(left);
      }
    }
  }
}
