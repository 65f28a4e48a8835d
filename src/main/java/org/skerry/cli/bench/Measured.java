package org.skerry.cli.bench;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.HdrHistogram.Histogram;

/**
 * What a round gives, read from the text of the term: {@code {ns, operations, result}}, and for
 * lateness an {@code i64[]} more, in ns.
 *
 * @param ns the program's own time
 * @param operations how many it did in that
 * @param result what came out
 * @param lateness of each wake-up; null where there is none
 */
record Measured(long ns, long operations, String result, Histogram lateness) {
  private static final Pattern FORM =
      Pattern.compile("\\{(\\d+), (\\d+), (.*?)(?:, i64\\[([-\\d ]*)])?}", Pattern.DOTALL);

  /**
   * Reads it.
   *
   * @return null where it has another form
   */
  static Measured parse(String term, boolean hasLateness) {
    Matcher matcher = FORM.matcher(term);
    if (!matcher.matches() || hasLateness != (matcher.group(4) != null)) {
      return null;
    }
    return new Measured(
        Long.parseLong(matcher.group(1)),
        Long.parseLong(matcher.group(2)),
        matcher.group(3),
        hasLateness ? histogram(matcher.group(4)) : null);
  }

  private static Histogram histogram(String numbers) {
    Histogram histogram = Percentile.newHistogram();
    for (String number : numbers.strip().split(" +")) {
      if (!number.isEmpty()) {
        Percentile.record(Long.parseLong(number), histogram);
      }
    }
    return histogram;
  }
}
