package org.skerry.fuzz;

import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.skerry.Modules;
import org.skerry.Outcome;
import org.skerry.Vm;
import org.skerry.module.LinkException;
import org.skerry.module.VerifiedModule;

/**
 * Two machines under the same circumstances, one that interprets and one that compiles. They run
 * the same programs one after the other, and everything must be equal: result, output, traces,
 * slices, messages, collections. After a program that did not end by itself both are made anew.
 */
final class TwoTiers implements AutoCloseable {
  private final Circumstances circumstances;
  private final Tier interpreted = new Tier(false);
  private final Tier compiled = new Tier(true);

  TwoTiers(Circumstances circumstances) {
    this.circumstances = circumstances;
  }

  /**
   * What a program did in each tier, for people.
   *
   * @param outcome how it ended where it was interpreted
   */
  record Runs(String interpreted, String compiled, Outcome outcome) {
    boolean differ() {
      return !interpreted.equals(compiled);
    }
  }

  private final class Tier {
    private final boolean compiles;
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private Vm vm;
    private Outcome outcome;

    Tier(boolean compiles) {
      this.compiles = compiles;
    }

    String run(List<VerifiedModule> program) {
      output.reset();
      outcome = null;
      StringWriter told = new StringWriter();
      try {
        if (vm == null) {
          vm = circumstances.options(compiles).output(output, output).start();
        }
        Modules.load(vm, program);
        outcome = vm.run(program.getFirst().file().name());
        tell(outcome, told);
        String statistics = vm.statistics().toString();
        told.append(statistics, 0, statistics.indexOf("memory"));
      } catch (LinkException | InterruptedException e) {
        throw new AssertionError(e.getMessage(), e);
      } catch (RuntimeException | Error e) {
        e.printStackTrace(new PrintWriter(told));
        told.append("<- thrown, compiled=").append(String.valueOf(compiles));
      }
      boolean ended = outcome instanceof Outcome.Returned || outcome instanceof Outcome.Failed;
      if (!ended) {
        close(told);
      }
      return output.toString(StandardCharsets.UTF_8) + "\n" + told;
    }

    private void tell(Outcome outcome, StringWriter told) {
      if (outcome instanceof Outcome.Defect(Throwable cause)) {
        cause.printStackTrace(new PrintWriter(told));
        told.append("<- a defect, compiled=").append(String.valueOf(compiles)).append('\n');
      } else {
        told.append(outcome.toString()).append('\n');
      }
    }

    void close(StringWriter told) {
      Vm closing = vm;
      vm = null;
      if (closing != null) {
        try {
          closing.close();
        } catch (RuntimeException | Error e) {
          e.printStackTrace(new PrintWriter(told));
          told.append("<- thrown by close, compiled=").append(String.valueOf(compiles));
        }
      }
    }
  }

  /** Runs a program in both; its first module has main. */
  Runs run(List<VerifiedModule> program) {
    String first = interpreted.run(program);
    String second = compiled.run(program);
    return new Runs(first, second, interpreted.outcome);
  }

  /** Closes both, and gives what went wrong with that: leaks, say. */
  String end() {
    StringWriter told = new StringWriter();
    interpreted.close(told);
    compiled.close(told);
    return told.toString();
  }

  @Override
  public void close() {
    String problems = end();
    if (!problems.isEmpty()) {
      throw new AssertionError(problems);
    }
  }
}
