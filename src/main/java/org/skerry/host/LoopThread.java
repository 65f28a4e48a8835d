package org.skerry.host;

/** A thread that goes round in a loop until it is told to end. Any thread starts and ends it. */
public final class LoopThread implements AutoCloseable {
  private final Thread thread;
  private final Runnable stop;

  private LoopThread(String name, Runnable loop, Runnable stop) {
    this.stop = stop;
    thread = Thread.ofPlatform().name(name).daemon().unstarted(loop);
  }

  /**
   * Starts one.
   *
   * @param loop what it does
   * @param stop makes the loop return soon; from any thread
   */
  public static LoopThread start(String name, Runnable loop, Runnable stop) {
    LoopThread started = new LoopThread(name, loop, stop);
    started.thread.start();
    return started;
  }

  /** Whether the calling thread is this one. */
  public boolean isCurrent() {
    return Thread.currentThread() == thread;
  }

  /** Has it end, and waits until it has. */
  @Override
  public void close() {
    stop.run();
    boolean interrupted = false;
    while (!isCurrent() && thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
