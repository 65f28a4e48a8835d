package org.skerry.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.skerry.JitMode;
import org.skerry.Outcome;
import org.skerry.VmBuilder;
import org.skerry.module.VerifiedModule;

/**
 * Runs steady programs in several ways that must not make a difference to what they give: with few
 * and with many slices, collecting now and then or always, interpreted and compiled.
 */
final class AllWays {
  private record Way(String name, UnaryOperator<VmBuilder> options) {}

  private static final List<Way> WAYS =
      List.of(
          new Way("plain", options -> options.workers(1)),
          new Way("collecting always", options -> options.workers(1).collectAlways(true)),
          new Way("suspending always", options -> options.workers(1).reductions(1)),
          new Way("both", options -> options.workers(2).reductions(1).collectAlways(true)),
          new Way("compiled", options -> options.workers(1).jit(JitMode.EAGER)),
          new Way(
              "compiled, collecting always",
              options -> options.workers(1).jit(JitMode.EAGER).collectAlways(true)),
          new Way(
              "compiled, suspending always",
              options -> options.workers(1).jit(JitMode.EAGER).reductions(1)),
          new Way(
              "compiled, both",
              options -> options.workers(2).jit(JitMode.EAGER).reductions(1).collectAlways(true)));

  /** With a thread, where compiled code may begin another slice by itself. */
  private static final List<Way> THREADED =
      List.of(
          WAYS.getFirst(),
          new Way("with a thread", options -> threaded(1, JitMode.EAGER)),
          new Way("with a thread, longer slices", options -> threaded(20, JitMode.EAGER)),
          new Way("with a thread, when hot", options -> threaded(3, JitMode.HOT)));

  private final List<Way> ways;
  int returned;
  int failed;
  int limited;
  int waiting;

  private AllWays(List<Way> ways) {
    this.ways = ways;
  }

  /** Eight simulated ways. */
  static AllWays simulated() {
    return new AllWays(WAYS);
  }

  /** One simulated, interpreted way, and some compiled ones with threads. */
  static AllWays threaded() {
    return new AllWays(THREADED);
  }

  private static VmBuilder threaded(int reductions, JitMode jit) {
    Circumstances circumstances = new Circumstances(0, 1, reductions, false, 1 << 18, jit);
    return circumstances.threads().workers(1).jit(jit).arguments(List.of("7", "x"));
  }

  /**
   * Runs programs in every way.
   *
   * @return the first difference, for people; null where there is none
   */
  String difference(List<List<VerifiedModule>> programs) {
    List<List<String>> results = new ArrayList<>();
    for (Way way : ways) {
      results.add(run(programs, way));
    }
    for (int program = 0; program < programs.size(); program++) {
      String difference = difference(programs.get(program), results, program);
      if (difference != null) {
        return difference;
      }
    }
    return null;
  }

  /** What each program gave; null where that is not the program's doing alone, such as a limit. */
  private List<String> run(List<List<VerifiedModule>> programs, Way way) {
    List<String> results = new ArrayList<>();
    Batch runs = new Batch(way.options());
    try {
      for (List<VerifiedModule> program : programs) {
        results.add(comparable(runs.run(program)));
      }
    } catch (RuntimeException | Error e) {
      String name = programs.get(results.size()).getFirst().file().name();
      throw new AssertionError(way.name() + ": " + name, e);
    } finally {
      runs.close();
    }
    return results;
  }

  private String comparable(Sandbox.Result result) {
    String out = result.output();
    boolean leaks = showsTheMachine(out); // what the rest of the machine did shows through
    return switch (result.outcome()) {
      case Outcome.Returned(String value, boolean isNil) -> {
        returned++;
        yield leaks || showsTheMachine(value) ? null : value + "\n" + out;
      }
      case Outcome.Failed(String reason, List<String> report) -> {
        failed++;
        yield leaks || showsTheMachine(reason) ? null : reason + "\n" + out;
      }
      case Outcome.LimitExceeded limit -> {
        limited++;
        yield null;
      }
      case Outcome.AwaitingForever awaiting -> {
        waiting++;
        yield null;
      }
      case Outcome.Interrupted interrupted -> throw new AssertionError("interrupted");
      case Outcome.OutputFailed output -> throw new AssertionError(output.message());
      case Outcome.Defect(Throwable cause) -> throw new AssertionError("a defect", cause);
    };
  }

  private static boolean showsTheMachine(String text) {
    return text.contains("limit_exceeded") || text.contains("#pid");
  }

  private String difference(List<VerifiedModule> program, List<List<String>> results, int index) {
    String first = results.getFirst().get(index);
    for (int way = 1; way < ways.size(); way++) {
      String other = results.get(way).get(index);
      if (first == null || other == null || other.equals(first)) {
        continue;
      }
      // Machines of different age: a function's hash follows from when its module was loaded.
      String firstAlone = alone(program, ways.getFirst());
      String otherAlone = alone(program, ways.get(way));
      if (firstAlone != null && otherAlone != null && !firstAlone.equals(otherAlone)) {
        return program.getFirst().file().name()
            + ", plain:\n"
            + firstAlone
            + "\n"
            + ways.get(way).name()
            + ":\n"
            + otherAlone;
      }
    }
    return null;
  }

  private String alone(List<VerifiedModule> program, Way way) {
    try (Batch run = new Batch(way.options())) {
      return comparable(run.run(program));
    }
  }
}
