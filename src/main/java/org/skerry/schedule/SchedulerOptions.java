package org.skerry.schedule;

import java.util.Objects;

/**
 * How a VM schedules.
 *
 * @param workers how many run at once; from 1 to {@link #MAX_WORKERS}
 * @param idle what a worker without work does
 * @param pinning to which cores workers are bound
 * @param reductions length of a slice; positive
 */
public record SchedulerOptions(int workers, IdleMode idle, Pinning pinning, int reductions) {
  /** What a timer's handle has room for, with one place kept for host threads. */
  public static final int MAX_WORKERS = (1 << TimerHandle.WORKER_BITS) - 1;

  /** One worker a core, hybrid idling, no pinning. */
  public static final SchedulerOptions DEFAULT =
      new SchedulerOptions(
          Math.min(Runtime.getRuntime().availableProcessors(), MAX_WORKERS),
          IdleMode.HYBRID,
          Pinning.NONE,
          Choices.Fixed.REDUCTIONS);

  /**
   * @throws IllegalArgumentException where a number is out of its range
   */
  public SchedulerOptions {
    Objects.requireNonNull(idle, "idle");
    Objects.requireNonNull(pinning, "pinning");
    if (workers < 1 || workers > MAX_WORKERS) {
      throw new IllegalArgumentException(
          "workers must be from 1 to " + MAX_WORKERS + ": " + workers);
    }
    if (reductions < 1) {
      throw new IllegalArgumentException("reductions must be positive: " + reductions);
    }
  }

  /** These, but for one. */
  public SchedulerOptions withWorkers(int count) {
    return new SchedulerOptions(count, idle, pinning, reductions);
  }

  /** These, but for one. */
  public SchedulerOptions withIdle(IdleMode mode) {
    return new SchedulerOptions(workers, mode, pinning, reductions);
  }

  /** These, but for one. */
  public SchedulerOptions withPinning(Pinning cores) {
    return new SchedulerOptions(workers, idle, cores, reductions);
  }

  /** These, but for one. */
  public SchedulerOptions withReductions(int count) {
    return new SchedulerOptions(workers, idle, pinning, count);
  }
}
