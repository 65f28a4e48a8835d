package org.skerry.cli;

import java.util.Objects;

/** Ends a command with a message for the user and a status for the shell. */
final class CommandFailure extends Exception {
  private static final long serialVersionUID = 1L;

  private final ExitStatus status;
  private final boolean isListing;

  CommandFailure(ExitStatus status, String message) {
    this(status, message, false);
  }

  private CommandFailure(ExitStatus status, String message, boolean isListing) {
    super(message, null, false, false);
    this.status = Objects.requireNonNull(status, "status");
    this.isListing = isListing;
  }

  /** A failure whose message has lines of its own form, such as {@code file:line:column: …}. */
  static CommandFailure listing(ExitStatus status, String lines) {
    return new CommandFailure(status, lines, true);
  }

  /** What the user reads. */
  String text() {
    return isListing ? getMessage() : "skerry: " + getMessage();
  }

  ExitStatus status() {
    return status;
  }
}
