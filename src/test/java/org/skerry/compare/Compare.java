package org.skerry.compare;

import java.io.BufferedReader;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Runs Skerry and the peers in turn, and writes what came out into the page on performance: what
 * {@code scripts/compare} does. Needs nothing but the JDK: it is run from its source.
 */
public final class Compare {
  private static final int DEFAULT_ROUNDS = 3;
  private static final int USAGE = 2;
  private static final String SVG = "performance.svg";

  private final Path top;
  private final Path skerry;
  private final Path results;

  /**
   * A comparison.
   *
   * @param top of the repository
   * @param skerry the launcher
   * @param results where rows are written to
   */
  Compare(Path top, Path skerry, Path results) {
    this.top = top;
    this.skerry = skerry;
    this.results = results;
  }

  /**
   * Runs it, and ends the JVM with the exit status.
   *
   * @param args the top of the repository, then what the user gave
   */
  public static void main(String[] args) throws Exception {
    Path top = Path.of(args[0]);
    Path results = top.resolve("target/compare.tsv");
    Compare compare = new Compare(top, top.resolve("scripts/skerry"), results);
    System.exit(compare.run(Arrays.asList(args).subList(1, args.length)));
  }

  int run(List<String> args) throws IOException, InterruptedException {
    if (args.size() == 2 && args.getFirst().equals("--table")) {
      write(Results.read(Path.of(args.get(1))));
      return 0;
    }
    if (args.isEmpty() || args.getFirst().startsWith("-")) {
      return usage("usage: scripts/compare PEERS_DIR [ROUNDS] [NAME…] or --table RESULTS.tsv");
    }
    Path peers = Path.of(args.getFirst()).toAbsolutePath();
    if (!Files.isExecutable(peers.resolve("run.sh"))) {
      return usage("no run.sh of the peers in " + args.getFirst());
    }
    boolean hasRounds = args.size() > 1 && args.get(1).matches("[1-9][0-9]{0,3}");
    int rounds = hasRounds ? Integer.parseInt(args.get(1)) : DEFAULT_ROUNDS;
    Set<String> names = new LinkedHashSet<>();
    for (String name : args.subList(hasRounds ? 2 : 1, args.size())) {
      Set<String> meant = names(name);
      if (meant.isEmpty()) {
        return usage("no such benchmark: " + name + "; there are cpu, messages, " + all());
      }
      names.addAll(meant);
    }
    if (names.isEmpty()) {
      names.addAll(names(""));
    }
    measure(peers, rounds, names);
    return 0;
  }

  private static int usage(String message) {
    System.err.println("compare: " + message);
    return USAGE;
  }

