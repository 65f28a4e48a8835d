package org.skerry.process;

/**
 * Timers as processes use them; for each thread, a worker or a host thread, an object of its own,
 * which that thread alone calls. Never early.
 *
 * <p>Whoever implements it keeps pids, not addresses of blocks: a process may be gone when its
 * timer expires.
 */
public interface Timers {
  /** {@link #sendAfter} had no memory. */
  long NO_MEMORY = -1;

  /**
   * Notifies the process at the deadline or soon after, unless cancelled or replaced by then. Each
   * process has one such timer at most: a new deadline replaces the old one. It notifies and no
   * more, so a late expiry is a spurious wake-up and harmless.
   *
   * @param process a block that the caller owns
   * @param deadlineNs on {@link World#nanoTime}'s clock
   */
  void wakeAt(long process, long deadlineNs);

  /** Takes {@link #wakeAt} back, where it is still to come. The caller owns the process. */
  void cancelWake(long process);

  /**
   * Sends a message at the deadline or soon after.
   *
   * @param context the caller's
   * @param pid the receiver's
   * @param message an immediate, or the address of an image, which the timer owns from now on: the
   *     word that a mailbox takes
   * @param deadlineNs on {@link World#nanoTime}'s clock
   * @return a ref that cancels it, or {@link #NO_MEMORY}, and then the image is still the caller's
   */
  long sendAfter(WorkerContext context, long pid, long message, long deadlineNs);

  /**
   * Cancels a message to come.
   *
   * @param ref what {@link #sendAfter} returned, to anyone
   * @return nanoseconds that were left, or -1 where it was sent or cancelled already
   */
  long cancel(long ref);
}
