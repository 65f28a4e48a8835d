package org.skerry.jit;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static org.skerry.isa.Bank.R;
import static org.skerry.isa.Opcode.*;
import static org.skerry.jit.MethodShape.CONTEXT;
import static org.skerry.jit.MethodShape.FP;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import org.skerry.isa.InstructionWord;
import org.skerry.isa.Opcode;
import org.skerry.memory.Memory;
import org.skerry.module.InstructionCursor;
import org.skerry.mvar.FreeLocks;
import org.skerry.mvar.MvarLocks;
import org.skerry.mvar.MvarValue;

/**
 * Instructions on MVars, where nobody stands against them and the value is an immediate: one call
 * that HotSpot inlines, with nothing written to the frame. Who meets somebody leaves: a call in a
 * loop would have HotSpot keep the loop's registers in memory, however seldom it is made. Other
 * cases are executed outside compiled code.
 */
final class MvarEmitter {
  private static final ClassDesc FREE_LOCKS = FreeLocks.class.describeConstable().orElseThrow();

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

  /** Whether it is one that may wait, and is first attempted in place. */
  static boolean isAttempted(Opcode opcode) {
    return switch (opcode) {
      case R_MVAR_READ, MVAR_WRITE, MVAR_LOCK_READ, MVAR_LOCK_WRITE -> true;
      default -> false;
    };
  }

  /** A process that has begun to wait at the instruction is none of the attempt's cases. */
  void orElsewhere(Label elsewhere) {
    out.process();
    testWaiting(code);
    code.ifne(elsewhere);
  }

  /** The process's address on the stack becomes whether it waits for an MVar. */
  static void testWaiting(CodeBuilder code) {
    MethodTypeDesc type = MethodTypeDesc.of(ConstantDescs.CD_boolean, CD_long);
    code.invokestatic(FREE_LOCKS, "isWaiting", type);
  }

  /** Writes the instruction, and says whether it was one of these. */
  boolean emit() {
    switch (at.opcode()) {
      case R_MVAR_READ -> read();
      case MVAR_WRITE -> write();
      case MVAR_LOCK_READ, MVAR_TRY_LOCK_READ -> lock(MvarLocks.READ);
      case MVAR_LOCK_WRITE, MVAR_TRY_LOCK_WRITE -> lock(MvarLocks.WRITE);
      case MVAR_UNLOCK -> {
        out.process();
        mvar(0);
        out.call(FreeLocks.class, "unlock", CD_int, CD_long, CD_long);
        unlessDone(code.newLabel());
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
    code.lload(function.shape.scratch).loadConstant(MvarValue.NONE).lcmp().ifne(slow);
    attemptToRead("readHeld");
    code.ifne(fine);
    code.lload(function.shape.scratch).loadConstant(MvarValue.NONE).lcmp().ifne(slow);
    out.process();
    out.test(FreeLocks.class, "holdsNothing", CD_long);
    code.ifne(function.interpreted());
    function.slow(slow, join);
  }

  /** The value is in the scratch local then, and on the stack whether it is an immediate. */
  private void attemptToRead(String method) {
    out.process();
    mvar(1);
    out.call(FreeLocks.class, method, CD_long, CD_long, CD_long);
    code.dup2().lstore(function.shape.scratch);
    out.test(MvarValue.class, "isImmediate", CD_long);
  }

  /** As {@link #read}. */
  private void write() {
    Label done = code.newLabel();
    attemptToWrite("writeHeld", ConstantDescs.CD_boolean);
    code.ifne(done);
    attemptToWrite("write", CD_int);
    unlessDone(done);
  }

  private void attemptToWrite(String method, ClassDesc outcome) {
    out.contextAndProcess();
    mvar(0);
    out.load(R, at.slot(1));
    out.call(FreeLocks.class, method, outcome, CONTEXT, CD_long, CD_long, CD_long);
  }

  private void lock(int access) {
    out.process();
    mvar(0);
    code.loadConstant(access).lload(FP).loadConstant(function.header(at.pc()));
    out.call(FreeLocks.class, "lock", CD_int, CD_long, CD_long, CD_int, CD_long, CD_long);
    unlessDone(code.newLabel());
  }

  /** What has come of the attempt is on the stack. */
  private void unlessDone(Label done) {
    Label general = code.newLabel();
    code.dup().istore(function.shape.distance).ifeq(done);
    code.iload(function.shape.distance).loadConstant(FreeLocks.MET).if_icmpne(general);
    code.goto_(function.interpreted());
    function.slow(general, done);
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
