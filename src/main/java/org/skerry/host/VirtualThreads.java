package org.skerry.host;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** Runs what may block, each task on a virtual thread of its own. Any thread hands tasks over. */
public final class VirtualThreads implements AutoCloseable {
  /** How long {@link #close} waits for tasks, which are interrupted by then. */
  public static final long CLOSE_MS = 1_000;

  private final ExecutorService executor =
      Executors.newThreadPerTaskExecutor(
          Thread.ofVirtual()
              .name("skerry-host-", 0)
              .uncaughtExceptionHandler((thread, thrown) -> threw(thrown))
              .factory());

  /** None is started yet. */
  public VirtualThreads() {}

  private static void threw(Throwable thrown) {
    System.getLogger("org.skerry")
        .log(System.Logger.Level.WARNING, "What the host does beside its functions fails.", thrown);
  }

  /**
   * Runs a task; what it throws is logged.
   *
   * @throws RejectedExecutionException once this is closed
   */
  public void execute(Runnable task) {
    executor.execute(task);
  }

  /**
   * Runs a task, and then it is over for the thread; what comes of an interrupt of it later is the
   * task's own affair.
   *
   * @param call told how to interrupt it
   * @throws RejectedExecutionException once this is closed
   */
  public void execute(PendingCall call, Runnable task) {
    executor.execute(() -> {
      Thread self = Thread.currentThread();
      call.onCancel(self::interrupt);
      task.run();
    });
  }

  /** Takes no more tasks, and waits a while for those that run; interrupts what is left. */
  @Override
  public void close() {
    executor.shutdown();
    try {
      if (!executor.awaitTermination(CLOSE_MS, TimeUnit.MILLISECONDS)) {
        executor.shutdownNow();
      }
    } catch (InterruptedException e) {
      executor.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
