package org.skerry.schedule;

import java.util.Arrays;
import org.skerry.memory.Memory;

/**
 * A hierarchical wheel over timers that lie off-heap: {@value #LEVELS} levels of 64 buckets, each
 * bucket a doubly linked list through the timers themselves, each level with a bit per occupied
 * bucket. Scheduling and taking off are O(1) whatever the number of timers and however many share a
 * deadline; empty buckets cost nothing.
 *
 * <p>A timer lies at the level of the highest group of six bits in which its tick differs from the
 * current one, and comes down a level each time the clock enters its bucket.
 *
 * <p>Never early: a deadline is rounded up to a tick, the clock down. Owner thread only. See {@code
 * native-notes/timers.md}.
 */
final class TimerWheel {
  /** What {@link #nextDeadlineNs} returns when there is no timer. */
  static final long NEVER = Long.MAX_VALUE;

  /** A tick is 2^12 ns, about 4 µs: well below what parking a thread can resolve. */
  static final int TICK_SHIFT = 12;

  private static final int BUCKET_BITS = 6;
  private static final int BUCKETS = 1 << BUCKET_BITS;
  private static final int BUCKET_MASK = BUCKETS - 1;

  /** Enough for every positive 64-bit time. */
  static final int LEVELS = (63 - TICK_SHIFT + BUCKET_BITS - 1) / BUCKET_BITS;

  static final int NO_BUCKET = -1;
  private static final long NONE = 0;
  private static final long TICK_MASK = (1L << TICK_SHIFT) - 1;

  /** What happens to a timer whose time has come; it is off the wheel by then. */
  @FunctionalInterface
  interface Expiry {
    void expired(long timer);
  }

  private final long startNs;
  private final long[] first = new long[LEVELS * BUCKETS];
  private final long[] last = new long[LEVELS * BUCKETS];
  private final long[] occupied = new long[LEVELS];

  /** Every tick before this one is over. */
  private long currentTick;

  /** The bucket that the clock has entered but that is not yet emptied, or {@link #NO_BUCKET}. */
  private int descending = NO_BUCKET;

  private long count;

  TimerWheel(long startNs) {
    this.startNs = startNs;
  }

  long count() {
    return count;
  }

  /** Puts a timer on the wheel by its deadline field. */
  void schedule(long timer) {
    insert(timer);
    count++;
  }

  /** Takes a timer off; false where it was not on the wheel. */
  boolean remove(long timer) {
    int bucket = Memory.getInt(timer + TimerLayout.BUCKET);
    if (bucket == NO_BUCKET) {
      return false;
    }
    long next = Memory.getLong(timer + TimerLayout.NEXT);
    long previous = Memory.getLong(timer + TimerLayout.PREVIOUS);
    if (previous != NONE) {
      Memory.putLong(previous + TimerLayout.NEXT, next);
    } else {
      first[bucket] = next;
      if (next == NONE) {
        occupied[bucket >> BUCKET_BITS] &= ~(1L << bucket);
      }
    }
    if (next != NONE) {
      Memory.putLong(next + TimerLayout.PREVIOUS, previous);
    } else {
      last[bucket] = previous;
    }
    Memory.putInt(timer + TimerLayout.BUCKET, NO_BUCKET);
    count--;
    return true;
  }

  private void insert(long timer) {
    long tick = Math.max(tickOf(Memory.getLong(timer + TimerLayout.DEADLINE_NS)), currentTick);
    int level = levelOf(tick);
    int bucket = level << BUCKET_BITS | (int) (tick >>> level * BUCKET_BITS) & BUCKET_MASK;
    long previous = last[bucket]; // at the end: of two with one deadline, the older expires first
    Memory.putLong(timer + TimerLayout.NEXT, NONE);
    Memory.putLong(timer + TimerLayout.PREVIOUS, previous);
    Memory.putInt(timer + TimerLayout.BUCKET, bucket);
    if (previous != NONE) {
      Memory.putLong(previous + TimerLayout.NEXT, timer);
    } else {
      first[bucket] = timer;
      occupied[level] |= 1L << bucket;
    }
    last[bucket] = timer;
  }

