package org.skerry.net;

/**
 * What a read takes out of the bytes that have come of a connection. It is asked again whenever
 * more have come, on any thread, by one at a time.
 *
 * @param <T> what is taken
 */
@FunctionalInterface
public interface Part<T> {
  /** Nothing comes any more, and nothing was taken: the reader is given null. */
  Object END = new Object();

  /**
   * Takes it.
   *
   * @param isEnded whether no byte comes behind those
   * @return a {@code T}, {@link #END}, a {@link NetFailure}, or null until more have come; not null
   *     where nothing comes any more
   */
  Object take(InputBuffer input, boolean isEnded);

  /** How many bytes it can do with, at most, where it has not had enough. */
  default int wanted(InputBuffer input) {
    return Integer.MAX_VALUE;
  }
}
