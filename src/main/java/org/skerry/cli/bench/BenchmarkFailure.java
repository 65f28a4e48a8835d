package org.skerry.cli.bench;

import java.util.List;
import org.skerry.Outcome;

/** A round did not end as it should. */
public final class BenchmarkFailure extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Outcome outcome;

  BenchmarkFailure(String message) {
    this(message, null);
  }

  BenchmarkFailure(String message, Outcome outcome) {
    super(message, null, false, false);
    this.outcome = outcome;
  }

  /** How the program ended; null where it ended well, and gave what is wrong. */
  public Outcome outcome() {
    return outcome;
  }

  static BenchmarkFailure of(Benchmark benchmark, Outcome outcome) {
    List<String> report =
        switch (outcome) {
          case Outcome.Failed failed -> failed.report();
          case Outcome.LimitExceeded exceeded ->
              exceeded.report().isEmpty() ? List.of(exceeded.limit()) : exceeded.report();
          case Outcome.AwaitingForever awaiting -> awaiting.report();
          case Outcome.OutputFailed(String message) -> List.of(message);
          case Outcome.Returned returned -> List.of("it gave " + returned.value());
          case Outcome.Interrupted() -> List.of("interrupted");
          case Outcome.Defect(Throwable cause) -> List.of(cause.toString());
        };
    return new BenchmarkFailure(benchmark.label() + ": " + String.join("\n", report), outcome);
  }
}
