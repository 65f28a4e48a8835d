package org.skerry.process;

/** How a process ends. */
public enum ExitKind {
  /** Its function returned; the reason is what it returned. */
  RETURNED,
  /** It ended itself; the reason is the one it gave. */
  EXITED,
  /** An error that no handler took; the reason is the error term. */
  ERROR,
  /** It asked for more than a limit allows; the reason is {@code {limit_exceeded, limit}}. */
  LIMIT,
  /** An exit signal of another process; the reason came with it. */
  SIGNALLED,
  /** A kill request; the reason is an atom. */
  KILLED;

  private static final ExitKind[] VALUES = values();

  /** The kind with this ordinal. */
  public static ExitKind of(int ordinal) {
    return VALUES[ordinal];
  }
}
