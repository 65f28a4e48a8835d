package org.skerry.host;

import java.util.concurrent.locks.LockSupport;

/**
 * What one thread waits for and another gives, once. Any thread may give it; one waits.
 *
 * @param <T> what it is
 */
public final class Reply<T> implements Receiver<T> {
  private final Thread waiter = Thread.currentThread();

  /** Set once; volatile: what was written before is seen by who reads it. */
  private volatile T value;

  /** A reply that the calling thread is going to wait for. */
  public Reply() {}

  @Override
  public void complete(T given) {
    value = given;
    if (Thread.currentThread() != waiter) {
      LockSupport.unpark(waiter);
    }
  }

  /** What was given; null where nothing was yet. */
  public T value() {
    return value;
  }

  /**
   * Waits for it.
   *
   * @param deadlineNs on the clock of {@link System#nanoTime}; {@link Long#MAX_VALUE} for ever
   * @return null where the time was over first
   * @throws InterruptedException if the thread is interrupted first
   */
  public T await(long deadlineNs) throws InterruptedException {
    while (value == null) {
      long leftNs = deadlineNs == Long.MAX_VALUE ? deadlineNs : deadlineNs - System.nanoTime();
      if (leftNs <= 0) {
        return null;
      }
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      LockSupport.parkNanos(this, leftNs);
    }
    return value;
  }
}
