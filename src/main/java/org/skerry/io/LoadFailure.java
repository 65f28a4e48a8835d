package org.skerry.io;

/** Why a file does not become a module, for people; without a stack trace. */
public final class LoadFailure extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean isRejected;
  private final boolean isListing;

  private LoadFailure(String message, boolean isRejected, boolean isListing) {
    super(message, null, false, false);
    this.isRejected = isRejected;
    this.isListing = isListing;
  }

  /** The file cannot be read at all. */
  static LoadFailure unreadable(String message) {
    return new LoadFailure(message, false, false);
  }

  /** What is in it cannot be used. */
  static LoadFailure rejected(String message) {
    return new LoadFailure(message, true, false);
  }

  /** As {@link #rejected}, with lines of their own form, such as {@code file:line:column: …}. */
  static LoadFailure listing(String lines) {
    return new LoadFailure(lines, true, true);
  }

  /** Whether the file was read, and refused for what is in it. */
  public boolean isRejected() {
    return isRejected;
  }

  /** Whether each line of the message says where it belongs. */
  public boolean isListing() {
    return isListing;
  }
}