  /** The first tick that begins at or after the deadline. */
  private long tickOf(long deadlineNs) {
    long delayNs = deadlineNs - startNs;
    if (delayNs <= 0 || deadlineNs <= startNs) {
      // Both: the difference of a far future and a negative start overflows.
      return deadlineNs <= startNs ? 0 : Long.MAX_VALUE >>> TICK_SHIFT;
    }
    return (delayNs >>> TICK_SHIFT) + ((delayNs & TICK_MASK) == 0 ? 0 : 1);
  }

  private int levelOf(long tick) {
    long differing = tick ^ currentTick | 1;
    return (63 - Long.numberOfLeadingZeros(differing)) / BUCKET_BITS;
  }

  /**
   * Expires timers whose deadline is not after {@code nowNs}, earliest tick first.
   *
   * @param limit bounds the work: each timer that expires or comes down a level counts
   * @return the work done; equal to {@code limit} where more may be due
   */
  int poll(long nowNs, int limit, Expiry expiry) {
    long nowTick = Math.max(nowNs - startNs, 0) >>> TICK_SHIFT;
    int work = 0;
    while (work < limit) {
      int bucket = descending != NO_BUCKET ? descending : nextBucket();
      if (bucket == NO_BUCKET) {
        currentTick = Math.max(currentTick, nowTick);
        break;
      }
      long tick = tickOf(bucket);
      if (tick > nowTick) {
        currentTick = Math.max(currentTick, nowTick);
        break;
      }
      currentTick = Math.max(currentTick, tick);
      work +=
          bucket < BUCKETS ? expire(bucket, limit - work, expiry) : descend(bucket, limit - work);
    }
    return work;
  }

  private int expire(int bucket, int limit, Expiry expiry) {
    int work = 0;
    while (work < limit && first[bucket] != NONE) {
      long timer = first[bucket];
      remove(timer);
      expiry.expired(timer);
      work++;
    }
    return work;
  }

  /** Brings a bucket's timers down to the levels below, now that the clock is in it. */
  private int descend(int bucket, int limit) {
    descending = bucket;
    int work = 0;
    while (work < limit && first[bucket] != NONE) {
      long timer = first[bucket];
      remove(timer);
      schedule(timer);
      work++;
    }
    if (first[bucket] == NONE) {
      descending = NO_BUCKET;
    }
    return Math.max(work, 1);
  }

  /** The bucket whose time comes first, or {@link #NO_BUCKET}. */
  private int nextBucket() {
    for (int level = 0; level < LEVELS; level++) {
      if (occupied[level] != 0) {
        // All occupied buckets of a level lie in the current turn of it, none before the clock.
        return level << BUCKET_BITS | Long.numberOfTrailingZeros(occupied[level]);
      }
    }
    return NO_BUCKET;
  }

  /** The first tick of a bucket in the current turn of its level. */
  private long tickOf(int bucket) {
    int shift = (bucket >> BUCKET_BITS) * BUCKET_BITS;
    long turn = shift + BUCKET_BITS >= Long.SIZE ? 0 : -1L << (shift + BUCKET_BITS);
    return currentTick & turn | (long) (bucket & BUCKET_MASK) << shift;
  }

  /**
   * When {@link #poll} has work next: not later than the earliest deadline's tick, possibly
   * earlier.
   *
   * @return a time in ns, or {@link #NEVER}
   */
  long nextDeadlineNs() {
    int bucket = descending != NO_BUCKET ? descending : nextBucket();
    return bucket == NO_BUCKET ? NEVER : startNs + (tickOf(bucket) << TICK_SHIFT);
  }

  /** Hands every timer to {@code action} and leaves the wheel empty. */
  void clear(Expiry action) {
    for (int bucket = 0; bucket < first.length; bucket++) {
      while (first[bucket] != NONE) {
        long timer = first[bucket];
        remove(timer);
        action.expired(timer);
      }
    }
    Arrays.fill(occupied, 0);
    descending = NO_BUCKET;
  }
}
