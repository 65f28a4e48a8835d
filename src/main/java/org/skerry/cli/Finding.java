package org.skerry.cli;

/**
 * One thing that {@code doctor} looked at.
 *
 * @param level whether it is as it should be
 * @param subject what was looked at
 * @param value what was found
 * @param remedy how to mend it, or empty when there is nothing to mend
 */
record Finding(Level level, String subject, String value, String remedy) {
  /** How bad it is. */
  enum Level {
    /** As it should be. */
    OK("ok"),
    /** Skerry runs, but not as fast or as well as it could. */
    WARNING("warning"),
    /** Skerry does not run. */
    MISSING("missing");

    private final String label;

    Level(String label) {
      this.label = label;
    }

    String label() {
      return label;
    }
  }

  static Finding ok(String subject, String value) {
    return new Finding(Level.OK, subject, value, "");
  }

  static Finding warning(String subject, String value, String remedy) {
    return new Finding(Level.WARNING, subject, value, remedy);
  }

  static Finding missing(String subject, String value, String remedy) {
    return new Finding(Level.MISSING, subject, value, remedy);
  }
}
