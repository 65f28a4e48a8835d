package org.skerry;

/**
 * A call of a function of the host: its arguments, and what it makes for the process that called.
 *
 * <p>The one that an inline function gets is valid while the function runs, and for its thread; it
 * reads numbers without a Java object. The one that a blocking or asynchronous function gets holds
 * copies of the arguments: it may be kept, and any thread may use it.
 *
 * <p>Arguments are numbered from 0. Whoever asks for one that is not there gets {@link
 * IndexOutOfBoundsException}, and for one of another bank or type {@link IllegalStateException}. An
 * exception that leaves the function becomes an error of the process.
 */
public abstract sealed class HostCall permits InlineHostCall, PendingHostCall {
  HostCall() {}

  /** How many arguments there are. */
  public abstract int count();

  /** An argument of bank {@code i}. */
  public abstract long asLong(int argument);

  /** An argument of bank {@code f}. */
  public abstract double asDouble(int argument);

  /**
   * A copy of an argument of bank {@code r}.
   *
   * @throws IllegalStateException if a blocking function is over that has not asked for it
   * @throws java.util.concurrent.CancellationException if the VM is closed
   */
  public abstract Term term(int argument);

  /** The text of an argument of bank {@code r} that is a string. */
  public final String asString(int argument) {
    return term(argument).asString();
  }

  /**
   * The object that an argument of bank {@code r} is a handle of.
   *
   * @param type what the object must be an instance of
   * @throws HostError {@code {:bad_argument, text}} if it is no handle that the calling process has
   *     got by {@link #handle}: one of another process, one that is released, or none at all; or if
   *     the object is of another type
   */
  public final <T> T object(int argument, Class<T> type) {
    Object object = held(argument);
    if (type.isInstance(object)) {
      return type.cast(object);
    }
    throw new HostError(
        "bad_argument",
        object == null
            ? "argument " + (argument + 1) + " is no handle of this process"
            : "argument " + (argument + 1) + " is a handle of another type of object");
  }

  /**
   * A handle of an object, for the calling process: a ref, which no other process can use. The
   * object is released by {@link #release}, when the process ends, or when the VM closes: by
   * closing it, where it is {@link AutoCloseable}.
   *
   * @return to be given to the process, alone or in a larger term
   * @throws java.util.concurrent.CancellationException if the process has ended; the object is
   *     released then
   */
  public final Term handle(Object object) {
    return handle(object, () -> close(object));
  }

  /**
   * As {@link #handle(Object)}, for an object that is released another way.
   *
   * @param onRelease called once, on a virtual thread or the one that calls {@link #release}
   */
  public abstract Term handle(Object object, Runnable onRelease);

  /**
   * Releases the object that an argument is a handle of, now and on this thread; nothing where that
   * has happened.
   */
  public abstract void release(int argument);

  /** The process that called. */
  public abstract Pid caller();

  /**
   * What is to be done where the process ends while the function runs, or while what it has begun
   * goes on: on a virtual thread. A blocking function is interrupted, and the stage of an
   * asynchronous one is cancelled, without that. Inline functions have nothing to cancel: {@link
   * IllegalStateException}.
   */
  public abstract void onCancel(Runnable cancellation);

  /**
   * As {@link #onCancel}, but at once, on the thread that ends the process. For what is short, does
   * not throw and wakes nobody.
   */
  abstract void onDrop(Runnable dropped);

  /** The object of a handle, or null. */
  abstract Object held(int argument);

  private static void close(Object object) {
    if (object instanceof AutoCloseable closeable) {
      try {
        closeable.close();
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
