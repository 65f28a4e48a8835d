package org.skerry.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.skerry.Outcome;
import org.skerry.Vm;
import org.skerry.VmBuilder;
import org.skerry.module.LinkException;
import org.skerry.module.VerifiedModule;

/** Runs a program in a VM of its own, and tells how it ended. */
final class VmRunner implements ProgramRunner {
  @Override
  public ExitStatus run(RunRequest request, PrintWriter err) throws CommandFailure {
    List<VerifiedModule> program = ModuleLoader.loadProgram(request.file());
    Vm vm = builder(request).start();
    Thread closer = new Thread(() -> stop(vm), "skerry-interrupt");
    Runtime.getRuntime().addShutdownHook(closer);
    ExitStatus status;
    try (vm) {
      load(vm, program, request);
      Outcome outcome = vm.run(program.getFirst().file().name());
      status = told(outcome, vm, err);
      if (request.stats()) {
        err.println(vm.statistics());
      }
    } catch (IllegalArgumentException unfit) {
      throw new CommandFailure(ExitStatus.REJECTED, unfit.getMessage());
    }
    forget(closer);
    return status;
  }

  private static void forget(Thread closer) {
    try {
      Runtime.getRuntime().removeShutdownHook(closer);
    } catch (IllegalStateException alreadyShuttingDown) {
      // Ctrl-C: the hook is running, and does what it is there for.
    }
  }

  /** The JVM ends, because of Ctrl-C: the VM closes first, which takes its lock until it has. */
  private static void stop(Vm vm) {
    vm.interrupt();
    vm.close();
  }

  private static VmBuilder builder(RunRequest request) throws CommandFailure {
    VmBuilder builder =
        Vm.builder()
            .idle(request.idle().name())
            .pin(pinning(request.pinning()))
            .deadline(request.deadline())
            .waitForAll(request.waitForAll())
            .arguments(request.arguments())
            .output(
                new FileOutputStream(FileDescriptor.out), new FileOutputStream(FileDescriptor.err));
    if (request.workers() > 0) {
      builder.workers(request.workers());
    }
    if (request.maxHeapBytes() > 0) {
      builder.maxHeap(request.maxHeapBytes());
    }
    if (request.maxProcesses() > 0) {
      builder.maxProcesses(request.maxProcesses());
    }
    if (request.seed() != null) {
      builder.seed(request.seed());
    }
    try {
      return request.maxMemoryBytes() > 0 ? builder.maxMemory(request.maxMemoryBytes()) : builder;
    } catch (IllegalArgumentException tooSmall) {
      throw new CommandFailure(ExitStatus.USAGE, "--max-memory: " + tooSmall.getMessage());
    }
  }

  private static String pinning(Pinning pinning) {
    return switch (pinning.mode()) {
      case AUTO, NONE -> pinning.mode().name().toLowerCase(Locale.ROOT);
      case LIST -> pinning.cores().stream().map(String::valueOf).collect(Collectors.joining(","));
    };
  }

  private static void load(Vm vm, List<VerifiedModule> program, RunRequest request)
      throws CommandFailure {
    try {
      vm.load(program);
    } catch (LinkException e) {
      throw CommandFailure.listing(
          ExitStatus.REJECTED, request.file() + ": " + String.join("\n  ", e.problems()));
    }
  }

  private static ExitStatus told(Outcome outcome, Vm vm, PrintWriter err) {
    return switch (outcome) {
      case Outcome.Returned returned -> {
        if (!returned.isNil()) {
          vm.print(returned.value() + "\n");
        }
        yield ExitStatus.SUCCESS;
      }
      case Outcome.Failed failed -> tell(vm, failed.report(), err, ExitStatus.PROGRAM_ERROR);
      case Outcome.LimitExceeded limit ->
          tell(
              vm,
              limit.report().isEmpty() ? List.of("skerry: " + limit.limit()) : limit.report(),
              err,
              ExitStatus.LIMIT_EXCEEDED);
      case Outcome.AwaitingForever forever ->
          tell(vm, forever.report(), err, ExitStatus.PROGRAM_ERROR);
      case Outcome.OutputFailed failed ->
          tell(
              vm,
              List.of("skerry: cannot write the output: " + failed.message()),
              err,
              ExitStatus.PROGRAM_ERROR);
      case Outcome.Interrupted() -> ExitStatus.INTERRUPTED;
      case Outcome.Defect defect -> Failures.report(new VmFailure(defect.cause()), err);
    };
  }

  private static ExitStatus tell(Vm vm, List<String> lines, PrintWriter err, ExitStatus status) {
    vm.flush();
    lines.forEach(err::println);
    return status;
  }

  /** A defect of the VM, for {@link Failures}. */
  private static final class VmFailure extends Exception {
    private static final long serialVersionUID = 1L;

    VmFailure(Throwable cause) {
      super(cause.toString(), cause);
    }

    @Override
    public String toString() {
      return getMessage();
    }
  }
}
