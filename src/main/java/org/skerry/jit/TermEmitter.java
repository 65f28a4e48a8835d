package org.skerry.jit;

import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static org.skerry.isa.Bank.F;
import static org.skerry.isa.Bank.I;
import static org.skerry.isa.Bank.R;
import static org.skerry.isa.Opcode.*;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import org.skerry.isa.Bank;
import org.skerry.module.InstructionCursor;
import org.skerry.semantics.Elements;
import org.skerry.semantics.Room;
import org.skerry.semantics.SmallInts;
import org.skerry.term.ObjectLayout;
import org.skerry.term.Term;

/**
 * Instructions with a fast case that a few JVM ones decide and do; whatever else happens is
 * executed outside compiled code. Jumps are here, too.
 */
final class TermEmitter {
  private final FunctionCompiler function;
  private final Emitter out;
  private final CodeBuilder code;
  private final InstructionCursor at;
  private final NumberEmitter numbers;

  TermEmitter(FunctionCompiler function, NumberEmitter numbers) {
    this.function = function;
    this.numbers = numbers;
    out = function.out;
    code = function.code;
    at = function.at;
  }

  /** Writes the instruction, and says whether it was one of these. */
  boolean emit() {
    return emitNumberJump()
        || emitTermJump()
        || emitChecked()
        || emitSimple()
        || emitConversion()
        || emitArithmetic()
        || emitElement();
  }

  // Jumps.

  private boolean emitNumberJump() {
    java.lang.classfile.Opcode unless =
        switch (at.opcode()) {
          case I_JUMP_EQ, I_JUMP_EQ_IMM, F_JUMP_EQ -> java.lang.classfile.Opcode.IFNE;
          case I_JUMP_NE, I_JUMP_NE_IMM, F_JUMP_NE -> java.lang.classfile.Opcode.IFEQ;
          case I_JUMP_LT, I_JUMP_LT_IMM, F_JUMP_LT -> java.lang.classfile.Opcode.IFGE;
          case I_JUMP_LE, I_JUMP_LE_IMM, F_JUMP_LE -> java.lang.classfile.Opcode.IFGT;
          case I_JUMP_GT, I_JUMP_GT_IMM, F_JUMP_GT -> java.lang.classfile.Opcode.IFLE;
          case I_JUMP_GE, I_JUMP_GE_IMM, F_JUMP_GE -> java.lang.classfile.Opcode.IFLT;
          default -> null;
        };
    if (unless == null) {
      return false;
    }
    Bank bank = at.opcode().operands().getFirst().bank();
    out.load(bank, at.slot(0));
    if (at.opcode().name().endsWith("_IMM")) {
      code.loadConstant((long) (short) at.slot(1));
    } else {
      out.load(bank, at.slot(1));
    }
    numbers.comparison(bank, unless);
    branchUnless(unless);
    return true;
  }

  /** Goes to the label in operand 2, unless the JVM's condition holds. */
  private void branchUnless(java.lang.classfile.Opcode unless) {
    Label falls = code.newLabel();
    code.branch(unless, falls);
    function.branch((int) at.label(at.opcode().operands().size() - 1));
    code.labelBinding(falls);
  }

  private boolean emitTermJump() {
    switch (at.opcode()) {
      case R_JUMP_EQ -> smallIntJump(java.lang.classfile.Opcode.IFNE);
      case R_JUMP_NE -> smallIntJump(java.lang.classfile.Opcode.IFEQ);
      case R_JUMP_LT -> smallIntJump(java.lang.classfile.Opcode.IFGE);
      case R_JUMP_LE -> smallIntJump(java.lang.classfile.Opcode.IFGT);
      case R_JUMP_GT -> smallIntJump(java.lang.classfile.Opcode.IFLE);
      case R_JUMP_GE -> smallIntJump(java.lang.classfile.Opcode.IFLT);
      case R_JUMP_TRUE -> truthJump(java.lang.classfile.Opcode.IFEQ);
      case R_JUMP_FALSE -> truthJump(java.lang.classfile.Opcode.IFNE);
      case R_JUMP_TYPE -> typeJump(java.lang.classfile.Opcode.IFEQ);
      case R_JUMP_NOT_TYPE -> typeJump(java.lang.classfile.Opcode.IFNE);
      case R_JUMP_TUPLE -> tupleJump(java.lang.classfile.Opcode.IFEQ);
      case R_JUMP_NOT_TUPLE -> tupleJump(java.lang.classfile.Opcode.IFNE);
      case R_JUMP_IS -> literalJump(true);
      case R_JUMP_IS_NOT -> literalJump(false);
      default -> {
        return false;
      }
    }
    return true;
  }

