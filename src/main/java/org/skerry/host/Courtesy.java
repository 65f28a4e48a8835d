package org.skerry.host;

import java.util.concurrent.CancellationException;

/**
 * What a task on a virtual thread does now and then that computes for long: such threads take no
 * turns by themselves, and an interrupt stops none that does not look.
 */
public final class Courtesy {
  private Courtesy() {}

  /**
   * Lets other threads run.
   *
   * @throws CancellationException if nobody waits for the task any more; the interrupt stays set
   */
  public static void pause() {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("Nobody waits for this any more.");
    }
    Thread.yield();
  }
}
