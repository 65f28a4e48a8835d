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
 * or 0 where it is not known that the register holds such an array: an access is one comparison
 * with it, which HotSpot need not read from memory again after each write, and only where that
 * fails is the object looked at. An array keeps its kind and length when a collection moves it.
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
    if (kind == ObjectLayout.I64_ARRAY || kind == ObjectLayout.F64_ARRAY) {
      check(kind, faults(kind));
      access();
    } else {
      Label slow = code.newLabel();
      Label join = code.newLabel();
      check(kind, slow);
      access();
      code.goto_(join);
      function.slow(slow, join);
    }
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
    function.cold(() -> {
      code.labelBinding(fails);
      function.leaveWithEverything();
    });
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

  private static int index(InstructionCursor at) {
    return at.slot(isGet(at.opcode()) ? 2 : 1);
  }

  /** Goes to a label where the register holds no such array, or the array has no such element. */
  private void check(int kind, Label none) {
    Label unknown = code.newLabel();
    Label fine = code.newLabel();
    int array = array(at);
    int index = index(at);
    int length = function.shape.length(array, kind);
    isWithin(index, length);
    code.ifge(unknown).labelBinding(fine);
    function.cold(() -> {
      code.labelBinding(unknown);
      out.load(R, array);
      code.loadConstant(kind);
      out.support("arrayLength", CD_long, CD_long, CD_int);
      code.lstore(length);
      isWithin(index, length);
      code.iflt(fine).goto_(none);
    });
  }

  /** Leaves a negative number where an index is less than a length. */
  private void isWithin(int index, int length) {
    out.load(I, index);
    code.lload(length);
    out.call(Long.class, "compareUnsigned", CD_int, CD_long, CD_long);
  }

  /** Where the error is raised that an access to such an array ends with. */
  private Label faults(int kind) {
    Label none = code.newLabel();
    int array = array(at);
    long header = function.header(at.pc());
    function.cold(() -> {
      code.labelBinding(none);
      out.putReductions();
      function.contextProcessAndFrame();
      code.loadConstant(header);
      out.load(R, array);
      code.loadConstant(kind);
      out.support("accessFault", CD_void, CONTEXT, CD_long, CD_long, CD_long, CD_long, CD_int);
      function.leaveWithEverything();
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
