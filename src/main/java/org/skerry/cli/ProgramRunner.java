package org.skerry.cli;

import java.io.PrintWriter;

/** Runs a program to its end. */
@FunctionalInterface
interface ProgramRunner {
  /**
   * Runs a program; its output goes to the standard streams.
   *
   * @param err for what the command itself has to say
   * @return the exit status: an {@link ExitStatus}, or what the program has chosen
   * @throws CommandFailure if the program cannot be loaded
   */
  int run(RunRequest request, PrintWriter err) throws CommandFailure;
}
