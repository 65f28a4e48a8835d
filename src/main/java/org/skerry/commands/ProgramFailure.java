package org.skerry.commands;

/** Why a program of the system cannot be run: a kind to decide by, and a text for people. */
public final class ProgramFailure extends Exception {
  private static final long serialVersionUID = 1L;

  /** What may be wrong; {@code native-notes/system-modules.md} says when. */
  public enum Kind {
    NOT_PERMITTED,
    NOT_FOUND,
    ACCESS_DENIED,
    TIMEOUT,
    TOO_LARGE,
    CLOSED,
    UNSUPPORTED,
    IO
  }

  private final Kind kind;

  /**
   * @param text begins with the program as it was named
   */
  public ProgramFailure(Kind kind, String text) {
    super(text, null, false, false);
    this.kind = kind;
  }

  /** What is wrong. */
  public Kind kind() {
    return kind;
  }
}
