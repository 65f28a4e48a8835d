package org.skerry.process;

/**
 * How long a thread stays away from a word that another one works on. Where the two meet once that
 * is a moment; where they meet again and again each has turns that become longer, and the line of
 * the cache that they fight for changes hands seldom. One thread.
 */
public final class Turns {
  private static final int LEAST = 16;

  /** Some 20 microseconds: thousands of operations of whoever has the line. */
  private static final int MOST = 512;

  /** Meetings that are closer than that belong together: a few of the longest turns. */
  private static final long TOGETHER_NS = 200_000;

  private int pauses = LEAST;
  private long lastNs;

  /**
   * The length of the next turn of the other, in {@link Thread#onSpinWait}s.
   *
   * @param nowNs by the world's clock
   */
  public int next(long nowNs) {
    pauses = nowNs - lastNs > TOGETHER_NS ? LEAST : Math.min(2 * pauses, MOST);
    lastNs = nowNs;
    return pauses;
  }
}
