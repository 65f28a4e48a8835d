package org.skerry.cli.bench;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What is measured, for programs: a JSON object on a line for each round, and then one for the
 * benchmark. {@link Recording} reads them.
 */
final class JsonReport implements BenchmarkListener {
  private final PrintWriter out;
  private final RunSettings settings;
  private final String version;

  /**
   * A report.
   *
   * @param version of Skerry
   */
  JsonReport(PrintWriter out, RunSettings settings, String version) {
    this.out = out;
    this.settings = settings;
    this.version = version;
  }

  @Override
  public void done(Benchmark benchmark, Round round) {
    print(line(round));
  }

  static JsonLine line(Round round) {
    JsonLine line =
        new JsonLine()
            .add("bench", round.benchmark())
            .add("n", round.size())
            .add("round", round.number())
            .add("warmup", round.isWarmup());
    round.figures().forEach(line::add);
    return line;
  }

  @Override
  public void finished(Summary summary) {
    JsonLine line =
        new JsonLine().add("bench", summary.benchmark().label()).add("n", summary.size());
    for (Map.Entry<String, Statistics> figure : summary.figures().entrySet()) {
      line.add("median_" + figure.getKey(), figure.getValue().median())
          .add("mad_" + figure.getKey(), figure.getValue().deviation())
          .add("min_" + figure.getKey(), figure.getValue().least())
          .add("max_" + figure.getKey(), figure.getValue().greatest());
    }
    if (summary.lateness() != null) {
      for (Percentile percentile : Percentile.values()) {
        line.add(percentile.key(), percentile.of(summary.lateness()));
      }
      line.add("samples", summary.lateness().getTotalCount());
    }
    line.add("op", summary.benchmark().operation())
        .add("rounds", summary.rounds())
        .add("warmup_rounds", summary.warmupRounds())
        .add("workers", settings.workerCount())
        .add("pin", settings.pinning())
        .add("idle", settings.idle())
        .add("jit", settings.jit().name().toLowerCase(Locale.ROOT))
        .add("skerry", version)
        .add("jdk", Runtime.version().toString());
    print(line);
  }

  /** What a comparison came to, a line each. */
  static void compared(List<Change> changes, PrintWriter out) {
    for (Change change : changes) {
      JsonLine line =
          new JsonLine()
              .add("compare", change.benchmark())
              .add("figure", change.figure())
              .add("old", change.from())
              .add("new", change.to());
      if (change.interval() != null) {
        line.add("ratio", change.interval().ratio())
            .add("ratio_low", change.interval().low())
            .add("ratio_high", change.interval().high());
      }
      out.println(line.add("verdict", change.verdict().text()));
    }
    out.flush();
  }

  private void print(JsonLine line) {
    out.println(line);
    out.flush();
  }
}
