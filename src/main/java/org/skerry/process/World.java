package org.skerry.process;

/**
 * Where time and chance come from. Simulation puts a virtual clock and seeded chance in its place.
 * Any thread.
 */
public interface World {
  /** Monotonic time in nanoseconds, from an arbitrary origin; never 0. */
  long nanoTime();

  /** Nanoseconds since 1970-01-01T00:00:00Z. */
  long wallTimeNs();

  /** Lets whoever is being waited for run, if only for a moment: a step of a loop that spins. */
  default void relax() {
    Thread.onSpinWait();
  }

  /** A seed for a new process's random number generator; differs from call to call. */
  long randomSeed();
}
