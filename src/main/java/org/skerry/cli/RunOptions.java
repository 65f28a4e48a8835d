package org.skerry.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The options, the file and the program's own arguments of {@code skerry run}. */
final class RunOptions {
  /** What a worker does that has nothing to run. */
  enum Idle {
    SPIN,
    HYBRID,
    PARK;

    /** Lower case, as it is written on the command line. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final int MAX_WORKERS = 1024;

  /** As many as a pid's index tells apart. */
  private static final int MAX_PROCESSES = 1 << 26;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  private int workers;
  private int maxProcesses;

  @Option(
      names = "--workers",
      paramLabel = "N",
      description = "Worker threads; one for each core unless given.")
  private void workers(int count) {
    workers = checked("--workers", count, MAX_WORKERS);
  }

  @Option(
      names = "--pin",
      paramLabel = "auto|none|LIST",
      defaultValue = "auto",
      converter = Pinning.Converter.class,
      description = "Cores that the workers are pinned to, such as 0,2,4-7. Default: auto.")
  private Pinning pinning;

  @Option(
      names = "--idle",
      paramLabel = "spin|hybrid|park",
      defaultValue = "hybrid",
      description = "What a worker with nothing to run does. Default: hybrid.")
  private Idle idle;

  @Option(
      names = "--max-memory",
      paramLabel = "SIZE",
      converter = ByteSizeConverter.class,
      description = "Memory of all processes together, such as 1g.")
  private Long maxMemoryBytes;

  @Option(
      names = "--max-heap",
      paramLabel = "SIZE",
      converter = ByteSizeConverter.class,
      description = "Memory of each process, such as 64m.")
  private Long maxHeapBytes;

  @Option(names = "--max-processes", paramLabel = "N", description = "Processes alive at a time.")
  private void maxProcesses(int count) {
    maxProcesses = checked("--max-processes", count, MAX_PROCESSES);
  }

  @Option(
      names = "--deadline",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      description = "Ends the program when it has run that long, such as 5s or 100ms.")
  private Duration deadline;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Runs in simulation: one thread, virtual time, same seed same run.")
  private Long seed;

  @Option(
      names = "--stats",
      description = "Prints a summary at the end: processes, messages, collections, memory.")
  private boolean stats;

  @Option(names = "--wait", description = "Waits for every process, not only for main.")
  private boolean waitForAll;

  @Parameters(index = "0", paramLabel = "FILE", description = "A program: .ska or .skb.")
  private Path file;

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "ARGS",
      description = "The program's own arguments.")
  private List<String> arguments = new ArrayList<>();

  private int checked(String option, int count, int max) {
    if (count < 1 || count > max) {
      throw new ParameterException(
          spec.commandLine(), option + " is " + count + ": it must be from 1 to " + max);
    }
    return count;
  }

  /** Worker threads, or 0 for one a core. */
  int workers() {
    return workers;
  }

  Pinning pinning() {
    return pinning;
  }

  Idle idle() {
    return idle;
  }

  /** Bytes of all processes together, or 0 for the VM's default. */
  long maxMemoryBytes() {
    return maxMemoryBytes == null ? 0 : maxMemoryBytes;
  }

  /** Bytes of each process, or 0 for the VM's default. */
  long maxHeapBytes() {
    return maxHeapBytes == null ? 0 : maxHeapBytes;
  }

  /** Processes alive at a time, or 0 for the VM's default. */
  int maxProcesses() {
    return maxProcesses;
  }

  /** How long the program may run, or null for ever. */
  Duration deadline() {
    return deadline;
  }

  /** The seed of the simulation, or null to run for real. */
  Long seed() {
    return seed;
  }

  boolean stats() {
    return stats;
  }

  boolean waitForAll() {
    return waitForAll;
  }

  Path file() {
    return file;
  }

  /** The program's own arguments. */
  List<String> arguments() {
    return arguments;
  }
}
