package org.skerry.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.skerry.Permissions;
import org.skerry.VmBuilder;
import org.skerry.io.ModuleLoader;
import org.skerry.io.Sizes;
import org.skerry.verify.lint.Finding;
import org.skerry.verify.lint.Linter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs a program; everything behind its file is the program's own. */
@Command(
    name = "run",
    description = "Runs a program: a source (.ska) or a module (.skb).",
    footer = {
      "",
      "The program ends when its main ends. What main returns is printed unless it is nil.",
      "A main that exits with {:exit_status, N}, N from 0 to 255, gives the exit status.",
      "JVM options are taken from SKERRY_JAVA_OPTS."
    })
final class RunCommand implements Callable<Integer> {
  /** As many as a pid's index tells apart. */
  private static final int MAX_PROCESSES = 1 << 26;

  private final ProgramRunner runner;

  @Spec private CommandSpec spec;

  private long maxMemoryBytes;
  private int maxProcesses;

  @Mixin private VmOptions vm;

  @Option(
      names = "--max-memory",
      paramLabel = "SIZE",
      converter = ByteSizeConverter.class,
      description = "Memory of all processes together, such as 1g.")
  private void maxMemory(Long byteCount) {
    if (byteCount < VmBuilder.MIN_MEMORY_BYTES) {
      throw new ParameterException(
          spec.commandLine(),
          "--max-memory is "
              + Sizes.text(byteCount)
              + ": it must be at least "
              + Sizes.text(VmBuilder.MIN_MEMORY_BYTES));
    }
    maxMemoryBytes = byteCount;
  }

  @Option(
      names = "--max-heap",
      paramLabel = "SIZE",
      converter = ByteSizeConverter.class,
      description = "Memory of each process, such as 64m.")
  private Long maxHeapBytes;

  @Option(names = "--max-processes", paramLabel = "N", description = "Processes alive at a time.")
  private void maxProcesses(int count) {
    maxProcesses = (int) VmOptions.checked(spec, "--max-processes", count, 1, MAX_PROCESSES);
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

  @Option(
      names = "--lint",
      description = "Looks for wrong uses of MVars first, and does not run a program that has any.")
  private boolean lint;

  @Option(
      names = "--jfr",
      paramLabel = "FILE",
      description = "Records the run with the flight recorder, for jfr and JDK Mission Control.")
  private Path recording;

  @Option(names = "--wait", description = "Waits for every process, not only for main.")
  private boolean waitForAll;

  @Option(names = "--allow-read", paramLabel = "DIR", description = "Lets the program read there.")
  private List<String> readable = List.of();

  @Option(
      names = "--allow-write",
      paramLabel = "DIR",
      description = "Lets the program write, rename and remove there.")
  private List<String> writable = List.of();

  @Option(
      names = "--allow-env",
      paramLabel = "NAME",
      description = "Lets the program read that variable of the environment.")
  private List<String> variables = List.of();

  @Option(
      names = "--allow-run",
      paramLabel = "PROGRAM",
      description = "Lets the program run that program of the system, with any arguments.")
  private List<String> programs = List.of();

  @Option(
      names = "--allow-net",
      paramLabel = "HOST:PORT",
      description = "Lets the program connect there, and listen; * is any host or port.")
  private List<String> addresses = List.of();

  @Option(names = "--allow-all", description = "Lets the program do all that you may.")
  private boolean allowsAll;

  @Parameters(index = "0", paramLabel = "FILE", description = "A program: .ska or .skb.")
  private Path file;

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "ARGS",
      description = "The program's own arguments.")
  private List<String> arguments = new ArrayList<>();

  RunCommand(ProgramRunner runner) {
    this.runner = runner;
  }

  @Override
  public Integer call() throws CommandFailure {
    if (lint) {
      List<Finding> findings = Linter.lint(ProgramFiles.loadProgram(file), ModuleLoader::isAwaited);
      LintReport.text(findings, spec.commandLine().getErr());
      if (!findings.isEmpty()) {
        return ExitStatus.PROGRAM_ERROR.code();
      }
    }
    return runner.run(request(), spec.commandLine().getErr());
  }

  private Permissions permissions() {
    Permissions.Builder allowed = Permissions.builder();
    readable.forEach(path -> allow("--allow-read", path, text -> allowed.read(Path.of(text))));
    writable.forEach(path -> allow("--allow-write", path, text -> allowed.write(Path.of(text))));
    programs.forEach(program -> allow("--allow-run", program, allowed::run));
    variables.forEach(allowed::environment);
    addresses.forEach(address -> allow("--allow-net", address, allowed::net));
    return allowsAll ? Permissions.ALL : allowed.build();
  }

  private void allow(String option, String value, Consumer<String> allowed) {
    try {
      allowed.accept(value);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), option + ": " + e.getMessage());
    }
  }

  /** All of it. */
  RunRequest request() {
    return new RunRequest(
        vm.workers(),
        vm.pinning(),
        vm.idle(),
        maxMemoryBytes,
        maxHeapBytes == null ? 0 : maxHeapBytes,
        maxProcesses,
        deadline,
        seed,
        stats,
        vm.jit(),
        waitForAll,
        permissions(),
        recording,
        file,
        arguments);
  }
}
