package org.skerry.cli;

import java.io.PrintWriter;
import org.skerry.memory.MissingJvmOptionsException;

/** What is told of a command that failed. Loads nothing of the command line's library. */
final class Failures {
  private Failures() {}

  static ExitStatus report(Throwable problem, PrintWriter err) {
    if (problem instanceof CommandFailure failure) {
      err.println(failure.text());
      return failure.status();
    }
    if (problem instanceof MissingJvmOptionsException) {
      err.println("skerry: " + problem.getMessage());
      return ExitStatus.CANNOT_START;
    }
    err.println("skerry: internal error: " + problem);
    if (Boolean.getBoolean("skerry.debug")) {
      problem.printStackTrace(err);
    } else {
      err.println(
          "Run it again with SKERRY_JAVA_OPTS=-Dskerry.debug=true and report what it says.");
    }
    return ExitStatus.INTERNAL_ERROR;
  }
}
