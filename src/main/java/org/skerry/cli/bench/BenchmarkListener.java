package org.skerry.cli.bench;

import java.util.List;

/** Hears of rounds as they are done. The thread that runs the benchmarks. */
interface BenchmarkListener {
  /**
   * A round begins.
   *
   * @param number from 1
   * @param count how many of its kind, warm-up or not, are planned
   */
  default void starting(Benchmark benchmark, boolean isWarmup, int number, int count) {}

  /** A round is done. */
  default void done(Benchmark benchmark, Round round) {}

  /** All rounds of a benchmark are done. */
  default void finished(Summary summary) {}

  /** Hears with several ears. */
  static BenchmarkListener of(List<BenchmarkListener> listeners) {
    return new BenchmarkListener() {
      @Override
      public void starting(Benchmark benchmark, boolean isWarmup, int number, int count) {
        listeners.forEach(each -> each.starting(benchmark, isWarmup, number, count));
      }

      @Override
      public void done(Benchmark benchmark, Round round) {
        listeners.forEach(each -> each.done(benchmark, round));
      }

      @Override
      public void finished(Summary summary) {
        listeners.forEach(each -> each.finished(summary));
      }
    };
  }
}