  private void smallIntJump(java.lang.classfile.Opcode unless) {
    Label slow = code.newLabel();
    Label join = code.newLabel();
    out.load(R, at.slot(0));
    out.load(R, at.slot(1));
    out.test(Term.class, "areSmallInts", CD_long, CD_long);
    code.ifeq(slow);
    numbers.compare(R, 0, 1, unless);
    branchUnless(unless);
    code.goto_(join);
    function.slow(slow, join);
  }

  private void truthJump(java.lang.classfile.Opcode unless) {
    out.load(R, at.slot(0));
    out.test(Elements.class, "isTruthy", CD_long);
    branchUnless(unless);
  }

  private void typeJump(java.lang.classfile.Opcode unless) {
    out.load(R, at.slot(0));
    code.loadConstant(at.slot(1));
    out.test(Elements.class, "isType", CD_long, CD_int);
    branchUnless(unless);
  }

  private void tupleJump(java.lang.classfile.Opcode unless) {
    out.load(R, at.slot(0));
    code.loadConstant(at.slot(1));
    out.test(Elements.class, "isTupleOf", CD_long, CD_int);
    branchUnless(unless);
  }

  /** The same word is the same term; different words are, but for objects, different terms. */
  private void literalJump(boolean jumpsIfEqual) {
    if (!Term.isObject(literal(1))) {
      out.load(R, at.slot(0));
      code.loadConstant(literal(1)).lcmp();
      branchUnless(
          jumpsIfEqual ? java.lang.classfile.Opcode.IFNE : java.lang.classfile.Opcode.IFEQ);
      return;
    }
    Label slow = code.newLabel();
    Label join = code.newLabel();
    Label same = code.newLabel();
    out.load(R, at.slot(0));
    code.loadConstant(literal(1)).lcmp().ifeq(same);
    out.load(R, at.slot(0));
    out.test(Term.class, "isObject", CD_long);
    code.ifne(slow);
    if (jumpsIfEqual) {
      code.goto_(join);
      code.labelBinding(same);
      function.branch((int) at.label(2));
    } else {
      function.branch((int) at.label(2));
      code.labelBinding(same);
      code.goto_(join);
    }
    function.slow(slow, join);
  }

  private long literal(int operand) {
    return function.unit.module().literal((int) at.word(operand));
  }

  /**
   * As {@link FunctionCompiler#slow} where the fast case has left a word on the stack that says
   * nothing.
   */
  private void slowWithWord(Label slow, Label join) {
    Emitter.Synced before = out.synced();
    code.labelBinding(slow).pop2();
    function.rare();
    code.labelBinding(join);
    out.meet(before);
  }

  // Integers that may fail.

