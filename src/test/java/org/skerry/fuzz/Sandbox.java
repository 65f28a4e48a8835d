package org.skerry.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.skerry.Modules;
import org.skerry.Outcome;
import org.skerry.Vm;
import org.skerry.VmBuilder;
import org.skerry.module.LinkException;
import org.skerry.module.MalformedModuleException;
import org.skerry.module.ModuleFile;
import org.skerry.module.ModuleReader;
import org.skerry.module.VerifiedModule;
import org.skerry.verify.VerificationException;
import org.skerry.verify.Verifier;

/**
 * Takes a module that may be anything, and runs it in a machine with small limits if it passes.
 * Memory is checked, and closing the machine finds leaks. Whatever is no rejection and no outcome
 * that a program can bring about is a defect, and thrown.
 */
final class Sandbox {
  /** Virtual time of a run; a step of the simulation takes some microseconds of it. */
  static final Duration DEADLINE = Duration.ofMillis(1);

  private static final long MAX_MEMORY_BYTES = 16L << 20;
  private static final long MAX_HEAP_BYTES = 1L << 18;
  private static final int MAX_PROCESSES = 40;

  /**
   * How it went.
   *
   * @param rejection why the module does not run; null if it ran
   * @param outcome how the run ended; null if there was none
   * @param output what it wrote
   */
  record Result(String rejection, Outcome outcome, String output) {
    boolean ran() {
      return outcome != null;
    }
  }

  private Sandbox() {}

  /** A machine with small limits, simulated, whose output goes nowhere. */
  static VmBuilder limited(long seed) {
    return Vm.builder()
        .seed(seed)
        .reductions(200)
        .maxMemory(MAX_MEMORY_BYTES)
        .maxHeap(MAX_HEAP_BYTES)
        .maxProcesses(MAX_PROCESSES)
        .deadline(DEADLINE)
        .arguments(List.of("7", "x"));
  }

  /** Reads, verifies, links and runs the bytes of a file. */
  static Result run(byte[] file, VmBuilder options) {
    try {
      return run(ModuleReader.read(file), options);
    } catch (MalformedModuleException e) {
      return rejected(e);
    }
  }

  /** Verifies, links and runs a module. */
  static Result run(ModuleFile file, VmBuilder options) {
    try {
      return run(Verifier.verify(file), options);
    } catch (VerificationException e) {
      return rejected(e);
    }
  }

  private static Result run(VerifiedModule module, VmBuilder options) {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    Outcome outcome;
    try (Vm vm = options.output(output, output).start()) {
      Modules.load(vm, List.of(module));
      try {
        outcome = vm.run(module.file().name());
      } catch (IllegalArgumentException e) {
        return rejected(e); // it has no main any more
      }
    } catch (LinkException e) {
      return rejected(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    if (outcome instanceof Outcome.Defect(Throwable cause)) {
      throw new AssertionError("the machine has a defect", cause);
    }
    return new Result(null, outcome, output.toString(StandardCharsets.UTF_8));
  }

  private static Result rejected(Exception reason) {
    if (reason.getMessage() == null || reason.getMessage().length() < 10) {
      throw new AssertionError("a rejection does not say why", reason);
    }
    return new Result(reason.getMessage(), null, "");
  }
}
