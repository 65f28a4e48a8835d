package org.skerry.net;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;

/** Why something cannot be done on the network: a kind to decide by, and a text for people. */
public final class NetFailure extends Exception {
  private static final long serialVersionUID = 1L;

  /** What may be wrong; {@code native-notes/sockets.md} says when. */
  public enum Kind {
    NOT_PERMITTED,
    UNKNOWN_HOST,
    REFUSED,
    UNREACHABLE,
    TIMEOUT,
    RESET,
    CLOSED,
    END,
    TOO_LARGE,
    IN_USE,
    NO_ADDRESS,
    ACCESS_DENIED,
    TOO_MANY_FILES,
    NO_PROCESS,
    SIMULATED,
    IO
  }

  private final Kind kind;

  /**
   * @param text begins with the address
   */
  public NetFailure(Kind kind, String text) {
    super(text, null, false, false);
    this.kind = kind;
  }

  /** What is wrong. */
  public Kind kind() {
    return kind;
  }

  /** What was thrown about an address; whatever is none of the JDK's failures of sockets is IO. */
  public static NetFailure of(String address, Throwable thrown) {
    String text = String.valueOf(thrown.getMessage());
    if (thrown instanceof NetFailure failure) {
      return failure;
    }
    if (!(thrown instanceof IOException)) {
      return new NetFailure(Kind.IO, address + ": " + thrown.getClass().getName() + ": " + text);
    }
    Kind kind =
        switch (thrown) {
          case ClosedChannelException closed -> Kind.CLOSED;
          case UnknownHostException unknown -> Kind.UNKNOWN_HOST;
          case NoRouteToHostException noRoute -> Kind.UNREACHABLE;
          default -> kindOf(text);
        };
    if (kind == Kind.IO && thrown instanceof ConnectException) {
      kind = Kind.REFUSED;
    }
    if (kind == Kind.IO && thrown instanceof BindException) {
      kind = Kind.IN_USE;
    }
    return new NetFailure(kind, kind == Kind.IO ? address + ": " + text : address);
  }

  /** The JDK has no exceptions of their own for these, only the system's text. */
  private static Kind kindOf(String text) {
    if (text.contains("Connection reset") || text.contains("Broken pipe")) {
      return Kind.RESET;
    } else if (text.contains("Too many open files")) {
      return Kind.TOO_MANY_FILES;
    } else if (text.contains("Address already in use")) {
      return Kind.IN_USE;
    } else if (text.contains("assign requested address")) {
      return Kind.NO_ADDRESS;
    } else if (text.contains("ermission denied")) {
      return Kind.ACCESS_DENIED;
    } else if (text.contains("unreachable") || text.contains("No route to host")) {
      return Kind.UNREACHABLE;
    } else if (text.contains("timed out")) {
      return Kind.TIMEOUT;
    } else if (text.contains("Message too long")) {
      return Kind.TOO_LARGE;
    }
    return Kind.IO;
  }
}
