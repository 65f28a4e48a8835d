package org.skerry.interpret;

import static org.skerry.isa.Code.*;
import static org.skerry.isa.InstructionWord.a;
import static org.skerry.isa.InstructionWord.b;
import static org.skerry.isa.InstructionWord.c;
import static org.skerry.isa.InstructionWord.opcode;

import org.skerry.memory.Memory;
import org.skerry.process.WorkerContext;
import org.skerry.semantics.Relating;

/** The instructions of {@link RareInstructions} by which processes care for each other. */
final class RelationInstructions {
  private RelationInstructions() {}

  static int execute(WorkerContext context, long process, long fp, long pc, long w) {
    int settled = Relating.settle(context, process);
    if (settled != Relating.SETTLED) {
      return settled;
    }
    switch (opcode(w)) {
      case LINK -> Relating.link(context, process, Memory.getLong(fp + a(w)));
      case UNLINK -> Relating.unlink(context, process, Memory.getLong(fp + a(w)));
      case R_MONITOR ->
          Memory.putLong(fp + a(w), Relating.monitor(context, process, Memory.getLong(fp + b(w))));
      case I_DEMONITOR ->
          Memory.putLong(
              fp + a(w), Relating.demonitor(context, process, Memory.getLong(fp + b(w)), false));
      case I_DEMONITOR_FLUSH ->
          Memory.putLong(
              fp + a(w), Relating.demonitor(context, process, Memory.getLong(fp + b(w)), true));
      case EXIT_SIGNAL ->
          Relating.exit(context, process, Memory.getLong(fp + a(w)), Memory.getLong(fp + b(w)));
      case I_TRAP_EXIT ->
          Memory.putLong(fp + a(w), Relating.trapExit(process, Memory.getLong(fp + b(w))));
      case REGISTER ->
          Relating.register(context, Memory.getLong(fp + a(w)), Memory.getLong(fp + b(w)));
      case UNREGISTER -> Relating.unregister(context, Memory.getLong(fp + a(w)));
      case R_WHEREIS ->
          Memory.putLong(fp + a(w), Relating.whereis(context, Memory.getLong(fp + b(w))));
      case R_PROCESS_LIST -> Memory.putLong(fp + a(w), Relating.list(context, process));
      case R_PROCESS_INFO_OF -> {
        return Relating.info(
            context, process, fp + a(w), Memory.getLong(fp + b(w)), Memory.getLong(fp + c(w)));
      }
      default -> throw RareInstructions.unknown(w);
    }
    return RareInstructions.next(w, pc);
  }
}
