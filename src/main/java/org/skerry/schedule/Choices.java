package org.skerry.schedule;

/**
 * Every choice that a worker makes and that could have been made otherwise. Threads take {@link
 * Fixed}; simulation and the stress switches put {@link Seeded} in its place, so that both run the
 * very same workers.
 */
abstract class Choices {
  /** How many reductions the next slice gets. */
  abstract int reductions();

  /** Whether a process may begin another slice at once where nothing else is to be done. */
  abstract boolean goesOn();

  /** A slice used all its reductions up, and took about this long. Nothing is done by default. */
  void fullSliceTook(long ns) {}

  /** Where a search for work begins, from 0 to {@code bound - 1}. */
  abstract int victim(int bound);

  /** How many timers are handled before processes run again. */
  abstract int timerBatch();

  /** How many slices may pass before the clock and the injection queue are looked at again. */
  abstract int slicesBetweenLooks();

  /** How often in a row the youngest process may be served while others wait. */
  abstract int recentLimit();

  /** Whether the queues are looked at in another order than usual, this once. */
  abstract boolean shuffleQueues();

  /** The choices of a worker that runs for real. Owner thread only. */
  static final class Fixed extends Choices {
    /**
     * Long enough to make the cost of a switch small, short enough for a thousand a tenth of a
     * second: 20 to 40 µs interpreted.
     */
    static final int REDUCTIONS = 4_000;

    private static final int TIMER_BATCH = 64;
    private static final int SLICES_BETWEEN_LOOKS = 16;
    private static final int RECENT_LIMIT = 16;

    /**
     * Code that the JVM has not compiled yet is up to a hundred times slower, so its slices are cut
     * until they take no longer than this: who sleeps must not feel that others are cold.
     */
    private static final long LONG_SLICE_NS = 200_000;

    private static final int LEAST_REDUCTIONS = 32;

    /** Of a worker's first slice: all code is cold then. */
    private static final int FIRST_REDUCTIONS = 128;

    private final int maxReductions;
    private int reductions;
    private int random;

    Fixed(int worker, int reductions) {
      this.maxReductions = reductions;
      this.reductions = Math.min(reductions, FIRST_REDUCTIONS);
      this.random = worker + 1;
    }

    @Override
    int reductions() {
      return reductions;
    }

    @Override
    boolean goesOn() {
      return true;
    }

    @Override
    void fullSliceTook(long ns) {
      if (ns > LONG_SLICE_NS) {
        reductions = Math.min(maxReductions, Math.max(LEAST_REDUCTIONS, reductions / 2));
      } else if (ns < LONG_SLICE_NS / 2 && reductions < maxReductions) {
        reductions = Math.min(maxReductions, reductions + reductions / 4 + 1);
      }
    }

    @Override
    int victim(int bound) {
      // Xorshift: victims differ from search to search and from worker to worker, that is all.
      random ^= random << 13;
      random ^= random >>> 17;
      random ^= random << 5;
      return Integer.remainderUnsigned(random, bound);
    }

    @Override
    int timerBatch() {
      return TIMER_BATCH;
    }

    @Override
    int slicesBetweenLooks() {
      return SLICES_BETWEEN_LOOKS;
    }

    @Override
    int recentLimit() {
      return RECENT_LIMIT;
    }

    @Override
    boolean shuffleQueues() {
      return false;
    }
  }

  /** All from one generator. */
  static final class Seeded extends Choices {
    private final SeededRandom random;
    private final int maxReductions;

    /**
     * @param maxReductions the longest slice; 1 suspends at every safepoint
     */
    Seeded(SeededRandom random, int maxReductions) {
      this.random = random;
      this.maxReductions = maxReductions;
    }

    @Override
    int reductions() {
      // Mostly short, since short slices are what interleaves; now and then a full one.
      int bits = random.below(Integer.SIZE - Integer.numberOfLeadingZeros(maxReductions)) + 1;
      return 1 + random.below(Math.min(maxReductions, 1 << bits));
    }

    /** Never: each slice is a choice that might be made otherwise. */
    @Override
    boolean goesOn() {
      return false;
    }

    @Override
    int victim(int bound) {
      return random.below(bound);
    }

    @Override
    int timerBatch() {
      return 1 + random.below(8);
    }

    @Override
    int slicesBetweenLooks() {
      return random.below(4);
    }

    @Override
    int recentLimit() {
      return random.below(4);
    }

    @Override
    boolean shuffleQueues() {
      return random.below(8) == 0;
    }
  }
}
