package org.skerry.host;

/**
 * Takes what somebody has waited for. Any thread gives it, once.
 *
 * @param <T> what it is
 */
@FunctionalInterface
public interface Receiver<T> {
  /** Takes it; short, for the thread that gives it runs processes. */
  void complete(T given);
}
