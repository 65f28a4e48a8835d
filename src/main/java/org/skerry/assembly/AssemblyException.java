package org.skerry.assembly;

import java.util.List;
import java.util.stream.Collectors;

/** A source with mistakes; the message shows them all. */
public final class AssemblyException extends Exception {
  /** Errors that one run reports at most. */
  public static final int MAX_ERRORS = 20;

  private static final long serialVersionUID = 1L;

  private final transient List<AssemblyError> errors;
  private final boolean more;

  AssemblyException(List<AssemblyError> errors, boolean more) {
    super(
        errors.stream().map(AssemblyError::toString).collect(Collectors.joining("\n"))
            + (more ? "\nand more errors" : ""));
    this.errors = List.copyOf(errors);
    this.more = more;
  }

  /** The mistakes in the order of the source, at most {@value #MAX_ERRORS}. */
  public List<AssemblyError> errors() {
    return errors;
  }

  /** Whether there are more mistakes than are listed. */
  public boolean hasMore() {
    return more;
  }
}
