package org.skerry.jit;

import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;
import static org.skerry.isa.Bank.F;
import static org.skerry.isa.Bank.I;
import static org.skerry.isa.Bank.R;
import static org.skerry.isa.Opcode.*;
import static org.skerry.jit.MethodShape.CONTEXT;
import static org.skerry.jit.MethodShape.CONTEXT_LOCAL;
import static org.skerry.jit.MethodShape.FP;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ClassDesc;
import java.util.Arrays;
import org.skerry.isa.Bank;
import org.skerry.isa.Opcode;
import org.skerry.module.InstructionCursor;
import org.skerry.semantics.Collections;
import org.skerry.term.ObjectLayout;

/**
 * Elements of mutable arrays. For each register and kind of array there is a local with the length,
 * or 0 where the register holds no such array, which is found out when the register is written: an
 * access is one comparison with it, which HotSpot need not read from memory again after each write
 * to an element, and knows not to change in a loop. An array keeps its kind and length when a
 * collection moves it.
 */
final class ArrayEmitter {
  private final FunctionCompiler function;
  private final Emitter out;
  private final CodeBuilder code;
  private final InstructionCursor at;

  ArrayEmitter(FunctionCompiler function) {
    this.function = function;
    out = function.out;
    code = function.code;
    at = function.at;
  }

  /** Writes the instruction, and says whether it was one of these. */
  boolean emit() {
    if (at.opcode() == ARRAY_COPY) {
      copy();
      return true;
    }
    int kind = kind(at.opcode());
    if (kind == 0) {
      return false;
    }
    check(kind);
    access();
    return true;
  }

  private void copy() {
    Label fails = code.newLabel();
    out.storeReductions();
    code.aload(CONTEXT_LOCAL).lload(FP).loadConstant(function.header(at.pc()));
    out.load(R, at.slot(0));
    out.load(I, at.slot(1));
    out.load(R, at.slot(2));
    out.load(I, at.slot(3));
    out.load(I, at.slot(4));
    ClassDesc[] parameters = new ClassDesc[8];
    Arrays.fill(parameters, CD_long);
    parameters[0] = CONTEXT;
    out.support("copyArray", CD_boolean, parameters);
    code.ifeq(fails);
    out.loadReductions();
    function.preemptBehind();
    Label raised = function.raisedLabel();
    function.cold(() -> code.labelBinding(fails).goto_(raised));
  }

  /** The kind of array that an instruction accesses an element of, or 0. */
  static int kind(Opcode opcode) {
    return switch (opcode) {
      case I64_GET, I64_SET -> ObjectLayout.I64_ARRAY;
      case F64_GET, F64_SET -> ObjectLayout.F64_ARRAY;
      case U8_GET, U8_SET -> ObjectLayout.U8_ARRAY;
      case TERM_GET, TERM_SET -> ObjectLayout.TERM_ARRAY;
      default -> 0;
    };
  }

  private static boolean isGet(Opcode opcode) {
    return switch (opcode) {
      case I64_GET, F64_GET, U8_GET, TERM_GET -> true;
      default -> false;
    };
  }

  /** The register with the array that an instruction accesses an element of. */
  static int array(InstructionCursor at) {
    return at.slot(isGet(at.opcode()) ? 1 : 0);
  }

  /** The register with the index of the element. */
  static int index(InstructionCursor at) {
    return at.slot(isGet(at.opcode()) ? 2 : 1);
  }

  /**
   * Looks whether the array has the element, and those that later accesses leave to this one. If it
   * has not this one, the error is raised; if it may be another's, the interpreter goes on.
   */
  private void check(int kind) {
    IndexChecks.Check check = function.indexChecks.at(at.pc());
    if (check == null) {
      return;
    }
    Label fails;
    if (check.isForOthers()) {
      fails = function.interpreted();
      compare(kind, check.least(), fails);
      compare(kind, check.greatest(), fails);
    } else {
      compare(kind, 0, faults(kind));
    }
  }

  /** The length is less than any distance is from 2<sup>63</sup>: a sum that overflows is none. */
  private void compare(int kind, long distance, Label fails) {
    out.load(I, index(at));
    if (distance != 0) {
      code.loadConstant(distance).ladd();
    }
    code.lload(function.shape.length(array(at), kind));
    out.call(Long.class, "compareUnsigned", CD_int, CD_long, CD_long);
    code.ifge(fails);
  }

  /** Where the error is raised that an access to such an array ends with. */
  private Label faults(int kind) {
    Label none = code.newLabel();
    int pc = at.pc();
    int array = array(at);
    Label raised = function.raisedLabel();
    function.cold(() -> {
      code.labelBinding(none);
      out.putReductions();
      code.aload(CONTEXT_LOCAL).lload(FP).loadConstant(function.header(pc));
      out.load(R, array);
      code.loadConstant(kind);
      out.support("accessFault", CD_void, CONTEXT, CD_long, CD_long, CD_long, CD_int);
      code.goto_(raised);
    });
    return none;
  }

  private void access() {
    switch (at.opcode()) {
      case I64_GET -> get(I);
      case F64_GET -> get(F);
      case TERM_GET -> get(R);
      case I64_SET -> set(I);
      case F64_SET -> set(F);
      case U8_GET -> {
        address(0);
        out.getByte();
        code.loadConstant(0xFF).iand().i2l();
        out.store(I, at.slot(0));
      }
      case U8_SET -> {
        address(0);
        out.load(I, at.slot(2));
        code.l2i().i2b();
        out.putByte();
      }
      default -> {
        out.process();
        out.load(R, at.slot(0));
        out.load(I, at.slot(1));
        out.load(R, at.slot(2));
        out.call(Collections.class, "setTerm", CD_void, CD_long, CD_long, CD_long, CD_long);
      }
    }
  }

  private void get(Bank bank) {
    address(3);
    Emitter.getWord(code, bank);
    out.store(bank, at.slot(0));
  }

  private void set(Bank bank) {
    address(3);
    out.load(bank, at.slot(2));
    out.putWord(bank);
  }

  /** Puts the element's address on the JVM's stack. */
  private void address(int shift) {
    out.load(R, array(at));
    code.loadConstant((long) ObjectLayout.ELEMENTS).ladd();
    out.load(I, index(at));
    if (shift > 0) {
      code.loadConstant(shift).lshl();
    }
    code.ladd();
  }
}
