package org.skerry.assembly;

import java.util.Collection;

/** Finds the word that someone may have meant. */
public final class Suggestions {
  /** Longer words are not compared: nobody misspells them. */
  private static final int MAX_LENGTH = 64;

  /** Among more words none is looked for: an error must not take seconds. */
  private static final int MAX_WORDS = 20_000;

  /** Who writes so many characters of a word, and no more, means the word. */
  private static final int MIN_PREFIX = 3;

  private Suggestions() {}

  /** {@code "; did you mean w?"} for the nearest word, or nothing where none is near. */
  public static String hint(String word, Collection<String> words) {
    return hint(word, words, "");
  }

  /** As {@link #hint(String, Collection)}, with something before the word. */
  static String hint(String word, Collection<String> words, String prefix) {
    String nearest = nearest(word, words);
    return nearest == null ? "" : "; did you mean " + prefix + nearest + "?";
  }

  private static String nearest(String word, Collection<String> words) {
    if (word.length() > MAX_LENGTH || words.size() > MAX_WORDS) {
      return null;
    }
    String nearest = null;
    int least = Math.max(1, word.length() / 3) + 1;
    for (String candidate : words) {
      if (word.length() >= MIN_PREFIX && candidate.startsWith(word)) {
        return candidate;
      }
      if (Math.abs(candidate.length() - word.length()) < least) {
        int distance = distance(word, candidate);
        if (distance < least) {
          least = distance;
          nearest = candidate;
        }
      }
    }
    return nearest;
  }

  /** Insertions, deletions, replacements and swaps of neighbours that lead from a to b. */
  private static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        boolean same = a.charAt(i - 1) == b.charAt(j - 1);
        int best =
            Math.min(Math.min(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + (same ? 0 : 1));
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          best = Math.min(best, d[i - 2][j - 2] + 1);
        }
        d[i][j] = best;
      }
    }
    return d[a.length()][b.length()];
  }
}
