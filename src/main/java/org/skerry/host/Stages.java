package org.skerry.host;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** Stages that functions of the host return. Any thread. */
public final class Stages {
  private Stages() {}

  /**
   * Waits for what a stage gives.
   *
   * @throws ExecutionException if it gives nothing
   * @throws InterruptedException if the thread is interrupted
   */
  public static Object await(CompletionStage<?> stage)
      throws InterruptedException, ExecutionException {
    return stage.toCompletableFuture().get();
  }

  /** Ends what a stage stands for, as far as it lets itself be ended. */
  public static void cancel(CompletionStage<?> stage) {
    Future<?> future = stage instanceof Future<?> own ? own : stage.toCompletableFuture();
    future.cancel(true);
  }
}
