package org.skerry.isa;

/** What an instruction may do beside writing its destination register. */
public enum Effect {
  /** May allocate in the process's heap, and so run its collector before it does anything else. */
  MAY_COLLECT,
  /** May suspend the process; it is executed again when the process goes on. */
  MAY_AWAIT,
  /** May raise an error, which unwinds to the innermost handler. */
  MAY_THROW,
  /** Has a label operand: control may go there. */
  BRANCHES,
  /** Control never reaches the next instruction in sequence. */
  ENDS_BLOCK,
  /** Pushes a frame; the result arrives when that frame returns. */
  CALLS,
  /** Holds its MVar for reading from here on, where control falls through. */
  HOLDS_READ,
  /** Holds its MVar for writing from here on, where control falls through. */
  HOLDS_WRITE,
  /** Undoes the function's last hold of its MVar. */
  RELEASES
}
