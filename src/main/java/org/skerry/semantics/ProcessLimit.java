package org.skerry.semantics;

import org.skerry.term.Atoms;

/**
 * A process has asked for more than a limit allows, and ends. It cannot catch that: a handler would
 * need what there is no more of. One instance a limit, without stack trace, so throwing allocates
 * nothing.
 */
public final class ProcessLimit extends RuntimeException {
  /** The process's own memory: heap, stack and block. */
  public static final ProcessLimit HEAP = new ProcessLimit("heap", Atoms.HEAP);

  /** The VM's memory. */
  public static final ProcessLimit MEMORY = new ProcessLimit("memory", Atoms.MEMORY);

  /** The process's time. */
  public static final ProcessLimit DEADLINE = new ProcessLimit("deadline", Atoms.DEADLINE);

  private static final long serialVersionUID = 1L;

  private final long atom;

  private ProcessLimit(String name, long atom) {
    super(name, null, false, false);
    this.atom = atom;
  }

  /** The atom that names the limit. */
  public long atom() {
    return atom;
  }
}
