package org.skerry.cli;

import java.util.Objects;

/** Ends a command with a message for the user and a status for the shell. */
final class CommandFailure extends Exception {
  private static final long serialVersionUID = 1L;

  private final ExitStatus status;

  CommandFailure(ExitStatus status, String message) {
    super(message, null, false, false);
    this.status = Objects.requireNonNull(status, "status");
  }

  ExitStatus status() {
    return status;
  }
}
