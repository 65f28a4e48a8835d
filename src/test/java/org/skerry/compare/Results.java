package org.skerry.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Figures of several rounds, each with one row for each program: a line of date, benchmark, peer,
 * size, time of an operation in ns, and further figures, as the peers' {@code run.sh} writes them.
 */
final class Results {
  private static final int COLUMNS = 6;

  /**
   * One program in one round.
   *
   * @param variant of the peer's program; empty for its plain one
   * @param extra further figures by name
   */
  record Row(
      String date,
      int round,
      String bench,
      Peer peer,
      String variant,
      double nsPerOp,
      Map<String, Double> extra) {}

  /**
   * How one peer answers a question.
   *
   * @param variant the best of its variants
   * @param figure the median over the rounds, in ns or bytes
   * @param ratio Skerry's figure by this one, the median over the rounds that have both
   * @param leastRatio of these rounds
   * @param greatestRatio of these rounds
   */
  record Answer(
      Peer peer,
      String variant,
      double figure,
      double ratio,
      double leastRatio,
      double greatestRatio) {}

  private final List<Row> rows = new ArrayList<>();

  Results(List<Row> rows) {
    this.rows.addAll(rows);
  }

  /** Reads a file of them. What failed is left out. */
  static Results read(Path file) throws IOException {
    List<Row> rows = new ArrayList<>();
    Map<String, Integer> rounds = new HashMap<>();
    for (String line : Files.readAllLines(file)) {
      String[] columns = line.split("\t");
      if (columns.length < COLUMNS || !columns[4].matches("[0-9.]+([eE][-+]?[0-9]+)?")) {
        continue;
      }
      Peer peer = Peer.of(columns[2]);
      if (peer == null) {
        continue;
      }
      int colon = columns[2].indexOf(':');
      rows.add(
          new Row(
              columns[0],
              rounds.merge(columns[1] + " " + columns[2], 1, Integer::sum),
              columns[1],
              peer,
              colon < 0 ? "" : columns[2].substring(colon + 1),
              Double.parseDouble(columns[4]),
              extra(columns[5])));
    }
    return new Results(rows);
  }

  private static Map<String, Double> extra(String text) {
    Map<String, Double> extra = new HashMap<>();
    for (String part : text.split(";")) {
      String[] pair = part.split(":", 2);
      if (pair.length == 2 && pair[1].matches("-?[0-9.]+([eE][-+]?[0-9]+)?")) {
        extra.put(pair[0], Double.parseDouble(pair[1]));
      }
    }
    return extra;
  }

  /** The questions that Skerry's rows do not answer. */
  List<Question> missing() {
    return Arrays.stream(Question.values()).filter(question -> ours(question).length == 0).toList();
  }

  /** How often Skerry's most measured program was run. */
  int rounds() {
    return rows.stream()
        .filter(row -> row.peer() == Peer.SKERRY)
        .mapToInt(Row::round)
        .max()
        .orElse(0);
  }

  /** The day of the last row. */
  String date() {
    return rows.isEmpty() ? "" : rows.getLast().date();
  }

  /** Skerry's figures, a round each; empty where it was not measured. */
  double[] ours(Question question) {
    return figures(question, Peer.SKERRY, ourVariant(question)).values().stream()
        .mapToDouble(each -> each)
        .toArray();
  }

  /** How the peers of a question's group answer it, each with its best variant; in order. */
  List<Answer> answers(Question question) {
    List<Answer> answers = new ArrayList<>();
    Map<Integer, Double> ours = figures(question, Peer.SKERRY, ourVariant(question));
    for (Peer peer : question.group.peers) {
      Answer best = null;
      for (String variant : variants(question, peer)) {
        Answer answer = answer(ours, figures(question, peer, variant), peer, variant);
        if (answer != null && (best == null || answer.figure() < best.figure())) {
          best = answer;
        }
      }
      if (best != null) {
        answers.add(best);
      }
    }
    return answers;
  }

  private static Answer answer(
      Map<Integer, Double> ours, Map<Integer, Double> theirs, Peer peer, String variant) {
    double[] ratios =
        theirs.entrySet().stream()
            .filter(round -> ours.containsKey(round.getKey()) && round.getValue() > 0)
            .mapToDouble(round -> ours.get(round.getKey()) / round.getValue())
            .sorted()
            .toArray();
    if (ratios.length == 0) {
      return null;
    }
    double figure = Numbers.median(theirs.values().stream().mapToDouble(each -> each).toArray());
    return new Answer(
        peer, variant, figure, Numbers.median(ratios), ratios[0], ratios[ratios.length - 1]);
  }

  private Set<String> variants(Question question, Peer peer) {
    Set<String> variants = new LinkedHashSet<>();
    rows.stream()
        .filter(row -> row.peer() == peer && question.isAnsweredBy(row))
        .forEach(row -> variants.add(row.variant()));
    return variants;
  }

  private static String ourVariant(Question question) {
    return question == Question.LIST ? "cons" : "";
  }

  /** Figures of one program by round. */
  private Map<Integer, Double> figures(Question question, Peer peer, String variant) {
    Map<Integer, Double> figures = new HashMap<>();
    for (Row row : rows) {
      if (row.peer() == peer
          && row.variant().equals(variant)
          && question.isAnsweredBy(row)
          && !Double.isNaN(question.figure(row))) {
        figures.put(row.round(), question.figure(row));
      }
    }
    return figures;
  }
}
