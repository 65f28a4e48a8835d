package org.skerry.regex;

/** Why nothing is looked for: a kind to decide by, and a text for people. */
public final class RegexFailure extends Exception {
  private static final long serialVersionUID = 1L;

  /** What may be wrong. */
  public enum Kind {
    SYNTAX,
    TOO_LARGE
  }

  private final Kind kind;

  RegexFailure(Kind kind, String text) {
    super(text, null, false, false);
    this.kind = kind;
  }

  /** What is wrong. */
  public Kind kind() {
    return kind;
  }
}
