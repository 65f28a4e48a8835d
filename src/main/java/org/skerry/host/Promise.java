package org.skerry.host;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * A stage that is completed from threads that run processes; what depends on it never runs on
 * those, but where {@link CompletableFuture} runs what is asynchronous by default.
 *
 * @param <T> what it gives
 */
public final class Promise<T> {
  private final CompletableFuture<T> future = new CompletableFuture<>();

  /** A promise that is open. */
  public Promise() {}

  /** What depends on it. */
  public CompletionStage<T> stage() {
    return future.minimalCompletionStage();
  }

  /**
   * Keeps it, or breaks it with what the supplier throws.
   *
   * @param value called on another thread
   */
  public void complete(Supplier<T> value) {
    future.completeAsync(value);
  }
}
