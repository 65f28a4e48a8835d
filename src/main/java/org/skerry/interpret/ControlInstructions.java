package org.skerry.interpret;

import static org.skerry.isa.Code.*;
import static org.skerry.isa.InstructionWord.a;
import static org.skerry.isa.InstructionWord.opcode;

import org.skerry.memory.Memory;
import org.skerry.process.WorkerContext;
import org.skerry.semantics.*;

/** The instructions of {@link RareInstructions} on closures and errors. */
final class ControlInstructions {
  private ControlInstructions() {}

  static int execute(WorkerContext context, long process, long fp, long pc, long w) {
    switch (opcode(w)) {
      case R_CLOSURE -> Memory.putLong(fp + a(w), Closures.make(context, process, fp, pc));
      case THROW -> {
        return Unwinding.raiseTerm(context, process, Memory.getLong(fp + a(w)))
            ? Control.RELOAD
            : Control.EXIT;
      }
      case RETHROW -> {
        return Unwinding.raiseAgain(context, process, Memory.getLong(fp + a(w)))
            ? Control.RELOAD
            : Control.EXIT;
      }
      default -> throw RareInstructions.unknown(w);
    }
    return RareInstructions.next(w, pc);
  }
}
