package org.skerry.process;

/** What a suspended process awaits: recorded for people, never consulted to schedule. */
public enum AwaitKind {
  NONE,
  MESSAGE,
  TIMER,
  SPACE,
  YIELD,
  OUTPUT,
  MVAR,
  INFO,
  HOST;

  private static final AwaitKind[] VALUES = values();

  /** The kind with this ordinal. */
  public static AwaitKind of(int ordinal) {
    return VALUES[ordinal];
  }
}
