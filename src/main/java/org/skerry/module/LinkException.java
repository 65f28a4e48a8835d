package org.skerry.module;

import java.util.List;

/**
 * Modules could not be loaded: something that they name is missing or is not what they take it to
 * be, or a limit was reached. Nothing was loaded. The message has one problem a line.
 */
public final class LinkException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient List<String> problems;

  /**
   * @param problems each a sentence with its module, then {@code key=value} pairs
   */
  public LinkException(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  /** All problems, each a sentence with its module, then {@code key=value} pairs. */
  public List<String> problems() {
    return problems;
  }
}
