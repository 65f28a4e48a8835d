package org.skerry.assembly;

/** Errors where a bracket may be the culprit. */
final class Brackets {
  private Brackets() {}

  /**
   * That something else was expected at the token. Behind a bracket that was opened on an earlier
   * line and left open, the bracket is to blame.
   *
   * @param opened offset of the innermost open bracket, or -1
   */
  static Mistake mistake(Scanner scanner, int opened, String expected) {
    Source source = scanner.source();
    boolean otherLine =
        opened >= 0
            && source.lineOf(opened)
                != source.lineOf(Math.min(scanner.start(), source.text.length()));
    boolean plausible =
        switch (scanner.token()) {
          case WORD, DIRECTIVE, END -> true;
          default -> false;
        };
    if (otherLine && plausible) {
      int length =
          source.text.startsWith("<<", opened) || source.text.startsWith("%{", opened) ? 2 : 1;
      return new Mistake(
          opened,
          opened + length,
          "this bracket is not closed: expected " + expected + ", found " + scanner.found());
    }
    return scanner.mistake("expected " + expected + ", found " + scanner.found());
  }
}
