package org.skerry.cli.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Says on stderr what is being done: on a terminal in one line that is written again and again, and
 * gone at the end; elsewhere in a line for each benchmark.
 */
final class Progress implements BenchmarkListener {
  private static final String TO_START_AND_CLEAR = "\r\u001b[K";

  private final PrintWriter err;
  private final boolean isTerminal;
  private final int benchmarks;
  private int begun;
  private Benchmark current;
  private String last = "";

  /**
   * Tells of a run.
   *
   * @param isTerminal whether a line can be written again
   * @param benchmarks how many will be run
   */
  Progress(PrintWriter err, boolean isTerminal, int benchmarks) {
    this.err = err;
    this.isTerminal = isTerminal;
    this.benchmarks = benchmarks;
  }

  /** Whether stderr is a terminal that can go back in a line. False where the system hides it. */
  static boolean isTerminal() {
    if ("dumb".equals(System.getenv("TERM"))) {
      return false;
    }
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException | UnsupportedOperationException notLinux) {
      return System.console() != null && System.console().isTerminal();
    }
  }

  @Override
  public void starting(Benchmark benchmark, boolean isWarmup, int number, int count) {
    boolean isNew = benchmark != current;
    if (isNew) {
      current = benchmark;
      begun++;
      last = "";
    }
    String place = "[%d/%d] %s".formatted(begun, benchmarks, benchmark.label());
    if (isTerminal) {
      String kind = isWarmup ? "warm-up" : "round";
      err.print(TO_START_AND_CLEAR + "%s: %s %d/%d%s".formatted(place, kind, number, count, last));
      err.flush();
    } else if (isNew) {
      err.println(place);
      err.flush();
    }
  }

  @Override
  public void done(Benchmark benchmark, Round round) {
    last =
        ", %s %s".formatted(Figures.time(round.figures().get(Round.NS_PER_OP)), benchmark.unit());
  }

  @Override
  public void finished(Summary summary) {
    clear();
  }

  /** Leaves an empty line to whoever writes next. */
  void clear() {
    if (isTerminal) {
      err.print(TO_START_AND_CLEAR);
      err.flush();
    }
  }
}
