package org.skerry.assembly;

/**
 * A mistake in a source.
 *
 * @param file the source's name
 * @param line from 1
 * @param column from 1, in code points
 * @param message what is wrong and what was expected, one line
 * @param excerpt the source line and under it a mark, two lines; long lines are cut
 */
public record AssemblyError(String file, int line, int column, String message, String excerpt) {
  /** As a person reads it: place, message, source line, mark. */
  @Override
  public String toString() {
    return file + ":" + line + ":" + column + ": " + message + "\n" + excerpt;
  }
}
