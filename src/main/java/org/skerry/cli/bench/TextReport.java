package org.skerry.cli.bench;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What is measured, for people: some lines for each benchmark, as soon as it is done. */
final class TextReport implements BenchmarkListener {
  private static final String ROW = "%-13s %10s  %-24s %7s  %s";
  private static final String DETAIL = " ".repeat(26) + "%s";

  private final PrintWriter out;
  private boolean hasHead;

  TextReport(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void finished(Summary summary) {
    if (!hasHead) {
      line(ROW, "benchmark", "n", "median", "± MAD", "least … greatest (rounds)");
      hasHead = true;
    }
    Statistics time = summary.figures().get(Round.NS_PER_OP);
    line(
        ROW,
        summary.benchmark().label(),
        Figures.count(summary.size()),
        Figures.time(time.median()) + " " + summary.benchmark().unit(),
        summary.rounds() == 1 ? "" : Figures.percent(time.deviation(), time.median()),
        "%s … %s (%d)"
            .formatted(
                Figures.time(time.least()), Figures.time(time.greatest()), summary.rounds()));
    if (summary.lateness() != null) {
      String percentiles =
          Stream.of(Percentile.values())
              .map(percentile ->
                  percentile.label() + " " + Figures.time(percentile.of(summary.lateness())))
              .collect(Collectors.joining(", "));
      line(DETAIL, "late by " + percentiles);
    }
    memory(summary, Round.BYTES_PER_PROCESS, "resident");
    memory(summary, Round.USED_BYTES_PER_PROCESS, "used, by the VM's count");
    out.flush();
  }

  private void memory(Summary summary, String figure, String what) {
    Statistics bytes = summary.figures().get(figure);
    if (bytes != null) {
      line(
          DETAIL,
          "%s bytes a process %s (%s … %s)"
              .formatted(
                  Figures.whole(bytes.median()),
                  what,
                  Figures.whole(bytes.least()),
                  Figures.whole(bytes.greatest())));
    }
  }

  /**
   * What a comparison came to.
   *
   * @param isByRuns whether runs were compared, and not the rounds of few runs
   */
  static void compared(List<Change> changes, boolean isByRuns, PrintWriter out) {
    List<String[]> rows = new ArrayList<>();
    rows.add(new String[] {"benchmark", "figure", "old", "new", "new / old", "99 % interval", ""});
    for (Change change : changes) {
      RatioInterval interval = change.interval();
      rows.add(
          new String[] {
            change.benchmark(),
            change.figure(),
            Double.isNaN(change.from()) ? "" : shown(change.figure(), change.from()),
            shown(change.figure(), change.to()),
            interval == null ? "" : Figures.number(interval.ratio()),
            interval == null || interval.isOpen()
                ? ""
                : Figures.number(interval.low()) + " … " + Figures.number(interval.high()),
            change.verdict().text()
          });
    }
    out.println();
    table(rows, out);
    if (!isByRuns) {
      out.println(
          "Rounds were compared. Starts of the JVM differ, too: with "
              + Comparison.MIN_RUNS
              + " runs in each file, runs are.");
    }
    out.flush();
  }

  private static String shown(String figure, double value) {
    return figure.contains("bytes") ? Figures.whole(value) : Figures.time(value);
  }

  /** The first two columns and the last to the left, the others to the right. */
  private static void table(List<String[]> rows, PrintWriter out) {
    int columns = rows.getFirst().length;
    int[] widths = new int[columns];
    for (String[] row : rows) {
      for (int column = 0; column < columns; column++) {
        widths[column] = Math.max(widths[column], row[column].length());
      }
    }
    for (String[] row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < columns; column++) {
        boolean isLeft = column < 2 || column == columns - 1;
        String form = "%" + (isLeft ? "-" : "") + widths[column] + "s";
        line.append(column == 0 ? "" : "  ").append(form.formatted(row[column]));
      }
      out.println(line.toString().stripTrailing());
    }
  }

  private void line(String form, Object... values) {
    out.println(form.formatted(values).stripTrailing());
  }
}