  private boolean emitChecked() {
    switch (at.opcode()) {
      case I_DIV, I_REM -> {
        Label fine = code.newLabel();
        out.load(I, at.slot(2));
        code.lconst_0().lcmp().ifne(fine);
        function.raise("divisionByZero");
        code.labelBinding(fine);
        out.load(I, at.slot(1));
        out.load(I, at.slot(2));
        if (at.opcode() == I_DIV) {
          code.ldiv();
        } else {
          code.lrem();
        }
        out.store(I, at.slot(0));
      }
      case I_ADD_CHECKED -> checkedSum(false);
      case I_SUB_CHECKED -> checkedSum(true);
      case I_MUL_CHECKED -> {
        Label fine = code.newLabel();
        out.load(I, at.slot(1));
        out.load(I, at.slot(2));
        out.support("overflows", CD_boolean, CD_long, CD_long);
        code.ifeq(fine);
        function.raise("overflow");
        code.labelBinding(fine);
        out.load(I, at.slot(1));
        out.load(I, at.slot(2));
        code.lmul();
        out.store(I, at.slot(0));
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  /** A sum overflows where both operands have the other sign than it. */
  private void checkedSum(boolean subtracts) {
    Label fine = code.newLabel();
    int sum = function.shape.scratch;
    out.load(I, at.slot(1));
    out.load(I, at.slot(2));
    if (subtracts) {
      code.lsub();
    } else {
      code.ladd();
    }
    code.lstore(sum);
    out.load(I, at.slot(1));
    if (subtracts) {
      out.load(I, at.slot(2));
    } else {
      code.lload(sum);
    }
    code.lxor();
    out.load(I, subtracts ? at.slot(1) : at.slot(2));
    code.lload(sum).lxor().land();
    code.lconst_0().lcmp().ifge(fine);
    function.raise("overflow");
    code.labelBinding(fine).lload(sum);
    out.store(I, at.slot(0));
  }

  // Between banks.

  private boolean emitSimple() {
    switch (at.opcode()) {
      case R_CONST -> {
        code.loadConstant(literal(1));
        out.store(R, at.slot(0));
      }
      case R_FROM_BOOL -> {
        Label isTrue = code.newLabel();
        Label end = code.newLabel();
        out.load(I, at.slot(1));
        code.lconst_0().lcmp().ifne(isTrue);
        code.loadConstant(Term.FALSE).goto_(end);
        code.labelBinding(isTrue).loadConstant(Term.TRUE).labelBinding(end);
        out.store(R, at.slot(0));
      }
      case R_TYPE -> {
        out.load(R, at.slot(1));
        code.loadConstant(at.slot(2));
        out.test(Elements.class, "isType", CD_long, CD_int);
        code.i2l();
        out.store(I, at.slot(0));
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean emitConversion() {
    Label slow = code.newLabel();
    Label join = code.newLabel();
    switch (at.opcode()) {
      case I_FROM_R -> {
        out.load(R, at.slot(1));
        out.test(Term.class, "isSmallInt", CD_long);
        code.ifeq(slow);
        out.load(R, at.slot(1));
        out.call(Term.class, "smallIntValue", CD_long, CD_long);
        out.store(I, at.slot(0));
      }
      case R_FROM_I -> {
        out.load(I, at.slot(1));
        out.test(Term.class, "fitsSmallInt", CD_long);
        code.ifeq(slow);
        out.load(I, at.slot(1));
        out.call(Term.class, "smallInt", CD_long, CD_long);
        out.store(R, at.slot(0));
      }
      case F_FROM_R -> {
        out.load(R, at.slot(1));
        out.test(Term.class, "isFloat", CD_long);
        code.ifeq(slow);
        out.load(R, at.slot(1));
        code.loadConstant((long) ObjectLayout.ELEMENTS).ladd();
        out.getDouble();
        out.store(F, at.slot(0));
      }
      case R_FROM_F -> {
        unlessRoom(CompiledSupport.FLOAT_BYTES, slow);
        out.process();
        out.load(F, at.slot(1));
        out.support("boxFloat", CD_long, CD_long, CD_double);
        out.store(R, at.slot(0));
      }
      default -> {
        return false;
      }
    }
    code.goto_(join);
    function.slow(slow, join);
    return true;
  }

  private void unlessRoom(int byteCount, Label slow) {
    if (function.unit.collectsAlways()) {
      code.iconst_0();
    } else {
      out.process();
      code.loadConstant((long) byteCount);
      out.test(Room.class, "fits", CD_long, CD_long);
    }
    code.ifeq(slow);
  }

  // Arithmetic on terms.

  private boolean emitArithmetic() {
    String method =
        switch (at.opcode()) {
          case R_ADD -> "add";
          case R_SUB -> "subtract";
          case R_MUL -> "multiply";
          default -> null;
        };
    if (method == null) {
      return emitComparison();
    }
    out.load(R, at.slot(1));
    out.load(R, at.slot(2));
    out.call(SmallInts.class, method, CD_long, CD_long, CD_long);
    unlessNone(R);
    return true;
  }

  /** The word on the stack is the result, unless it is {@link Term#NONE}. */
  private void unlessNone(Bank bank) {
    Label slow = code.newLabel();
    Label join = code.newLabel();
    code.dup2().loadConstant(Term.NONE).lcmp().ifeq(slow);
    out.store(bank, at.slot(0));
    code.goto_(join);
    slowWithWord(slow, join);
  }

  private boolean emitComparison() {
    java.lang.classfile.Opcode unless =
        switch (at.opcode()) {
          case R_EQ -> java.lang.classfile.Opcode.IFNE;
          case R_NE -> java.lang.classfile.Opcode.IFEQ;
          case R_LT -> java.lang.classfile.Opcode.IFGE;
          case R_LE -> java.lang.classfile.Opcode.IFGT;
          case R_GT -> java.lang.classfile.Opcode.IFLE;
          case R_GE -> java.lang.classfile.Opcode.IFLT;
          default -> null;
        };
    if (unless == null) {
      return false;
    }
    Label slow = code.newLabel();
    Label join = code.newLabel();
    Label no = code.newLabel();
    Label end = code.newLabel();
    out.load(R, at.slot(1));
    out.load(R, at.slot(2));
    out.test(Term.class, "areSmallInts", CD_long, CD_long);
    code.ifeq(slow);
    numbers.compare(R, 1, 2, unless);
    code.branch(unless, no);
    code.lconst_1().goto_(end).labelBinding(no).lconst_0().labelBinding(end);
    out.store(I, at.slot(0));
    code.goto_(join);
    function.slow(slow, join);
    return true;
  }

  // Tuples and cells.

  private boolean emitElement() {
    Label slow = code.newLabel();
    Label join = code.newLabel();
    switch (at.opcode()) {
      case R_TUPLE -> {
        int bytes = (int) Elements.tupleBytes(at.count());
        unlessRoom(bytes, slow);
        out.process();
        code.loadConstant(ObjectLayout.header(ObjectLayout.TUPLE, at.count()));
        bump(bytes);
        for (int i = 0; i < at.count(); i++) {
          out.putAt(R, at.variableSlot(i), function.shape.scratch, ObjectLayout.ELEMENTS + 8 * i);
        }
        code.lload(function.shape.scratch);
        out.store(R, at.slot(0));
      }
      case R_CONS -> {
        unlessRoom(Elements.CONS_BYTES, slow);
        out.process();
        code.loadConstant(ObjectLayout.CONS_HEADER);
        bump(Elements.CONS_BYTES);
        out.putAt(R, at.slot(1), function.shape.scratch, (int) Elements.HEAD_OFFSET);
        out.putAt(R, at.slot(2), function.shape.scratch, (int) Elements.TAIL_OFFSET);
        code.lload(function.shape.scratch);
        out.store(R, at.slot(0));
      }
      case R_TUPLE_GET, R_TUPLE_GET_AT -> {
        out.load(R, at.slot(1));
        if (at.opcode() == R_TUPLE_GET) {
          code.loadConstant((long) at.slot(2));
        } else {
          out.load(I, at.slot(2));
        }
        out.call(Elements.class, "get", CD_long, CD_long, CD_long);
        unlessNone(R);
        return true;
      }
      case R_HEAD, R_TAIL -> {
        out.load(R, at.slot(1));
        out.test(Term.class, "isCons", CD_long);
        code.ifeq(slow);
        out.load(R, at.slot(1));
        code.loadConstant(at.opcode() == R_HEAD ? Elements.HEAD_OFFSET : Elements.TAIL_OFFSET);
        code.ladd();
        out.getLong();
        out.store(R, at.slot(0));
      }
      default -> {
        return false;
      }
    }
    code.goto_(join);
    function.slow(slow, join);
    return true;
  }

  private void bump(int byteCount) {
    code.loadConstant(byteCount);
    out.support("bump", CD_long, CD_long, CD_long, CD_int);
    code.lstore(function.shape.scratch);
  }
}
