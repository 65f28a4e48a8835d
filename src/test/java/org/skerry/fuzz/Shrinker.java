package org.skerry.fuzz;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;

/**
 * Takes lines out of a program for as long as it keeps what makes it interesting: many at a time
 * first, then one by one, then a {@code try} with its {@code catch}. What is no program any more is
 * simply not interesting, so nothing here knows the language.
 */
final class Shrinker {
  private static final int MAX_ROUNDS = 8;

  private final Predicate<String> interesting;
  private final long endNs;
  private List<String> lines;

  private Shrinker(String text, Predicate<String> interesting, long maxNs) {
    this.interesting = interesting;
    endNs = System.nanoTime() + maxNs;
    lines = new ArrayList<>(text.lines().toList());
  }

  /**
   * The smallest text that was found.
   *
   * @param text is interesting
   * @param maxNs time after which what has been found so far is good enough
   */
  static String shrink(String text, Predicate<String> interesting, long maxNs) {
    Shrinker shrinker = new Shrinker(text, interesting, maxNs);
    shrinker.shrink();
    return String.join("\n", shrinker.lines) + "\n";
  }

  private void shrink() {
    for (int round = 0; round < MAX_ROUNDS; round++) {
      int before = lines.size();
      functions();
      for (int count = lines.size() / 2; count > 0; count /= 2) {
        chunks(count);
      }
      handlers();
      if (lines.size() == before || isLate()) {
        return;
      }
    }
  }

  private boolean isLate() {
    return System.nanoTime() > endNs;
  }

  private boolean keep(List<String> candidate) {
    if (isLate() || !interesting.test(String.join("\n", candidate) + "\n")) {
      return false;
    }
    lines = candidate;
    return true;
  }

  private void chunks(int count) {
    for (int end = lines.size(); end > 0; end -= count) {
      int from = Math.max(0, end - count);
      int to = Math.min(end, lines.size());
      if (from < to) {
        List<String> candidate = new ArrayList<>(lines.subList(0, from));
        candidate.addAll(lines.subList(to, lines.size()));
        keep(candidate);
      }
    }
  }

  /** Each function as a whole, the last first. */
  private void functions() {
    for (int end = lines.size() - 1; end >= 0; end--) {
      if (end < lines.size() && lines.get(end).equals("end")) {
        int start = end;
        while (start > 0 && !lines.get(start).contains("function ")) {
          start--;
        }
        List<String> candidate = new ArrayList<>(lines.subList(0, start));
        candidate.addAll(lines.subList(end + 1, lines.size()));
        keep(candidate);
      }
    }
  }

  /** Each {@code try} and its {@code catch}; what is between them stays. */
  private void handlers() {
    for (int line = 0; line < lines.size(); line++) {
      if (lines.get(line).strip().equals("try")) {
        int other = catchOf(line);
        if (other > 0) {
          List<String> candidate = new ArrayList<>(lines);
          candidate.remove(other);
          candidate.remove(line);
          keep(candidate);
        }
      }
    }
  }

  private int catchOf(int tryLine) {
    Deque<Integer> open = new ArrayDeque<>();
    for (int line = tryLine; line < lines.size(); line++) {
      String text = lines.get(line).strip();
      if (text.equals("try")) {
        open.push(line);
      } else if (text.startsWith("catch ") && open.pop() == tryLine) {
        return line;
      }
    }
    return -1;
  }
}
