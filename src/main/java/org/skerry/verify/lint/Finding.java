package org.skerry.verify.lint;

import java.util.List;

/**
 * Something that a program probably does wrong.
 *
 * @param rule which of the rules it breaks
 * @param file the source's name
 * @param line from 1; 0 where the module has no lines
 * @param function {@code module.function/arity}
 * @param message what is wrong, a sentence without a full stop
 * @param chain what shows it, in order
 * @param advice what to do
 */
public record Finding(
    Rule rule,
    String file,
    int line,
    String function,
    String message,
    List<Link> chain,
    String advice) {

  /**
   * A step of what shows a finding.
   *
   * @param line from 1; 0 where the module has no lines
   * @param pc index of the code word in its function
   * @param text what happens there
   */
  public record Link(String file, int line, int pc, String function, String text) {}
}
