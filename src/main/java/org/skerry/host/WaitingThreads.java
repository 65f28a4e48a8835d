package org.skerry.host;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Threads of the system for what keeps one: to read or write a pipe or the standard input. A
 * virtual thread keeps its carrier there, and a few hundred of those would hold up all others of
 * the JVM. A thread is started when none is idle, and ends when it has been idle a while. Any
 * thread.
 */
public final class WaitingThreads implements AutoCloseable {
  private static final long IDLE_SECONDS = 5;

  private final ThreadPoolExecutor executor;

  /** None is started yet. */
  public WaitingThreads() {
    ThreadFactory daemons = Thread.ofPlatform().name("skerry-wait-", 0).daemon().factory();
    executor =
        new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            daemons);
  }

  /**
   * Runs a task; what it throws is the task's own affair.
   *
   * @throws RejectedExecutionException once this is closed
   */
  void execute(Runnable task) {
    executor.execute(task);
  }

  /**
   * Runs a task, and gives what it gives. To cancel the stage leaves the task alone.
   *
   * @throws RejectedExecutionException once this is closed
   */
  public <T> CompletionStage<T> run(Callable<T> task) {
    CompletableFuture<T> given = new CompletableFuture<>();
    executor.execute(() -> {
      try {
        given.complete(task.call());
      } catch (Throwable thrown) {
        given.completeExceptionally(thrown);
      }
    });
    return given;
  }

  /** Takes no more tasks, and interrupts those that run. */
  @Override
  public void close() {
    executor.shutdownNow();
  }
}
