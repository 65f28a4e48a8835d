package org.skerry.cli.bench;

import java.io.PrintWriter;
import java.util.List;

/**
 * Runs benchmarks, tells of them, and compares what was recorded. One thread, but for {@link
 * #interrupt}.
 */
public final class BenchmarkSuite implements BenchmarkListener {
  private final Progress progress;
  private final BenchmarkRun run;
  private final Recording recording = new Recording();

  /**
   * A suite that has not run yet.
   *
   * @param out for what is measured
   * @param err for progress
   * @param isJson whether programs or people read what is measured
   * @param version of Skerry, for the record
   * @param count how many benchmarks will be run
   */
  public BenchmarkSuite(
      RunSettings settings,
      PrintWriter out,
      PrintWriter err,
      boolean isJson,
      String version,
      int count) {
    progress = new Progress(err, Progress.isTerminal(), count);
    BenchmarkListener report =
        isJson ? new JsonReport(out, settings, version) : new TextReport(out);
    run = new BenchmarkRun(settings, BenchmarkListener.of(List.of(progress, report, this)));
  }

  /**
   * Runs one benchmark, and prints what it gives.
   *
   * @throws BenchmarkFailure if a round fails, gives what is wrong, or is interrupted
   */
  public void run(Benchmark benchmark) throws BenchmarkFailure, InterruptedException {
    try {
      run.run(benchmark);
    } finally {
      progress.clear();
    }
  }

  /** Ends the round in progress, and the run with it. Any thread. */
  public void interrupt() {
    run.interrupt();
  }

  /** What was measured so far. */
  public Recording recording() {
    return recording;
  }

  @Override
  public void done(Benchmark benchmark, Round round) {
    recording.add(round);
  }

  @Override
  public void finished(Summary summary) {
    recording.endRun(summary.benchmark().label());
  }

  /**
   * Prints what has changed.
   *
   * @return whether some figure is worse, by more than the noise
   */
  public static boolean compare(Recording from, Recording to, PrintWriter out, boolean isJson) {
    List<Change> changes = Comparison.of(from, to);
    if (isJson) {
      JsonReport.compared(changes, out);
    } else {
      TextReport.compared(changes, Comparison.isByRuns(from, to), out);
    }
    return changes.stream().anyMatch(change -> change.verdict() == Change.Verdict.WORSE);
  }
}
