package org.skerry.cli;

import org.skerry.JitMode;
import org.skerry.schedule.Pinning;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options of every command that runs programs: which threads run them, and how. */
final class VmOptions {
  private static final int MAX_WORKERS = 1024;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  private int workers;
  private String pinning;

  @Option(
      names = "--workers",
      paramLabel = "N",
      description = "Worker threads; one for each core unless given.")
  private void workers(int count) {
    workers = (int) checked(spec, "--workers", count, 1, MAX_WORKERS);
  }

  @Option(
      names = "--pin",
      paramLabel = "auto|none|LIST",
      defaultValue = "auto",
      description = "Cores that the workers are pinned to, such as 0,2,4-7. Default: auto.")
  private void pinning(String cores) {
    try {
      pinning = Pinning.parse(cores).toString();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--pin: " + e.getMessage());
    }
  }

  @Option(
      names = "--idle",
      paramLabel = "spin|hybrid|park",
      defaultValue = "hybrid",
      description = "What a worker with nothing to run does. Default: hybrid.")
  private RunRequest.Idle idle;

  @Option(
      names = "--jit",
      paramLabel = "hot|eager|off",
      defaultValue = "hot",
      description = "When code is compiled: where it is hot, all at load, never. Default: hot.")
  private JitMode jit;

  @Option(names = "--no-jit", description = "The same as --jit=off.")
  private boolean noJit;

  /** 0 where none were given. */
  int workers() {
    return workers;
  }

  String pinning() {
    return pinning;
  }

  RunRequest.Idle idle() {
    return idle;
  }

  JitMode jit() {
    return noJit ? JitMode.OFF : jit;
  }

  /** The value of an option, if it lies within bounds, both included. */
  static long checked(CommandSpec spec, String option, long value, long least, long most) {
    if (value < least || value > most) {
      String bounds =
          most == Long.MAX_VALUE ? "at least " + least : "from " + least + " to " + most;
      throw new ParameterException(
          spec.commandLine(), option + " is " + value + ": it must be " + bounds);
    }
    return value;
  }
}
