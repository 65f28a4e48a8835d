package org.skerry.net;

/**
 * Who is told what has come of something that was begun, once, on whatever thread found out; no
 * lock is held then.
 *
 * @param <T> what is given
 */
public interface Reply<T> {
  /**
   * It was done.
   *
   * @return whether anybody had waited for it: otherwise the value has found no owner
   */
  boolean succeed(T value);

  /** It was not done. */
  void fail(NetFailure failure);
}
