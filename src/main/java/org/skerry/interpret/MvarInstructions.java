package org.skerry.interpret;

import static org.skerry.isa.Code.*;
import static org.skerry.isa.InstructionWord.a;
import static org.skerry.isa.InstructionWord.b;
import static org.skerry.isa.InstructionWord.bc;
import static org.skerry.isa.InstructionWord.opcode;

import org.skerry.memory.Memory;
import org.skerry.mvar.MvarLocks;
import org.skerry.process.WorkerContext;
import org.skerry.semantics.MvarOperations;
import org.skerry.semantics.SharedMaps;

/** The instructions of {@link RareInstructions} on MVars. */
final class MvarInstructions {
  private MvarInstructions() {}

  static int execute(WorkerContext context, long process, long fp, long pc, long w) {
    return switch (opcode(w)) {
      case R_MVAR_READ -> MvarOperations.read(context, process, fp + a(w), bc(w));
      case MVAR_WRITE -> MvarOperations.write(context, process, bc(w), fp + a(w));
      case MVAR_LOCK_READ -> MvarOperations.lock(context, process, bc(w), MvarLocks.READ);
      case MVAR_LOCK_WRITE -> MvarOperations.lock(context, process, bc(w), MvarLocks.WRITE);
      case MVAR_LOCK_READ_TIMEOUT -> timeout(context, process, fp, pc, w, MvarLocks.READ);
      case MVAR_LOCK_WRITE_TIMEOUT -> timeout(context, process, fp, pc, w, MvarLocks.WRITE);
      case MVAR_TRY_LOCK_READ ->
          MvarOperations.tryLock(context, process, bc(w), MvarLocks.READ, label(pc));
      case MVAR_TRY_LOCK_WRITE ->
          MvarOperations.tryLock(context, process, bc(w), MvarLocks.WRITE, label(pc));
      case MVAR_UNLOCK -> MvarOperations.unlock(context, process, bc(w));
      case R_MVAR_GET -> SharedMaps.get(context, process, fp + a(w), bc(w), d(fp, pc), 0);
      case R_MVAR_GET_OR ->
          SharedMaps.get(
              context, process, fp + a(w), bc(w), d(fp, pc), fp + RareInstructions.e(pc));
      case I_MVAR_HAS -> SharedMaps.has(context, process, fp + a(w), bc(w), d(fp, pc));
      case MVAR_PUT ->
          SharedMaps.put(context, process, bc(w), Memory.getLong(fp + a(w)), d(fp, pc));
      case I_MVAR_REMOVE -> SharedMaps.remove(context, process, fp + a(w), bc(w), d(fp, pc));
      case I_MVAR_SIZE -> SharedMaps.size(context, process, fp + a(w), bc(w));
      case R_MVAR_SNAPSHOT -> SharedMaps.snapshot(context, process, fp + a(w), bc(w));
      case R_SNAPSHOT_NEXT ->
          SharedMaps.next(context, process, fp + a(w), Memory.getLong(fp + b(w)), label(pc));
      case SNAPSHOT_CLOSE -> SharedMaps.close(context, process, Memory.getLong(fp + a(w)));
      default -> throw RareInstructions.unknown(w);
    };
  }

  private static int timeout(
      WorkerContext context, long process, long fp, long pc, long w, int access) {
    long ns = Memory.getLong(fp + a(w));
    return MvarOperations.lockTimeout(context, process, bc(w), access, ns, label(pc));
  }

  /** The term in the register of slot 4. */
  private static long d(long fp, long pc) {
    return Memory.getLong(fp + RareInstructions.d(pc));
  }

  private static int label(long pc) {
    return (int) Memory.getLong(pc + 8);
  }
}
