package org.skerry.host;

/** Interrupts of threads that have begun what they cannot leave. */
public final class Interrupts {
  private Interrupts() {}

  /** The calling thread was interrupted, and goes on: whoever waits on it next is to see that. */
  public static void keep() {
    Thread.currentThread().interrupt();
  }
}
