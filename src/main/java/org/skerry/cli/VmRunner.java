package org.skerry.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.skerry.LoadException;
import org.skerry.Outcome;
import org.skerry.Program;
import org.skerry.Vm;
import org.skerry.VmBuilder;

/** Runs a program in a VM of its own, and says how it ended. */
final class VmRunner implements ProgramRunner {
  // Not System.out and System.err: a print stream keeps to itself that it cannot write.
  private static final OutputStream STDOUT = new FileOutputStream(FileDescriptor.out);
  private static final OutputStream STDERR = new FileOutputStream(FileDescriptor.err);

  /** How the reason begins with which a program chooses its exit status. */
  private static final String CHOSEN = "{:exit_status, ";

  private static final int MAX_STATUS = 255;

  /** A VM stops within a slice; longer than this Ctrl-C must not take. */
  private static final long MAX_CLOSE_SECONDS = 5;

  @Override
  public int run(RunRequest request, PrintWriter err) throws CommandFailure {
    Program program = ProgramFiles.program(request.file());
    CountDownLatch closed = new CountDownLatch(1);
    Outcome outcome;
    String statistics = null;
    Path file = request.recording();
    // Apart: to load what belongs to the flight recorder takes time.
    try (FlightRecording _ = file == null ? null : FlightRecording.start(file);
        Vm vm = start(request)) {
      Thread hook = Thread.ofPlatform().unstarted(() -> interrupt(vm, closed));
      Runtime.getRuntime().addShutdownHook(hook);
      outcome = run(vm, program);
      statistics = request.stats() ? vm.statistics().toString() : null;
    } finally {
      closed.countDown();
    }
    int status = report(outcome, err);
    if (statistics != null) {
      err.println(statistics);
    }
    return status;
  }

  private static Vm start(RunRequest request) throws CommandFailure {
    try {
      VmBuilder builder = Vm.builder().arguments(request.arguments());
      builder.output(STDOUT, STDERR).input(new FileInputStream(FileDescriptor.in));
      builder.pin(request.pinning()).idle(request.idle().name());
      builder.deadline(request.deadline()).waitForAll(request.waitForAll());
      builder.endWhenAllAwait(true).jit(request.jit());
      builder.permissions(request.permissions());
      if (request.workers() > 0) {
        builder.workers(request.workers());
      }
      if (request.maxMemoryBytes() > 0) {
        builder.maxMemory(request.maxMemoryBytes());
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
      return builder.start();
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitStatus.USAGE, e.getMessage());
    }
  }

  private static Outcome run(Vm vm, Program program) throws CommandFailure {
    try {
      return vm.run(program);
    } catch (LoadException | IllegalArgumentException e) {
      throw new CommandFailure(ExitStatus.REJECTED, e.getMessage());
    } catch (InterruptedException e) {
      return new Outcome.Interrupted();
    }
  }

  /** Ctrl-C: ends the run, and holds the JVM until the VM has closed. */
  private static void interrupt(Vm vm, CountDownLatch closed) {
    if (closed.getCount() == 0) {
      return;
    }
    vm.interrupt();
    try {
      closed.await(MAX_CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static int report(Outcome outcome, PrintWriter err) {
    // Apart from the switch, which the JVM links when it is first executed: 5 ms.
    if (outcome instanceof Outcome.Returned returned) {
      return print(returned, err).code();
    }
    int chosen = outcome instanceof Outcome.Failed failed ? chosen(failed.reason()) : -1;
    return chosen >= 0 ? chosen : reportAnyOther(outcome, err).code();
  }

  /** The status that a program has chosen by its reason to exit; -1 where it has not. */
  private static int chosen(String reason) {
    if (!reason.startsWith(CHOSEN) || reason.length() > CHOSEN.length() + 4) {
      return -1;
    }
    String number = reason.substring(CHOSEN.length(), reason.length() - 1);
    int status = number.chars().allMatch(Character::isDigit) ? Integer.parseInt(number) : -1;
    return status <= MAX_STATUS ? status : -1;
  }

  private static ExitStatus print(Outcome.Returned returned, PrintWriter err) {
    if (!returned.isNil()) {
      try {
        STDOUT.write((returned.value() + "\n").getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        return outputFailed(e.getMessage(), err);
      }
    }
    return ExitStatus.SUCCESS;
  }

  private static ExitStatus outputFailed(String message, PrintWriter err) {
    err.println("skerry: cannot write the program's output: " + message);
    return ExitStatus.PROGRAM_ERROR;
  }

  private static ExitStatus reportAnyOther(Outcome outcome, PrintWriter err) {
    return switch (outcome) {
      case Outcome.Returned returned -> print(returned, err);
      case Outcome.Failed failed -> {
        failed.report().forEach(err::println);
        yield ExitStatus.PROGRAM_ERROR;
      }
      case Outcome.LimitExceeded exceeded -> {
        if (exceeded.report().isEmpty()) {
          err.println("skerry: " + exceeded.limit());
        }
        exceeded.report().forEach(err::println);
        yield ExitStatus.LIMIT_EXCEEDED;
      }
      case Outcome.AwaitingForever awaiting -> {
        awaiting.report().forEach(err::println);
        yield ExitStatus.PROGRAM_ERROR;
      }
      case Outcome.Interrupted() -> ExitStatus.INTERRUPTED;
      case Outcome.OutputFailed(String message) -> outputFailed(message, err);
      case Outcome.Defect(Throwable cause) -> Failures.report(cause, err);
    };
  }
}