  /** The benchmarks that a word means: one, all variants of one, a group, or, if empty, all. */
  private static Set<String> names(String word) {
    return Arrays.stream(Question.values())
        .filter(question ->
            word.isEmpty()
                || question.name.equals(word)
                || question.name.startsWith(word + ":")
                || question.group.name().toLowerCase(Locale.ROOT).equals(word))
        .map(question -> question.name)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private static String all() {
    return String.join(", ", names(""));
  }

  private void measure(Path peers, int rounds, Set<String> names)
      throws IOException, InterruptedException {
    keepOthers(names);
    for (int round = 1; round <= rounds; round++) {
      Set<String> benches = new LinkedHashSet<>();
      for (String name : names) {
        System.err.printf("round %d of %d: %s%n", round, rounds, name);
        if (name.equals(Starts.NAME)) {
          starts(peers);
          continue;
        }
        ours(name);
        // Both kinds of big messages are one benchmark of the peers.
        String bench = bench(name);
        if (benches.add(bench)) {
          theirs(peers, bench);
        }
      }
      // After each round, so that what is measured is not lost with what is not.
      write(Results.read(results));
    }
  }

  private void starts(Path peers) throws IOException, InterruptedException {
    for (Map.Entry<String, Double> start : Starts.measure(top, skerry, peers).entrySet()) {
      append(
          "%s\t%s\t%s\t1\t%s\t-"
              .formatted(LocalDate.now(), Starts.NAME, start.getKey(), plain(start.getValue())));
    }
  }

  private void append(String row) throws IOException {
    System.err.println(row);
    Files.writeString(results, row + "\n", StandardOpenOption.APPEND);
  }

  /** Leaves rows of benchmarks that are not measured now: their ratios are right as they are. */
  private void keepOthers(Set<String> names) throws IOException {
    Set<String> benches = names.stream().map(Compare::bench).collect(Collectors.toSet());
    List<String> kept = new ArrayList<>();
    if (Files.exists(results)) {
      for (String line : Files.readAllLines(results)) {
        String[] columns = line.split("\t");
        if (columns.length > 1 && !benches.contains(columns[1])) {
          kept.add(line);
        }
      }
    }
    Files.createDirectories(results.getParent());
    Files.write(results, kept);
  }

  private static String bench(String name) {
    return Arrays.stream(Question.values())
        .filter(question -> question.name.equals(name))
        .findFirst()
        .orElseThrow()
        .bench;
  }

  private void ours(String name) throws IOException, InterruptedException {
    List<String> command = List.of(skerry.toString(), "bench", name, "--json", "--budget=20s");
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try (BufferedReader lines = process.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.contains("\"median_ns_per_op\":")) {
          append(row(name, line));
        }
      }
    }
    if (process.waitFor() != 0) {
      System.err.println("skerry bench " + name + " failed: exit status " + process.exitValue());
    }
  }

  /** The summary of {@code skerry bench --json} as a row like those of the peers. */
  static String row(String name, String summary) {
    double nsPerOp = number(summary, "median_ns_per_op");
    double n = number(summary, "n");
    List<String> extra = new ArrayList<>();
    for (String percentile : List.of("p50", "p99", "max")) {
      double ns = number(summary, "median_" + percentile + "_ns");
      if (!Double.isNaN(ns)) {
        extra.add(percentile + "_us:" + plain(ns / 1e3));
      }
    }
    if (name.equals("timers")) {
      extra.add("wall_ms:" + plain(nsPerOp * n / 1e6));
    }
    double bytes = number(summary, "median_bytes_per_process");
    if (!Double.isNaN(bytes)) {
      extra.add("bytes_per_proc:" + plain(bytes));
    }
    extra.add("rounds:" + plain(number(summary, "rounds")));
    extra.add("min:" + plain(number(summary, "min_ns_per_op")));
    extra.add("max:" + plain(number(summary, "max_ns_per_op")));
    String peer = name.equals("bigmsg:list") ? "skerry:cons" : "skerry";
    return String.join(
        "\t",
        LocalDate.now().toString(),
        bench(name),
        peer,
        plain(n),
        plain(nsPerOp),
        String.join(";", extra));
  }

  private static double number(String json, String key) {
    Matcher matcher = Pattern.compile("\"" + key + "\":([-0-9.eE]+)").matcher(json);
    return matcher.find() ? Double.parseDouble(matcher.group(1)) : Double.NaN;
  }

  private static String plain(double value) {
    return new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
  }

  private void theirs(Path peers, String bench) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder("./run.sh", bench).directory(peers.toFile());
    builder.environment().putAll(Map.of("RESULTS", results.toString(), "PASSES", "1"));
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    Process process = builder.start();
    try (BufferedReader lines = process.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        System.err.println(line);
      }
    }
    if (process.waitFor() != 0) {
      System.err.println("run.sh " + bench + " failed: exit status " + process.exitValue());
    }
  }

  /** Writes the page, or, where something is missing, only shows the tables. */
  private void write(Results measured) throws IOException {
    String missing =
        measured.missing().stream()
            .map(question -> question.name)
            .distinct()
            .collect(Collectors.joining(", "));
    if (!missing.isEmpty()) {
      System.out.println(Table.of(measured));
      System.err.println("page and picture are left as they are: not measured: " + missing);
      return;
    }
    Path page = top.resolve("native-notes/performance.md");
    String text =
        """
        %s

        %s![Figures of other runtimes by Skerry's](%s)

        """
            .formatted(
                Machine.describe(measured.date(), measured.rounds()), Table.of(measured), SVG);
    Page.replace(page, text);
    Files.writeString(page.resolveSibling(SVG), Chart.of(measured));
    System.err.println("wrote native-notes/performance.md and " + SVG);
  }
}
