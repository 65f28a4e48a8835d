package org.skerry;

import java.io.IOException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.skerry.host.AwaitedInput;

/** Stages of what functions of the system's modules give. */
final class HostStages {
  private HostStages() {}

  /** A part of an input, which is for somebody else from the moment on that the process is over. */
  static CompletionStage<Term> part(
      HostCall call,
      AwaitedInput input,
      CompletionStage<byte[]> part,
      Function<IOException, HostError> error) {
    call.onDrop(() -> AwaitedInput.forget(part));
    call.onCancel(input::serveOthers);
    return map(part, Term::read, error);
  }

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
