package org.skerry.schedule;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/**
 * One thread beside the workers, for work that may take long and that no process waits for. It is
 * started with the first task, and runs tasks in their order. Any thread may hand tasks over.
 */
public final class BackgroundThread implements AutoCloseable {
  private static final Runnable END = () -> {};

  private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
  private final String name;
  private final Consumer<Throwable> onFailure;
  private Thread thread;
  private boolean isClosed;

  /**
   * @param name of the thread
   * @param onFailure told what a task has thrown, on the thread; the next tasks run all the same
   */
  public BackgroundThread(String name, Consumer<Throwable> onFailure) {
    this.name = name;
    this.onFailure = onFailure;
  }

  /** Runs the task after those that came before; not at all once this is closed. */
  public synchronized void execute(Runnable task) {
    if (isClosed) {
      return;
    }
    if (thread == null) {
      thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
      thread.start();
    }
    tasks.add(task);
  }

  private void run() {
    try {
      for (Runnable task = tasks.take(); task != END; task = tasks.take()) {
        run(task);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      onFailure.accept(e);
    }
  }

  /** Waits for the task that runs, drops the others, and ends the thread. */
  @Override
  public void close() {
    Thread running;
    synchronized (this) {
      isClosed = true;
      running = thread;
      tasks.clear();
      tasks.add(END);
    }
    boolean interrupted = false;
    while (running != null && running.isAlive()) {
      try {
        running.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
