package org.skerry.http;

/** A request that is none, or that asks for what is not done; nothing can be read behind it. */
public final class HttpFailure extends Exception {
  private static final long serialVersionUID = 1;

  private final int status;

  HttpFailure(int status, String message) {
    super(message, null, false, false);
    this.status = status;
  }

  /** What HTTP answers to that, from 400 to 599. */
  public int status() {
    return status;
  }
}
