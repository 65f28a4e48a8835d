package org.skerry.cli.bench;

import java.util.Objects;

/**
 * What a figure of a benchmark was, and what it is now.
 *
 * @param benchmark its name
 * @param figure as in JSON
 * @param from median before; NaN where there is none
 * @param to median now
 * @param interval by what factor it changed; null where it cannot be said
 */
record Change(
    String benchmark,
    String figure,
    double from,
    double to,
    RatioInterval interval,
    Verdict verdict) {
  /** What a change comes to. Less is better in every figure. */
  enum Verdict {
    BETTER("better"),
    WORSE("worse"),
    SAME("no change beyond the noise"),
    OPEN("cannot be told from these rounds"),
    OTHER_SIZE("of another size before"),
    NEW("not measured before");

    private final String text;

    Verdict(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }
  }

  Change {
    Objects.requireNonNull(verdict, "verdict");
  }
}
