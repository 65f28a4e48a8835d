package org.skerry.compare;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Results as a picture (SVG): for each question a line, on it a mark for each runtime, at how many
 * times Skerry's figure its own is. It brings its own background and colours, for light and dark
 * pages, and tells runtimes apart by shape too.
 */
final class Chart {
  private static final int WIDTH = 860;
  private static final int LEFT = 210;
  private static final int RIGHT = 30;
  private static final int ROW = 26;
  private static final int HEAD = 74;
  private static final int GROUP = 86;

  /** What is farther is drawn at the edge: the rest would have no room. */
  private static final double FARTHEST = 100;

  /** Between the marks of two peers, so that none hides another. */
  private static final int APART = 2;

  private static final double[] STEPS = {1, 2, 5};

  private final Results results;
  private final StringBuilder svg = new StringBuilder();

  /** The scale of the panel being drawn. */
  private double least;

  private double greatest;

  private Chart(Results results) {
    this.results = results;
  }

  static String of(Results results) {
    return new Chart(results).draw();
  }

  private String draw() {
    int height = HEAD + 10;
    for (Question.Group group : Question.Group.values()) {
      int rows = questions(group).size();
      height += rows == 0 ? 0 : GROUP + rows * ROW;
    }
    line(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\""
            + " role=\"img\" font-family=\"system-ui, sans-serif\" font-size=\"13\">",
        WIDTH, height, WIDTH, height);
    line("<title>Figures of other runtimes by Skerry's</title>");
    style();
    line("<rect class=\"page\" width=\"%d\" height=\"%d\"/>", WIDTH, height);
    text(20, 28, "title", "start", "How many times Skerry’s figure the others’ are");
    text(
        20,
        48,
        "text",
        "start",
        "Time or bytes: right of the line at 1 Skerry is ahead. Logarithmic; bars span the rounds;"
            + " what is farther is at the edge.");
    int y = HEAD;
    for (Question.Group group : Question.Group.values()) {
      List<Question> questions = questions(group);
      if (!questions.isEmpty()) {
        y = panel(group, questions, y);
      }
    }
    line("</svg>");
    return svg.toString();
  }

  private List<Question> questions(Question.Group group) {
    return Arrays.stream(Question.values())
        .filter(question -> question.group == group && !results.answers(question).isEmpty())
        .toList();
  }

  private void style() {
    StringBuilder light =
        new StringBuilder(
            ".page{fill:#ffffff}.text{fill:#1f2328}"
                + ".title{fill:#1f2328;font-size:16px;font-weight:600}"
                + ".grid{stroke:#d8dee4}.one{stroke:#1f2328;stroke-width:1.5}");
    StringBuilder dark =
        new StringBuilder(
            ".page{fill:#0d1117}.text,.title{fill:#e6edf3}"
                + ".grid{stroke:#30363d}.one{stroke:#e6edf3}");
    for (Peer peer : Peer.values()) {
      String rule = ".%s{fill:%s;stroke:%s}";
      light.append(rule.formatted(peer.key, peer.lightColour, peer.lightColour));
      dark.append(rule.formatted(peer.key, peer.darkColour, peer.darkColour));
    }
    line("<style>%s@media (prefers-color-scheme:dark){%s}</style>", light, dark);
  }

  /** One group: its name and legend, the scale, and a line for each question. */
  private int panel(Question.Group group, List<Question> questions, int top) {
    scale(questions);
    text(20, top + 14, "title", "start", group.title);
    int step = (WIDTH - LEFT) / group.peers.size();
    for (int i = 0; i < group.peers.size(); i++) {
      Peer peer = group.peers.get(i);
      mark(peer, LEFT + 5 + i * step, top + 34);
      text(LEFT + 15 + i * step, top + 38, "text", "start", peer.title);
    }
    int first = top + 76;
    int last = first + (questions.size() - 1) * ROW;
    for (double tick : ticks()) {
      String kind = tick == 1 ? "one" : "grid";
      line(
          "<line class=\"%s\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>",
          kind, x(tick), x(tick), first - 12, last + 12);
      text(x(tick), first - 16, "text", "middle", label(tick) + "×");
    }
    for (int i = 0; i < questions.size(); i++) {
      question(questions.get(i), first + i * ROW);
    }
    return top + GROUP + questions.size() * ROW;
  }

