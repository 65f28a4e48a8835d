package org.skerry.schedule;

import java.util.concurrent.atomic.AtomicLong;
import org.skerry.memory.Memory;

/**
 * Who is parked and how many search: one atomic word, so that making a process ready costs one
 * fence and one read while nobody is parked or somebody searches already.
 *
 * <p>Whoever adds work to a queue calls {@link #toWake} afterwards; whoever parks as the last
 * searcher looks through all queues once more afterwards. Both are a write, a full fence and a
 * read, so at least one of the two sees the other. See {@code native-notes/scheduler.md}.
 *
 * <p>Any thread.
 */
final class IdleWorkers {
  /** What {@link #toWake} returns when nobody has to be woken. */
  static final int NOBODY = -1;

  private static final long ONE_PARKED = 1;
  private static final long ONE_SEARCHING = 1L << 32;

  private final int workers;

  /** {@code searching:32 | parked:32}. The parked half changes only under the lock. */
  private final AtomicLong state = new AtomicLong();

  /** Under the lock: indices of the parked workers, the one that parked last on top. */
  private final int[] parked;

  private int parkedCount;

  IdleWorkers(int workers) {
    this.workers = workers;
    this.parked = new int[workers];
  }

  private static int searching(long state) {
    return (int) (state >>> 32);
  }

  private static int parked(long state) {
    return (int) state;
  }

  /** Lets the caller look for work at others, unless half of those awake do so already. */
  boolean tryStartSearching() {
    long now;
    do {
      now = state.get();
      if (2 * searching(now) >= workers - parked(now)) {
        return false;
      }
    } while (!state.compareAndSet(now, now + ONE_SEARCHING));
    return true;
  }

  /**
   * The caller has found work.
   *
   * @return whether nobody searches any more, so that the caller has to wake one more worker
   */
  boolean stopSearching() {
    return searching(state.getAndAdd(-ONE_SEARCHING)) == 1;
  }

  /**
   * To be called after work was added where others can take it.
   *
   * @return a worker that the caller must unpark, which counts as searching from now on, or {@link
   *     #NOBODY}
   */
  int toWake() {
    // Pairs with the read-modify-write in park: either we see the parked, or they see the work. Not
    // a read-modify-write itself, so that the word's cache line stays shared.
    Memory.fullFence();
    if (!isWakeNeeded(state.getOpaque())) {
      return NOBODY;
    }
    synchronized (this) {
      if (!isWakeNeeded(state.get())) {
        return NOBODY;
      }
      state.getAndAdd(ONE_SEARCHING - ONE_PARKED);
      return parked[--parkedCount];
    }
  }

  private static boolean isWakeNeeded(long state) {
    return searching(state) == 0 && parked(state) > 0;
  }

  /**
   * Announces that the caller is about to park.
   *
   * @return whether it was the last to search, so that it has to look through all queues once more
   */
  synchronized boolean park(int worker, boolean wasSearching) {
    parked[parkedCount++] = worker;
    long before = state.getAndAdd(ONE_PARKED - (wasSearching ? ONE_SEARCHING : 0));
    return wasSearching && searching(before) == 1;
  }

  /**
   * The caller goes on by itself.
   *
   * @return false where somebody has woken it meanwhile, so that it counts as searching
   */
  synchronized boolean unparkSelf(int worker) {
    for (int i = 0; i < parkedCount; i++) {
      if (parked[i] == worker) {
        System.arraycopy(parked, i + 1, parked, i, --parkedCount - i);
        state.getAndAdd(-ONE_PARKED);
        return true;
      }
    }
    return false;
  }

  /** Whether nobody has woken the worker since it announced that it parks. */
  synchronized boolean isParked(int worker) {
    for (int i = 0; i < parkedCount; i++) {
      if (parked[i] == worker) {
        return true;
      }
    }
    return false;
  }

  /** Whether any worker is searching or parked; it may have changed already. */
  boolean isAny() {
    return state.getOpaque() != 0;
  }

  int searchingCount() {
    return searching(state.get());
  }

  int parkedCount() {
    return parked(state.get());
  }
}
