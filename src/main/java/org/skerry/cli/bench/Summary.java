package org.skerry.cli.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What the rounds of a benchmark that count gave together.
 *
 * @param size of the work
 * @param rounds how many counted
 * @param warmupRounds how many did not
 * @param figures of each kind of figure the middle and the spread
 * @param lateness of all wake-ups of these rounds, in ns; null where that is not measured
 */
record Summary(
    Benchmark benchmark,
    long size,
    int rounds,
    int warmupRounds,
    Map<String, Statistics> figures,
    Histogram lateness) {
  /**
   * Sums up.
   *
   * @param rounds at least one that counts
   */
  static Summary of(Benchmark benchmark, List<Round> rounds) {
    List<Round> counted = rounds.stream().filter(round -> !round.isWarmup()).toList();
    Map<String, Statistics> figures = new LinkedHashMap<>();
    for (String key : counted.getFirst().figures().keySet()) {
      figures.put(
          key,
          Statistics.of(counted.stream().mapToDouble(round -> round.figures().get(key)).toArray()));
    }
    Histogram lateness = null;
    if (benchmark.measure().hasLateness()) {
      lateness = Percentile.newHistogram();
      for (Round round : counted) {
        lateness.add(round.lateness());
      }
    }
    return new Summary(
        benchmark,
        counted.getFirst().size(),
        counted.size(),
        rounds.size() - counted.size(),
        figures,
        lateness);
  }
}
