package org.skerry.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.UnaryOperator;
import org.skerry.Modules;
import org.skerry.Outcome;
import org.skerry.Vm;
import org.skerry.VmBuilder;
import org.skerry.module.LinkException;
import org.skerry.module.VerifiedModule;

/**
 * Runs programs one after the other in one machine, for making one takes longer than they do. A
 * program that does not end leaves the machine to nobody: the next gets another.
 */
final class Batch implements AutoCloseable {
  private final UnaryOperator<VmBuilder> way;
  private final ByteArrayOutputStream output = new ByteArrayOutputStream();
  private Vm vm;

  Batch(UnaryOperator<VmBuilder> way) {
    this.way = way;
  }

  /** Runs a program whose first module has main. */
  Sandbox.Result run(List<VerifiedModule> program) {
    if (vm == null) {
      vm = way.apply(Sandbox.limited(1)).output(output, output).start();
    }
    output.reset();
    Outcome outcome;
    try {
      Modules.load(vm, program);
      outcome = vm.run(program.getFirst().file().name());
    } catch (LinkException | InterruptedException e) {
      throw new AssertionError(e.getMessage(), e);
    }
    if (!(outcome instanceof Outcome.Returned) && !(outcome instanceof Outcome.Failed)) {
      close();
    }
    return new Sandbox.Result(null, outcome, output.toString(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    if (vm != null) {
      Vm closing = vm;
      vm = null;
      closing.close();
    }
  }
}
