package org.skerry.cli.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What {@link JsonReport} wrote, perhaps several times one behind the other: the rounds that count
 * of each benchmark, by run. One thread.
 */
public final class Recording {
  /** Figures by round, of one run of a benchmark at one size. */
  record Run(long size, List<Map<String, Double>> rounds) {}

  /** A line that is not from {@code skerry bench --json}. */
  public static final class UnreadableException extends Exception {
    private static final long serialVersionUID = 1L;

    UnreadableException(String message) {
      super(message, null, false, false);
    }
  }

  private final Map<String, List<Run>> runs = new LinkedHashMap<>();

  /** The run of each benchmark whose summary has not come yet. */
  private final Map<String, Run> open = new TreeMap<>();

  /** Nothing recorded yet. */
  Recording() {}

  /**
   * Reads lines.
   *
   * @param name of the file, for errors
   * @throws UnreadableException if one is not of a benchmark, or there is none
   */
  public static Recording read(String name, String text) throws UnreadableException {
    Recording recording = new Recording();
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      if (!line.isBlank() && !recording.add(JsonLine.parse(line))) {
        throw new UnreadableException(
            name + ":" + number + ": not a line of skerry bench --json: " + shortened(line));
      }
    }
    if (recording.runs.isEmpty()) {
      throw new UnreadableException(name + ": no round of a benchmark in it");
    }
    return recording;
  }

  private static String shortened(String line) {
    String printable = line.replaceAll("\\p{Cntrl}", "?");
    return printable.length() <= 60 ? printable : printable.substring(0, 60) + "…";
  }

  /** Adds a round that is being measured. */
  void add(Round round) {
    if (!round.isWarmup()) {
      add(round.benchmark(), round.size(), round.figures());
    }
  }

  /** The rounds of a benchmark that follow belong to another run. */
  void endRun(String benchmark) {
    open.remove(benchmark);
  }

  private boolean add(Map<String, Object> line) {
    if (line == null) {
      return false;
    }
    if (line.containsKey("compare")) {
      return true;
    }
    if (!(line.get("bench") instanceof String benchmark) || !(line.get("n") instanceof Double n)) {
      return false;
    }
    if (!line.containsKey("round")) {
      endRun(benchmark);
      return line.containsKey("median_" + Round.NS_PER_OP);
    }
    Map<String, Double> figures = new LinkedHashMap<>();
    line.forEach((key, value) -> {
      if (value instanceof Double figure && !key.equals("n") && !key.equals("round")) {
        figures.put(key, figure);
      }
    });
    if (!Boolean.TRUE.equals(line.get("warmup"))) {
      add(benchmark, n.longValue(), figures);
    }
    return figures.containsKey(Round.NS_PER_OP);
  }

  private void add(String benchmark, long size, Map<String, Double> figures) {
    Run run = open.get(benchmark);
    if (run == null || run.size() != size) {
      run = new Run(size, new ArrayList<>());
      open.put(benchmark, run);
      runs.computeIfAbsent(benchmark, unused -> new ArrayList<>()).add(run);
    }
    run.rounds().add(figures);
  }

  /** The benchmarks in it, in the order of their first rounds. */
  List<String> benchmarks() {
    return List.copyOf(runs.keySet());
  }

  /** All runs of a benchmark; none where there is none. */
  List<Run> runs(String benchmark) {
    return runs.getOrDefault(benchmark, List.of());
  }
}
