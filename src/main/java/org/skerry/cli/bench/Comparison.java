package org.skerry.cli.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which figures have changed by more than the noise: those whose {@link RatioInterval} leaves 1
 * out. Compared are the medians of runs, where both sides have enough of them for that: two starts
 * of the same JVM differ by more than the rounds of one. Otherwise the rounds of all runs are.
 */
final class Comparison {
  /** So many on both sides, and the interval may be closed. */
  static final int MIN_RUNS = 5;

  /** What is compared, of all that is measured. */
  private static final List<String> FIGURES =
      List.of(
          Round.NS_PER_OP,
          Percentile.P99.key(),
          Round.BYTES_PER_PROCESS,
          Round.USED_BYTES_PER_PROCESS);

  private Comparison() {}

  /** What has become of each figure of the new recording, in its order. */
  static List<Change> of(Recording from, Recording to) {
    List<Change> changes = new ArrayList<>();
    for (String benchmark : to.benchmarks()) {
      List<Recording.Run> now = to.runs(benchmark);
      long size = now.getLast().size();
      List<Recording.Run> before = from.runs(benchmark);
      List<Recording.Run> sameBefore = ofSize(size, before);
      for (String figure : figures(now.getLast())) {
        double[] toFigures = figures(ofSize(size, now), figure, sameBefore.size());
        double[] fromFigures = figures(sameBefore, figure, ofSize(size, now).size());
        changes.add(change(benchmark, figure, fromFigures, toFigures, !before.isEmpty()));
      }
    }
    return changes;
  }

  /** Whether both sides have enough runs of each benchmark that both have. */
  static boolean isByRuns(Recording from, Recording to) {
    return to.benchmarks().stream()
        .filter(from.benchmarks()::contains)
        .allMatch(benchmark ->
            Math.min(from.runs(benchmark).size(), to.runs(benchmark).size()) >= MIN_RUNS);
  }

  private static List<String> figures(Recording.Run run) {
    List<String> measured = FIGURES.stream().filter(run.rounds().getFirst()::containsKey).toList();
    // Fairness gives its p99 as the time of an operation.
    boolean isDouble =
        measured.contains(Percentile.P99.key())
            && run.rounds().stream()
                .allMatch(
                    round -> round.get(Round.NS_PER_OP).equals(round.get(Percentile.P99.key())));
    return isDouble
        ? measured.stream().filter(figure -> !figure.equals(Percentile.P99.key())).toList()
        : measured;
  }

  private static List<Recording.Run> ofSize(long size, List<Recording.Run> runs) {
    return runs.stream().filter(run -> run.size() == size).toList();
  }

  /** What is compared: a figure for each run, or, where runs are few, for each round. */
  private static double[] figures(List<Recording.Run> runs, String figure, int otherRuns) {
    Stream<double[]> byRun =
        runs.stream()
            .map(run ->
                run.rounds().stream()
                    .filter(round -> round.containsKey(figure))
                    .mapToDouble(round -> round.get(figure))
                    .toArray())
            .filter(rounds -> rounds.length > 0);
    return Math.min(runs.size(), otherRuns) >= MIN_RUNS
        ? byRun.mapToDouble(Statistics::median).toArray()
        : byRun.flatMapToDouble(Arrays::stream).toArray();
  }

  private static Change change(
      String benchmark, String figure, double[] from, double[] to, boolean wasMeasured) {
    double now = Statistics.median(to);
    if (from.length == 0) {
      Change.Verdict verdict = wasMeasured ? Change.Verdict.OTHER_SIZE : Change.Verdict.NEW;
      return new Change(benchmark, figure, Double.NaN, now, null, verdict);
    }
    double before = Statistics.median(from);
    if (!isPositive(from) || !isPositive(to)) {
      return new Change(benchmark, figure, before, now, null, Change.Verdict.OPEN);
    }
    RatioInterval interval = RatioInterval.of(from, to);
    Change.Verdict verdict =
        interval.isOpen()
            ? Change.Verdict.OPEN
            : interval.low() > 1
                ? Change.Verdict.WORSE
                : interval.high() < 1 ? Change.Verdict.BETTER : Change.Verdict.SAME;
    return new Change(benchmark, figure, before, now, interval, verdict);
  }

  private static boolean isPositive(double[] figures) {
    return Arrays.stream(figures).allMatch(figure -> figure > 0);
  }
}
