package org.skerry;

import java.io.IOException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Stages of what functions of the system's modules give. */
final class HostStages {
  private HostStages() {}

  /** A stage of the term of what another gives; what it throws becomes an error. */
  static <T> CompletionStage<Term> map(
      CompletionStage<T> stage, Function<T, Term> term, Function<IOException, HostError> error) {
    return stage.handle((given, thrown) -> {
      Throwable cause =
          thrown instanceof CompletionException && thrown.getCause() != null
              ? thrown.getCause()
              : thrown;
      switch (cause) {
        case null -> {
          return term.apply(given);
        }
        case IOException e -> throw error.apply(e);
        default -> throw new CompletionException(cause);
      }
    });
  }
}
