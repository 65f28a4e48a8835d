package org.skerry;

import java.util.List;
import org.jspecify.annotations.Nullable;

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
    this(kind, reason, report, null);
  }

  CallFailed(Kind kind, Term reason, List<String> report, LimitExceeded limit) {
    super(String.join("\n", report), limit);
    this.kind = kind;
    this.reason = reason;
  }

  /**
   * Which limit ended the process, and with what numbers, or, of {@link Vm#ask}, which limit of the
   * other's mailbox left no room for the request; the same as the cause. Null where none did: of
   * the kind {@link Kind#LIMIT}, that is an error {@code :limit_exceeded} that an instruction
   * raised, a program could have caught, and did not.
   */
  public @Nullable LimitExceeded limit() {
    return (LimitExceeded) getCause();
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
