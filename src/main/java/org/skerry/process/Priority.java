package org.skerry.process;

/** How urgently a process wants to run; a lower one still gets its share. */
public enum Priority {
  HIGH,
  NORMAL,
  LOW;

  private static final Priority[] VALUES = values();

  /** The priority with this ordinal. */
  public static Priority of(int ordinal) {
    return VALUES[ordinal];
  }
}
