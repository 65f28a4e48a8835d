package org.skerry.memory;

/**
 * An invariant of the virtual machine itself was broken: a defect of Skerry, never of a guest
 * program or of its input.
 */
public final class VmBug extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param invariant what was broken, as a sentence without a full stop
   * @param namesAndValues a name, its value, a name, its value, and so on
   */
  public VmBug(String invariant, Object... namesAndValues) {
    super(message(invariant, namesAndValues));
  }

  /**
   * @param message the broken invariant as a sentence, then the values that show it
   * @param cause what was thrown while the invariant broke
   */
  public VmBug(String message, Throwable cause) {
    super(message, cause);
  }

  private static String message(String invariant, Object[] namesAndValues) {
    StringBuilder message = new StringBuilder(invariant);
    for (int i = 0; i + 1 < namesAndValues.length; i += 2) {
      message.append(i == 0 ? ": " : " ").append(namesAndValues[i]);
      message.append('=').append(namesAndValues[i + 1]);
    }
    return message.toString();
  }
}
