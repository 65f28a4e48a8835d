package org.skerry.schedule;

import org.skerry.memory.Memory;
import org.skerry.process.ProcessLayout;

/**
 * Ready processes that belong to no worker yet: those made ready by host threads, and what
 * overflowed a worker's queue. Unbounded without allocation, since the links are a field of the
 * process blocks: a process is in at most one queue at a time.
 *
 * <p>Any thread. One short lock; {@link #isEmpty} reads one word without it.
 */
final class InjectionQueue {
  private static final long NONE = 0;

  /**
   * The links lie where a process that awaits says since when: one that is ready awaits nothing.
   * Cleared on the way out, so that nobody takes an address for a time.
   */
  private static final int NEXT = ProcessLayout.AWAIT_SINCE_NS;

  private final long[] first = new long[Priorities.COUNT];
  private final long[] last = new long[Priorities.COUNT];

  /** Written under the lock, read without. */
  private volatile int size;

  /** Adds a process behind those of the same priority. */
  synchronized void add(long process, int priority) {
    Memory.putLong(process + NEXT, NONE);
    if (first[priority] == NONE) {
      first[priority] = process;
    } else {
      Memory.putLong(last[priority] + NEXT, process);
    }
    last[priority] = process;
    size = size + 1;
  }

  /**
   * Moves up to {@code limit} processes, oldest first, into the caller's queues.
   *
   * @param into the caller's own queues, by priority; what has no room there stays here
   * @return the number moved
   */
  synchronized int moveInto(RunQueue[] into, int limit) {
    int moved = 0;
    for (int priority = 0; priority < Priorities.COUNT; priority++) {
      while (moved < limit && first[priority] != NONE) {
        long process = first[priority];
        long next = Memory.getLong(process + NEXT);
        Memory.putLong(process + NEXT, NONE);
        if (!into[priority].offer(process)) {
          Memory.putLong(process + NEXT, next);
          break;
        }
        first[priority] = next;
        moved++;
      }
    }
    if (moved > 0) {
      size = size - moved;
    }
    return moved;
  }

  boolean isEmpty() {
    return size == 0;
  }

  int size() {
    return size;
  }
}
