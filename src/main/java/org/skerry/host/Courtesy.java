package org.skerry.host;

import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.LockSupport;

/**
 * What a task on a virtual thread does now and then that computes for long: such threads take no
 * turns by themselves, and an interrupt stops none that does not look.
 *
 * <p>It parks for a moment, where {@link Thread#yield} would be cheaper: a carrier that yields may
 * take the same task from the same queue again and again, and tasks in other queues wait for as
 * long as it computes.
 */
public final class Courtesy {
  private static final long TURN_NS = 2_000_000;

  /** When the thread's turn began. */
  private static final ThreadLocal<long[]> BEGUN =
      ThreadLocal.withInitial(() -> new long[] {System.nanoTime()});

  private Courtesy() {}

  /**
   * Lets other threads run, where this one has had its turn.
   *
   * @throws CancellationException if nobody waits for the task any more; the interrupt stays set
   */
  public static void pause() {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("Nobody waits for this any more.");
    }
    long[] begun = BEGUN.get();
    if (System.nanoTime() - begun[0] > TURN_NS) {
      LockSupport.parkNanos(1);
      begun[0] = System.nanoTime();
    }
  }
}
