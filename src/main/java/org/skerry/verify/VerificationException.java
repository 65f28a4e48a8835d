package org.skerry.verify;

import java.util.List;

/** A module was rejected. Its message lists what is wrong with it, one problem a line. */
public final class VerificationException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;

  /**
   * Something that is wrong.
   *
   * @param module the module's name
   * @param function the function's name, or null where the problem is not in a function
   * @param pc index of the code word, or -1 where the problem is not in code
   * @param line the source's line, or 0 where it is not known
   * @param sentence what is wrong, without a full stop
   * @param values {@code key=value} pairs separated by spaces; may be empty
   */
  public record Problem(
      String module, String function, int pc, int line, String sentence, String values) {

    /** On one line: {@code main.loop pc=3 line=7: sentence: key=value}. */
    @Override
    public String toString() {
      StringBuilder text = new StringBuilder(module);
      if (function != null) {
        text.append('.').append(function);
      }
      if (pc >= 0) {
        text.append(" pc=").append(pc);
      }
      if (line > 0) {
        text.append(" line=").append(line);
      }
      text.append(": ").append(sentence);
      if (!values.isEmpty()) {
        text.append(": ").append(values);
      }
      return text.toString();
    }
  }

  VerificationException(List<Problem> problems, int omitted) {
    super(message(problems, omitted));
    this.problems = List.copyOf(problems);
  }

  /** The problems, in the order of the module; at most {@link Verifier#MAX_PROBLEMS}. */
  public List<Problem> problems() {
    return problems;
  }

  private static String message(List<Problem> problems, int omitted) {
    StringBuilder text = new StringBuilder();
    for (Problem problem : problems) {
      text.append(text.isEmpty() ? "" : "\n").append(problem);
    }
    if (omitted > 0) {
      text.append("\n… and ").append(omitted).append(" more");
    }
    return text.toString();
  }
}
