package org.skerry.assembly;

/** Ends the reading of a line; the assembler notes it and goes on behind the line. */
final class Mistake extends RuntimeException {
  private static final long serialVersionUID = 1L;

  final int start;
  final int end;

  /** A line that is wrong only because of one that has been reported: nobody hears of it. */
  static Mistake consequence(int start, int end) {
    return new Mistake(start, end, null);
  }

  /** Whether it only follows from another mistake. */
  boolean isConsequence() {
    return getMessage() == null;
  }

  /**
   * @param start offset in the source of the first character that is wrong
   * @param end offset behind the last one
   */
  Mistake(int start, int end, String message) {
    super(message, null, false, false);
    this.start = start;
    this.end = end;
  }
}
