package org.skerry.compare;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Results as tables of Markdown. */
final class Table {
  private Table() {}

  /** A table for each group that has figures; a cell is the ratio and their own figure. */
  static String of(Results results) {
    StringBuilder text = new StringBuilder();
    for (Question.Group group : Question.Group.values()) {
      List<Question> questions =
          Arrays.stream(Question.values())
              .filter(question -> question.group == group && results.ours(question).length > 0)
              .toList();
      if (!questions.isEmpty()) {
        head(group, text);
        questions.forEach(question -> row(question, results, text));
        text.append('\n');
      }
    }
    return text.toString();
  }

  private static void head(Question.Group group, StringBuilder text) {
    text.append("| ").append(group.title).append(" | Skerry (range) | by the best |");
    group.peers.forEach(peer -> text.append(' ').append(peer.title).append(" |"));
    text.append("\n|---|---:|---:|").append("---:|".repeat(group.peers.size())).append('\n');
  }

  private static void row(Question question, Results results, StringBuilder text) {
    double[] ours = results.ours(question);
    List<Results.Answer> answers = results.answers(question);
    text.append("| ").append(question.title).append(" | ");
    text.append(question.shown(Numbers.median(ours)));
    if (ours.length > 1) {
      double least = Arrays.stream(ours).min().orElseThrow();
      double greatest = Arrays.stream(ours).max().orElseThrow();
      text.append(" (" + Numbers.range(question.shown(least), question.shown(greatest)) + ")");
    }
    text.append(" | ");
    answers.stream()
        .min(Comparator.comparingDouble(Results.Answer::figure))
        .ifPresent(best -> text.append("**" + Numbers.ratio(best.ratio()) + "** "));
    text.append('|');
    for (Peer peer : question.group.peers) {
      Optional<Results.Answer> answer =
          answers.stream().filter(each -> each.peer() == peer).findFirst();
      text.append(' ').append(answer.map(each -> cell(question, each)).orElse("")).append(" |");
    }
    text.append('\n');
  }

  private static String cell(Question question, Results.Answer answer) {
    String variant =
        answer.variant().isEmpty() || answer.variant().equals("cons")
            ? ""
            : ", " + answer.variant();
    return Numbers.ratio(answer.ratio()) + " (" + question.shown(answer.figure()) + variant + ")";
  }
}
