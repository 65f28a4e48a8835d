package org.skerry.schedule;

import org.skerry.process.World;

/**
 * A clock that moves only as the simulation moves it, and chance from one seed. For one {@link
 * Simulation}; its thread only.
 */
public final class SimulatedWorld implements World {
  /** Some moment, the same in every run: 2030-01-01T00:00:00Z. */
  private static final long START_WALL_NS = 1_893_456_000_000_000_000L;

  private static final long START_NS = 1_000_000_000;

  private final SeededRandom random;
  private long nowNs = START_NS;

  /** Time and chance that the seed determines altogether. */
  public SimulatedWorld(long seed) {
    random = new SeededRandom(SeededRandom.mix(seed));
  }

  SeededRandom random() {
    return random;
  }

  @Override
  public long nanoTime() {
    return nowNs;
  }

  @Override
  public long wallTimeNs() {
    return START_WALL_NS + nowNs - START_NS;
  }

  @Override
  public long randomSeed() {
    return random.next();
  }

  void advance(long ns) {
    nowNs += ns;
  }

  void advanceTo(long timeNs) {
    nowNs = Math.max(nowNs, timeNs);
  }
}
