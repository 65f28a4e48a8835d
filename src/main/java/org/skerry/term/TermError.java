package org.skerry.term;

/**
 * A guest fault found by a term operation. There is one instance a kind, without stack trace or
 * message, so that throwing allocates nothing; the semantics layer catches it, and makes the error
 * term with the detail it knows.
 */
public final class TermError extends RuntimeException {
  /** An operand is not of the type that the operation takes. */
  public static final TermError TYPE_ERROR = new TermError(Atoms.TYPE_ERROR, "type_error");

  /** An operand's value is not one that the operation takes. */
  public static final TermError BAD_ARGUMENT = new TermError(Atoms.BAD_ARGUMENT, "bad_argument");

  /** An integer was divided by zero. */
  public static final TermError DIVISION_BY_ZERO =
      new TermError(Atoms.DIVISION_BY_ZERO, "division_by_zero");

  /** An index is negative or beyond the end. */
  public static final TermError INDEX_OUT_OF_BOUNDS =
      new TermError(Atoms.INDEX_OUT_OF_BOUNDS, "index_out_of_bounds");

  /** An integer does not fit 64 bits. */
  public static final TermError OVERFLOW = new TermError(Atoms.OVERFLOW, "overflow");

  /** A stated limit would have been exceeded. */
  public static final TermError LIMIT_EXCEEDED =
      new TermError(Atoms.LIMIT_EXCEEDED, "limit_exceeded");

  /** A closure was called with another number of arguments than it takes. */
  public static final TermError BAD_ARITY = new TermError(Atoms.BAD_ARITY, "bad_arity");

  /** What was asked for is not there. */
  public static final TermError UNDEFINED = new TermError(Atoms.UNDEFINED, "undefined");

  /** A mailbox has no room, and its policy is to say so. */
  public static final TermError MAILBOX_FULL = new TermError(Atoms.MAILBOX_FULL, "mailbox_full");

  /** To wait would be to wait forever. */
  public static final TermError DEADLOCK = new TermError(Atoms.DEADLOCK, "deadlock");

  /**
   * Not the guest's fault: somebody waits for this thread ({@link TermScratch#giveUpWhen}). Nothing
   * was changed, and the same operation can begin again.
   */
  public static final TermError GIVEN_UP = new TermError(0, "given up");

  private static final long serialVersionUID = 1L;

  private final long kind;

  private TermError(long kind, String name) {
    super(name, null, false, false);
    this.kind = kind;
  }

  /** The atom that names the kind of error. */
  public long kind() {
    return kind;
  }
}