  private void question(Question question, int y) {
    text(LEFT - 14, y + 4, "text", "end", question.title);
    line(
        "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\"/>",
        LEFT, WIDTH - RIGHT, y, y);
    List<Peer> peers = question.group.peers;
    for (Results.Answer answer : results.answers(question)) {
      double at = y + APART * (peers.indexOf(answer.peer()) - (peers.size() - 1) / 2.0);
      line(
          "<g class=\"%s\"><title>%s: %s %s, Skerry %s</title>",
          answer.peer().key,
          question.title,
          answer.peer().title,
          question.shown(answer.figure()),
          question.shown(Numbers.median(results.ours(question))));
      line(
          "<line stroke-width=\"2\" opacity=\"0.5\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\""
              + " y2=\"%.1f\"/>",
          x(1 / answer.greatestRatio()), x(1 / answer.leastRatio()), at, at);
      mark(answer.peer(), x(1 / answer.ratio()), at);
      line("</g>");
    }
  }

  private void scale(List<Question> questions) {
    least = 0.5;
    greatest = 2;
    for (Question question : questions) {
      for (Results.Answer answer : results.answers(question)) {
        least = Math.min(least, 1 / answer.greatestRatio());
        greatest = Math.max(greatest, 1 / answer.leastRatio());
      }
    }
    least = Math.max(least, 1 / FARTHEST) / 1.15;
    greatest = Math.min(greatest, FARTHEST) * 1.15;
  }

  private static String label(double tick) {
    return BigDecimal.valueOf(tick).stripTrailingZeros().toPlainString();
  }

  private List<Double> ticks() {
    List<Double> ticks = new ArrayList<>();
    for (int power = -6; power <= 6; power++) {
      for (double step : STEPS) {
        double tick = new BigDecimal(step).scaleByPowerOfTen(power).doubleValue();
        if (tick >= least && tick <= greatest) {
          ticks.add(tick);
        }
      }
    }
    return ticks;
  }

  private double x(double times) {
    double span = Math.log(greatest) - Math.log(least);
    double drawn = Math.clamp(times, least, greatest);
    return LEFT + (Math.log(drawn) - Math.log(least)) / span * (WIDTH - LEFT - RIGHT);
  }

  /** A shape of the runtime's own. */
  private void mark(Peer peer, double x, double y) {
    String shape =
        switch (peer) {
          case SKERRY, TOKIO, JAVA -> "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"4.5\"/>";
          case GO -> "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"8\" height=\"8\"/>";
          case ERLANG -> "<path class=\"%s\" d=\"M%.1f %.1fm0 -5.5l5.5 5.5l-5.5 5.5l-5.5 -5.5z\"/>";
          case LOOM, C -> "<path class=\"%s\" d=\"M%.1f %.1fm0 -5l5 9h-10z\"/>";
          case PEKKO, LUAJIT -> "<path class=\"%s\" d=\"M%.1f %.1fm0 5l5 -9h-10z\"/>";
          case LUA ->
              "<path class=\"%s\" stroke-width=\"2.5\" d=\"M%.1f %.1fm-4 -4l8 8m0 -8l-8 8\"/>";
        };
    double shift = peer == Peer.GO ? 4 : 0;
    line(shape, peer.key, x - shift, y - shift);
  }

  private void text(double x, double y, String kind, String anchor, String text) {
    line(
        "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>",
        kind, x, y, anchor, text);
  }

  private void line(String form, Object... values) {
    svg.append(String.format(Locale.ROOT, form, values)).append('\n');
  }
}
