package org.skerry.memory;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Makes chosen allocations of a pool fail as they would at the cap, so that tests can fail each
 * allocation of an operation in turn. Heeded in checked mode only; unchecked code does not look.
 *
 * <p>Any thread; allocations are numbered over all caches of the pool.
 */
public final class AllocationFailures {
  private final AtomicLong allocations = new AtomicLong();
  private volatile long first = Long.MAX_VALUE;
  private volatile long last = Long.MAX_VALUE;

  AllocationFailures() {}

  /** How many allocations were asked for so far, those that failed included. */
  public long allocations() {
    return allocations.get();
  }

  /** Makes the {@code n}-th allocation from now on fail, where 1 is the next, and no other. */
  public void failOnce(long n) {
    fail(n, n);
  }

  /** Makes the {@code n}-th allocation from now on fail, where 1 is the next, and all after it. */
  public void failFrom(long n) {
    fail(n, Long.MAX_VALUE);
  }

  /** No allocation fails any more. */
  public void none() {
    first = Long.MAX_VALUE;
    last = Long.MAX_VALUE;
  }

  private void fail(long from, long to) {
    if (from < 1) {
      throw new IllegalArgumentException("Allocations are counted from 1: n=" + from);
    }
    long now = allocations.get();
    last = to == Long.MAX_VALUE ? to : now + to;
    first = now + from;
  }

  boolean next() {
    long number = allocations.incrementAndGet();
    return number >= first && number <= last;
  }
}
