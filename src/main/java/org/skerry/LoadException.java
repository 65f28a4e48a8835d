package org.skerry;

/** A file does not become a module, or modules do not fit together; the message says where. */
public final class LoadException extends Exception {
  private static final long serialVersionUID = 1L;

  LoadException(String message) {
    super(message);
  }

  LoadException(Exception cause) {
    super(cause.getMessage(), cause);
  }
}
