package org.skerry.schedule;

/**
 * Processes that became ready in slices of a worker, the youngest first: a small stack that gives
 * up its oldest. Owner thread only; nobody can steal from it. See {@code
 * native-notes/scheduler.md}.
 */
final class RecentProcesses {
  /** What there is when there is nothing. No process has this address. */
  static final long NONE = 0;

  /** Enough for what one process starts at once, and little enough to stay in the cache. */
  static final int CAPACITY = 16;

  private final long[] processes = new long[CAPACITY];
  private int oldest;
  private int size;

  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  boolean isFull() {
    return size == CAPACITY;
  }

  /** Adds the youngest; there is room. */
  void push(long process) {
    assert !isFull() : "the oldest makes room";
    processes[oldest + size++ & CAPACITY - 1] = process;
  }

  /** The youngest, which stays; there is one. */
  long youngest() {
    assert !isEmpty() : "there is one";
    return processes[oldest + size - 1 & CAPACITY - 1];
  }

  /** Takes the youngest, or {@link #NONE}. */
  long takeYoungest() {
    return isEmpty() ? NONE : processes[oldest + --size & CAPACITY - 1];
  }

  /** Takes the oldest, or {@link #NONE}. */
  long takeOldest() {
    if (isEmpty()) {
      return NONE;
    }
    long process = processes[oldest];
    oldest = oldest + 1 & CAPACITY - 1;
    size--;
    return process;
  }
}
