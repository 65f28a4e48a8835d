package org.skerry;

/**
 * Thrown by a function of the host to raise an error of its choice in the process that called it.
 * Every other exception becomes {@code {:host_error, text}}.
 */
public final class HostError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Term reason;

  /**
   * An error as instructions raise them: {@code {kind, message}}.
   *
   * @param kind the name of an atom, to decide by
   * @param message for people
   */
  public HostError(String kind, String message) {
    this(Term.tuple(Term.atom(kind), message));
  }

  /**
   * An error that is any term.
   *
   * @param reason what the process catches
   */
  public HostError(Term reason) {
    super(reason.toString(), null, false, false);
    this.reason = reason;
  }

  /** What the process catches. */
  public Term reason() {
    return reason;
  }
}
