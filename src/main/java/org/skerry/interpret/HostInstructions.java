package org.skerry.interpret;

import static org.skerry.isa.InstructionWord.bc;

import org.skerry.process.HostCalls;
import org.skerry.process.WorkerContext;

/** The instructions of {@link RareInstructions} that call functions of the host. */
final class HostInstructions {
  private HostInstructions() {}

  static int execute(WorkerContext context, long process, long fp, long pc, long w) {
    int outcome = context.runtime().host().call(context, process, fp, pc, bc(w));
    return outcome == HostCalls.DONE ? RareInstructions.next(w, pc) : outcome;
  }
}
