package org.skerry.regex;

import java.util.ArrayDeque;
import java.util.Deque;
import org.skerry.regex.RegexFailure.Kind;

/**
 * How large a program a pattern becomes, told from its text: the library writes each repetition
 * out, so that 25 characters can take more memory than there is. Never too low for a pattern that
 * the library takes. One thread.
 */
final class PatternSize {
  /** The largest program, about its instructions. */
  static final int MAX = 10_000;

  /** How deep groups may be in each other: the library recurses. */
  static final int MAX_DEPTH = 200;

  private final String pattern;
  private final Deque<Long> outer = new ArrayDeque<>();
  private int at;

  /** Of the group so far; and in that, of what a repetition would repeat. */
  private long group;

  private long atom;

  private PatternSize(String pattern) {
    this.pattern = pattern;
  }

  /** Does nothing for a pattern that becomes a program of a moderate size. */
  static void check(String pattern) throws RegexFailure {
    if (pattern.length() > MAX) {
      throw new RegexFailure(Kind.TOO_LARGE, "a pattern of more than 10_000 characters");
    }
    new PatternSize(pattern).measure();
  }

  private void measure() throws RegexFailure {
    while (at < pattern.length()) {
      char c = pattern.charAt(at++);
      switch (c) {
        case '\\' -> escape();
        case '[' -> characterClass();
        case '(' -> {
          outer.push(group);
          group = 2;
          atom = 0;
        }
        case ')' -> {
          atom = group;
          group += outer.isEmpty() ? 0 : outer.pop();
        }
        case '{' -> repetition();
        default -> add(c == '*' || c == '+' || c == '?' ? 0 : 1);
      }
      if (group > MAX || outer.size() > MAX_DEPTH) {
        throw new RegexFailure(
            Kind.TOO_LARGE,
            group > MAX
                ? "a pattern that says more than 10_000 times what may come"
                : "groups more than 200 deep in each other");
      }
    }
  }

  /** A part of the pattern; with none, what was before is repeated and may be so again. */
  private void add(long size) {
    if (size > 0) {
      // Two: what stands for it, and what chooses whether to go past it.
      atom = 2 * size;
      group += atom;
    }
  }

  private void escape() {
    if (at >= pattern.length()) {
      return;
    }
    char c = pattern.charAt(at++);
    if (c == 'Q') {
      int end = pattern.indexOf("\\E", at);
      int length = (end < 0 ? pattern.length() : end) - at;
      add(Math.max(1, length));
      at = end < 0 ? pattern.length() : end + 2;
      return;
    }
    if ((c == 'p' || c == 'P' || c == 'x') && at < pattern.length() && pattern.charAt(at) == '{') {
      int end = pattern.indexOf('}', at);
      at = end < 0 ? pattern.length() : end + 1;
    }
    add(1);
  }

  private void characterClass() {
    if (at < pattern.length() && pattern.charAt(at) == '^') {
      at++;
    }
    boolean isFirst = true;
    while (at < pattern.length()) {
      char c = pattern.charAt(at++);
      if (c == ']' && !isFirst) {
        break;
      }
      isFirst = false;
      int named = c == '[' && pattern.startsWith(":", at) ? pattern.indexOf(":]", at + 1) : -1;
      if (named >= 0) {
        at = named + 2;
      } else if (c == '\\') {
        at++;
      }
    }
    at = Math.min(at, pattern.length());
    add(1);
  }

  /** What looks like one and is none counts as one: that is only more. */
  private void repetition() {
    int end = pattern.indexOf('}', at);
    long most = end < 0 ? 1 : most(pattern.substring(at, end));
    long before = atom;
    atom = before * Math.max(1, Math.min(most, MAX + 1));
    group += atom - before;
    if (most < 0) {
      add(1);
    }
  }

  /** The larger number of a repetition; -1 where it is none. */
  private static long most(String numbers) {
    if (!numbers.matches("\\d{1,9}(,\\d{0,9})?")) {
      return numbers.matches("\\d+(,\\d*)?") ? MAX + 1 : -1;
    }
    long most = 1;
    for (String number : numbers.split(",")) {
      most = Math.max(most, Long.parseLong(number) + 1);
    }
    return most;
  }
}
