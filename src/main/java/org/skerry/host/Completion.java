package org.skerry.host;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A stage that is completed once; what depends on it runs on the thread that completes it, at once.
 * Cancelled where the process that awaits it ends. Any thread.
 */
public final class Completion {
  private final CompletableFuture<Object> future = new CompletableFuture<>();

  /** One that nothing is known of. */
  public Completion() {}

  /** What depends on it. */
  public CompletionStage<Object> stage() {
    return future;
  }

  /** Whether it is completed, or nobody waits any more. */
  public boolean isDone() {
    return future.isDone();
  }

  /** Gives what was waited for; nothing where it is done. */
  public void complete(Object value) {
    future.complete(value);
  }

  /** Gives what went wrong instead; nothing where it is done. */
  public void fail(Throwable thrown) {
    future.completeExceptionally(thrown);
  }
}
