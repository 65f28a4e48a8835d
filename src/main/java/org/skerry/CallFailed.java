package org.skerry;

import java.util.List;

/** A function that a host called has not returned; the message has its stack in the program. */
public final class CallFailed extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** How a call fails. */
  public enum Kind {
    /** An error that nothing in it caught; the reason is the error term. */
    ERROR,
    /** It ended its process; the reason is the one it gave. */
    EXIT,
    /** Another process or the host ended it. */
    KILLED,
    /** It would have exceeded a limit, of its own or the VM's. */
    LIMIT,
    /** The time that it had was over; its process was ended. The reason is {@code :timeout}. */
    TIMEOUT
  }

  private final Kind kind;
  private final transient Term reason;

  CallFailed(Kind kind, Term reason, List<String> report) {
    super(String.join("\n", report));
    this.kind = kind;
    this.reason = reason;
  }

  /** How it failed. */
  public Kind kind() {
    return kind;
  }

  /** Why, as a program would be told. */
  public Term reason() {
    return reason;
  }
}
