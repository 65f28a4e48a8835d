package org.skerry.process;

import org.skerry.term.Atoms;

/** How urgently a process wants to run; a lower one still gets its share. */
public enum Priority {
  HIGH(Atoms.HIGH),
  NORMAL(Atoms.NORMAL),
  LOW(Atoms.LOW);

  private static final Priority[] VALUES = values();

  private final long atom;

  Priority(long atom) {
    this.atom = atom;
  }

  /** Its name in programs, an atom. */
  public long atom() {
    return atom;
  }

  /** The priority with this ordinal. */
  public static Priority of(int ordinal) {
    return VALUES[ordinal];
  }
}
