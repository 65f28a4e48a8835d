package org.skerry.programs;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.function.UnaryOperator;
import org.skerry.Modules;
import org.skerry.Outcome;
import org.skerry.Vm;
import org.skerry.VmBuilder;
import org.skerry.VmStatistics;
import org.skerry.module.LinkException;

/**
 * A program that was run in a VM of its own, which is closed: it has found no leak.
 *
 * @param outcome how {@code main} ended
 * @param stdout what the program wrote, and what {@code main} returned
 * @param bytes what the program wrote to stdout, in hexadecimal
 * @param stderr what the program wrote there, and the reports of processes that failed
 * @param statistics of the VM just before it closed
 */
public record ProgramRun(
    Outcome outcome, String stdout, String bytes, String stderr, VmStatistics statistics) {
  /** A run that takes longer has hung. Virtual in a simulation. */
  private static final Duration HUNG = Duration.ofSeconds(60);

  public static ProgramRun of(Program program, Mode mode, String... arguments) {
    return of(program, mode, builder -> builder.arguments(List.of(arguments)));
  }

  public static ProgramRun of(Program program, Mode mode, UnaryOperator<VmBuilder> options) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    VmBuilder builder = mode.apply(Vm.builder()).deadline(HUNG).maxMemory(2L << 30);
    Outcome outcome;
    VmStatistics statistics;
    try (Vm vm = options.apply(builder).output(out, err).start()) {
      Modules.load(vm, program.modules());
      outcome = vm.run(program.modules().getFirst().file().name());
      statistics = vm.statistics();
    } catch (LinkException e) {
      throw new AssertionError(program + ": " + e.problems(), e);
    } catch (InterruptedException e) {
      throw new AssertionError(program + " was interrupted", e);
    }
    if (outcome instanceof Outcome.Defect defect) {
      throw new AssertionError(program + " in mode " + mode, defect.cause());
    }
    String stdout = out.toString(StandardCharsets.UTF_8);
    if (outcome instanceof Outcome.Returned returned && !returned.isNil()) {
      stdout += returned.value() + "\n";
    }
    return new ProgramRun(
        outcome,
        stdout,
        HexFormat.ofDelimiter(" ").formatHex(out.toByteArray()),
        err.toString(StandardCharsets.UTF_8),
        statistics);
  }

  /** The lines of stdout. */
  public List<String> lines() {
    return stdout.lines().toList();
  }

  /** The exit status that the command line would give. */
  public int exitStatus() {
    return switch (outcome) {
      case Outcome.Returned returned -> 0;
      case Outcome.Failed failed -> chosen(failed.reason());
      case Outcome.AwaitingForever forever -> 1;
      case Outcome.OutputFailed failed -> 1;
      case Outcome.LimitExceeded exceeded -> 4;
      case Outcome.Interrupted interrupted -> 130;
      case Outcome.Defect defect -> 70;
    };
  }

  private static int chosen(String reason) {
    return reason.matches("\\{:exit_status, \\d+}")
        ? Integer.parseInt(reason.replaceAll("\\D", ""))
        : 1;
  }

  /** What a person is told about how {@code main} ended, and what is on stderr. */
  public String told() {
    List<String> report =
        switch (outcome) {
          case Outcome.Failed failed -> failed.report();
          case Outcome.AwaitingForever forever -> forever.report();
          case Outcome.LimitExceeded limit ->
              limit.report().isEmpty() ? List.of(limit.limit()) : limit.report();
          case Outcome.OutputFailed failed -> List.of(failed.message());
          case Outcome.Returned returned -> List.of();
          case Outcome.Interrupted interrupted -> List.of();
          case Outcome.Defect defect -> List.of(defect.toString());
        };
    return stderr + String.join("\n", report);
  }
}
