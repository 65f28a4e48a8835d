package org.skerry;

import java.time.Duration;
import org.skerry.process.World;

/** Durations of callers, whatever they are, as times of a VM's clock. */
final class Deadlines {
  /** More than a VM runs, and far from where times of the clock overflow. */
  private static final long MAX_NS = Long.MAX_VALUE / 4;

  private static final Duration MAX = Duration.ofNanos(MAX_NS);

  private Deadlines() {}

  /** In nanoseconds: no less than none, and no more than 73 years. */
  static long ns(Duration duration) {
    return duration.isNegative() ? 0 : duration.compareTo(MAX) > 0 ? MAX_NS : duration.toNanos();
  }

  /** The time on the world's clock when a duration that begins now is over. */
  static long after(World world, Duration duration) {
    return world.nanoTime() + ns(duration);
  }
}
