package org.skerry.interpret;

import static org.skerry.isa.Code.*;
import static org.skerry.isa.InstructionWord.a;
import static org.skerry.isa.InstructionWord.b;
import static org.skerry.isa.InstructionWord.c;
import static org.skerry.isa.InstructionWord.opcode;

import org.skerry.memory.Memory;
import org.skerry.process.ProcessLayout;
import org.skerry.process.WorkerContext;
import org.skerry.semantics.*;
import org.skerry.term.Term;

/** The instructions of {@link RareInstructions} on processes and their surroundings. */
final class ProcessInstructions {
  private ProcessInstructions() {}

  static int execute(WorkerContext context, long process, long fp, long pc, long w) {
    switch (opcode(w)) {
      case R_SPAWN ->
          Memory.putLong(fp + a(w), Spawning.spawn(context, process, fp, pc, Memory.NULL));
      case R_SPAWN_CLOSURE ->
          Memory.putLong(
              fp + a(w),
              Spawning.spawnClosure(context, process, fp, fp + b(w), Memory.NULL, pc + 8, c(w)));
      case R_SPAWN_WITH ->
          Memory.putLong(fp + a(w), Spawning.spawn(context, process, fp, pc, fp + b(w)));
      case R_SPAWN_CLOSURE_WITH ->
          Memory.putLong(
              fp + a(w),
              Spawning.spawnClosure(
                  context, process, fp, fp + c(w), fp + b(w), pc + 16, RareInstructions.d(pc)));
      case R_SELF -> Memory.putLong(fp + a(w), Memory.getLong(process + ProcessLayout.PID));
      case R_REF -> Memory.putLong(fp + a(w), context.newRef());
      case SEND -> {
        return Messaging.send(context, process, fp + a(w), fp + b(w));
      }
      case I_SEND_TRY ->
          Memory.putLong(fp + a(w), Messaging.trySend(context, process, fp + b(w), fp + c(w)));
      case R_RECEIVE -> {
        long message = Messaging.receive(context, process);
        if (message == Term.NONE) {
          return Control.AWAIT;
        }
        Memory.putLong(fp + a(w), message);
      }
      case R_RECEIVE_TIMEOUT -> {
        return Messaging.receiveTimeout(
            context, process, fp + a(w), Memory.getLong(fp + b(w)), (int) Memory.getLong(pc + 8));
      }
      case SELECT_BEGIN -> Messaging.selectBegin(context, process);
      case R_SELECT_NEXT -> {
        return Messaging.selectNext(context, process, fp + a(w));
      }
      case R_SELECT_NEXT_TIMEOUT -> {
        return Messaging.selectNextTimeout(
            context, process, fp + a(w), Memory.getLong(fp + b(w)), (int) Memory.getLong(pc + 8));
      }
      case SELECT_TAKE -> Messaging.selectTake(context, process);
      case R_SEND_AFTER ->
          Memory.putLong(
              fp + a(w),
              Messaging.sendAfter(
                  context,
                  process,
                  fp + b(w),
                  fp + c(w),
                  Memory.getLong(fp + RareInstructions.d(pc))));
      case I_CANCEL ->
          Memory.putLong(fp + a(w), Messaging.cancel(context, Memory.getLong(fp + b(w))));
      case SLEEP -> {
        return Messaging.sleep(context, process, Memory.getLong(fp + a(w)));
      }
      case YIELD -> {
        return Control.YIELD;
      }
      case EXIT -> {
        return Unwinding.exit(process, Memory.getLong(fp + a(w)));
      }
      case I_ALIVE ->
          Memory.putLong(
              fp + a(w), Environment.isAlive(context, Memory.getLong(fp + b(w))) ? 1 : 0);
      case R_PROCESS_INFO ->
          Memory.putLong(
              fp + a(w), Environment.processInfo(context, process, Memory.getLong(fp + b(w))));
      case COLLECT -> Environment.collect(context, process);
      case I_TIME -> Memory.putLong(fp + a(w), context.world().nanoTime());
      case I_TIME_WALL -> Memory.putLong(fp + a(w), context.world().wallTimeNs());
      case I_RANDOM -> Memory.putLong(fp + a(w), Environment.random(process));
      case I_RANDOM_BELOW ->
          Memory.putLong(fp + a(w), Environment.randomBelow(process, Memory.getLong(fp + b(w))));
      case F_RANDOM -> Memory.putDouble(fp + a(w), Environment.randomFloat(process));
      case I_RANDOM_SEED ->
          Memory.putLong(fp + a(w), Environment.seed(process, Memory.getLong(fp + b(w))));
      case PRINT -> {
        return Environment.print(context, process, Memory.getLong(fp + a(w)), true, false);
      }
      case WRITE -> {
        return Environment.print(context, process, Memory.getLong(fp + a(w)), false, false);
      }
      case PRINT_ERROR -> {
        return Environment.print(context, process, Memory.getLong(fp + a(w)), true, true);
      }
      case WRITE_ERROR -> {
        return Environment.print(context, process, Memory.getLong(fp + a(w)), false, true);
      }
      case R_ARGUMENTS -> Memory.putLong(fp + a(w), Environment.arguments(context));
      default -> throw RareInstructions.unknown(w);
    }
    return RareInstructions.next(w, pc);
  }
}
