package org.skerry.jit;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static org.skerry.isa.Bank.R;
import static org.skerry.isa.Opcode.*;
import static org.skerry.jit.MethodShape.CONTEXT;
import static org.skerry.jit.MethodShape.FP;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import org.skerry.isa.InstructionWord;
import org.skerry.isa.Opcode;
import org.skerry.memory.Memory;
import org.skerry.module.InstructionCursor;
import org.skerry.mvar.FreeLocks;
import org.skerry.mvar.MvarLocks;
import org.skerry.mvar.MvarValue;

/**
 * Instructions on MVars, where nobody stands against them and the value is an immediate: one call
 * that HotSpot inlines, with nothing written to the frame. Everything else is executed outside
 * compiled code, which begins with the same attempt.
 */
final class MvarEmitter {
  private final FunctionCompiler function;
  private final Emitter out;
  private final CodeBuilder code;
  private final InstructionCursor at;

  MvarEmitter(FunctionCompiler function) {
    this.function = function;
    out = function.out;
    code = function.code;
    at = function.at;
  }

  /** Whether a process that goes on at an instruction enters it elsewhere than control does. */
  static boolean hasEntry(Opcode opcode) {
    return switch (opcode) {
      case R_MVAR_READ, MVAR_WRITE, MVAR_LOCK_READ, MVAR_LOCK_WRITE -> true;
      default -> false;
    };
  }

  /** Writes the instruction, and says whether it was one of these. */
  boolean emit() {
    switch (at.opcode()) {
      case R_MVAR_READ -> read();
      case MVAR_WRITE -> {
        out.contextAndProcess();
        mvar(0);
        out.load(R, at.slot(1));
        out.test(FreeLocks.class, "write", CONTEXT, CD_long, CD_long, CD_long);
        orRare();
      }
      case MVAR_LOCK_READ, MVAR_TRY_LOCK_READ -> lock(MvarLocks.READ);
      case MVAR_LOCK_WRITE, MVAR_TRY_LOCK_WRITE -> lock(MvarLocks.WRITE);
      case MVAR_UNLOCK -> {
        out.process();
        mvar(0);
        out.test(FreeLocks.class, "unlock", CD_long, CD_long);
        orRare();
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  /** Two attempts, so that HotSpot learns for each place which one it is. */
  private void read() {
    Label held = code.newLabel();
    Label fine = code.newLabel();
    Label slow = code.newLabel();
    Label join = code.newLabel();
    attemptToRead("read");
    code.ifeq(held);
    code.labelBinding(fine).lload(function.shape.scratch);
    out.store(R, at.slot(0));
    code.goto_(join);
    code.labelBinding(held);
    attemptToRead("readHeld");
    code.ifne(fine);
    orRare(slow, join);
  }

  /** The value is in the scratch local then, and on the stack whether it is an immediate. */
  private void attemptToRead(String method) {
    out.process();
    mvar(1);
    out.call(FreeLocks.class, method, CD_long, CD_long, CD_long);
    code.dup2().lstore(function.shape.scratch);
    out.test(MvarValue.class, "isImmediate", CD_long);
  }

  private void lock(int access) {
    out.process();
    mvar(0);
    code.loadConstant(access).lload(FP).loadConstant(function.header(at.pc()));
    out.test(FreeLocks.class, "lock", CD_long, CD_long, CD_int, CD_long, CD_long);
    orRare();
  }

  /** The boolean on the stack says whether the instruction is done. */
  private void orRare() {
    Label slow = code.newLabel();
    Label join = code.newLabel();
    code.ifeq(slow);
    code.goto_(join);
    orRare(slow, join);
  }

  /** A process that was suspended goes on here: it may have what it waited for. */
  private void orRare(Label slow, Label join) {
    function.bindEntry();
    function.slow(slow, join);
  }

  /** The record of the MVar, which never moves. */
  private void mvar(int operand) {
    int slot = at.opcode().format().slotOf(operand);
    long address = function.codeAddress(at.pc()) + 8L * (slot / InstructionWord.SLOTS_PER_WORD);
    int index =
        InstructionWord.half(Memory.getLong(address), slot % InstructionWord.SLOTS_PER_WORD / 2);
    code.loadConstant(function.unit.mvarAddress(index));
  }
}
