package org.skerry;

import java.util.List;

/** How {@link Vm#run} ended. */
public sealed interface Outcome {
  /**
   * {@code main} returned.
   *
   * @param value the result as it is written in assembly
   * @param isNil whether it is nil, which programs return that have nothing to say
   */
  record Returned(String value, boolean isNil) implements Outcome {}

  /**
   * {@code main} ended with an error that nothing caught, or with an exit reason that is not {@code
   * normal}, or was killed.
   *
   * @param reason the error or reason as it is written in assembly
   * @param report what to show a person: the process, the reason and the stack, a line each
   */
  record Failed(String reason, List<String> report) implements Outcome {}

  /**
   * {@code main} exceeded a limit, or the run its deadline.
   *
   * @param limit what was exceeded, a sentence
   * @param report what to show a person, a line each; empty where the sentence is all
   */
  record LimitExceeded(String limit, List<String> report) implements Outcome {}

  /**
   * Nothing can ever happen any more: every process waits for another. Only a simulation sees that.
   *
   * @param report which process waits for what, a line each
   */
  record AwaitingForever(List<String> report) implements Outcome {}

  /** {@link Vm#interrupt} was called. */
  record Interrupted() implements Outcome {}

  /**
   * Output could not be written, so the run was ended.
   *
   * @param message what the system says
   */
  record OutputFailed(String message) implements Outcome {}

  /**
   * The VM itself has a defect, or the JVM is exhausted.
   *
   * @param cause what was thrown
   */
  record Defect(Throwable cause) implements Outcome {}
}
