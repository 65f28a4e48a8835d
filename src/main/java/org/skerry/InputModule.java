package org.skerry;

import static org.skerry.SystemArguments.most;

import java.io.IOException;
import java.util.concurrent.CompletionStage;
import org.skerry.host.AwaitedInput;

/** The module {@code stdin}: standard input. See {@code native-notes/system-modules.md}. */
final class InputModule {
  private InputModule() {}

  static HostModule of(AwaitedInput input) {
    return HostModule.builder("stdin")
        .async("read_line() -> r", call -> part(call, input, input.line()))
        .async("read(i most) -> r", call -> part(call, input, input.some(most(call, 0))))
        .build();
  }

  private static CompletionStage<Term> part(
      HostCall call, AwaitedInput input, CompletionStage<byte[]> part) {
    return HostStages.part(call, input, part, InputModule::error);
  }

  private static HostError error(IOException e) {
    String kind = e instanceof AwaitedInput.LineTooLong ? "too_large" : "io";
    return new HostError(
        Term.tuple(Term.atom("input_error"), Term.atom(kind), String.valueOf(e.getMessage())));
  }
}
