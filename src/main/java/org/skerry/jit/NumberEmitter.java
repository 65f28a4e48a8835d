package org.skerry.jit;

import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static org.skerry.isa.Bank.F;
import static org.skerry.isa.Bank.I;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.Opcode;
import org.skerry.isa.Bank;
import org.skerry.module.InstructionCursor;
import org.skerry.semantics.Numbers;

/** Instructions of the banks i and f that can neither fail nor allocate: a few JVM ones each. */
final class NumberEmitter {
  private final Emitter out;
  private final CodeBuilder code;
  private final InstructionCursor at;

  NumberEmitter(Emitter out, InstructionCursor at) {
    this.out = out;
    this.code = out.code;
    this.at = at;
  }

  /** Writes the instruction, and says whether it was one of these. */
  boolean emit() {
    return emitMove() || emitInteger() || emitFloat() || emitMath() || emitComparison();
  }

  private boolean emitMove() {
    switch (at.opcode()) {
      case R_MOVE -> move(Bank.R);
      case I_MOVE -> move(I);
      case F_MOVE -> move(F);
      case I_CONST -> {
        code.loadConstant(at.word(1));
        out.store(I, at.slot(0));
      }
      case F_CONST -> {
        constant(at.word(1));
        out.store(F, at.slot(0));
      }
      case F_FROM_I -> {
        out.load(I, at.slot(1));
        code.l2d();
        out.store(F, at.slot(0));
      }
      case I_FROM_F -> {
        out.load(F, at.slot(1));
        code.d2l();
        out.store(I, at.slot(0));
      }
      case I_BITS_FROM_F -> {
        out.load(F, at.slot(1));
        out.call(Double.class, "doubleToRawLongBits", CD_long, CD_double);
        out.store(I, at.slot(0));
      }
      case F_BITS_FROM_I -> {
        out.load(I, at.slot(1));
        out.call(Double.class, "longBitsToDouble", CD_double, CD_long);
        out.store(F, at.slot(0));
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  /** A class file does not keep which NaN a constant is. */
  private void constant(long bits) {
    double value = Double.longBitsToDouble(bits);
    if (Double.isNaN(value) && bits != Double.doubleToLongBits(value)) {
      code.loadConstant(bits);
      out.call(Double.class, "longBitsToDouble", CD_double, CD_long);
    } else {
      code.loadConstant(value);
    }
  }

  private void move(Bank bank) {
    out.load(bank, at.slot(1));
    out.store(bank, at.slot(0));
  }

  private boolean emitInteger() {
    switch (at.opcode()) {
      case I_ADD -> integers(code::ladd);
      case I_SUB -> integers(code::lsub);
      case I_MUL -> integers(code::lmul);
      case I_AND -> integers(code::land);
      case I_OR -> integers(code::lor);
      case I_XOR -> integers(code::lxor);
      case I_SHL -> integers(() -> code.l2i().lshl());
      case I_SHR -> integers(() -> code.l2i().lshr());
      case I_USHR -> integers(() -> code.l2i().lushr());
      case I_MIN -> integers(() -> out.call(Math.class, "min", CD_long, CD_long, CD_long));
      case I_MAX -> integers(() -> out.call(Math.class, "max", CD_long, CD_long, CD_long));
      case I_ADD_IMM -> immediate(code::ladd);
      case I_MUL_IMM -> immediate(code::lmul);
      case I_AND_IMM -> immediate(code::land);
      case I_SHL_IMM -> immediate(() -> code.l2i().lshl());
      case I_SHR_IMM -> immediate(() -> code.l2i().lshr());
      case I_USHR_IMM -> immediate(() -> code.l2i().lushr());
      case I_NEG -> integer(code::lneg);
      case I_NOT -> integer(() -> code.loadConstant(-1L).lxor());
      case I_ABS -> integer(() -> out.call(Math.class, "abs", CD_long, CD_long));
      case I_BIT_COUNT -> bits("bitCount");
      case I_LEADING_ZEROS -> bits("numberOfLeadingZeros");
      case I_TRAILING_ZEROS -> bits("numberOfTrailingZeros");
      default -> {
        return false;
      }
    }
    return true;
  }

  private void integers(Runnable operation) {
    out.load(I, at.slot(1));
    out.load(I, at.slot(2));
    operation.run();
    out.store(I, at.slot(0));
  }

  private void immediate(Runnable operation) {
    out.load(I, at.slot(1));
    code.loadConstant((long) (short) at.slot(2));
    operation.run();
    out.store(I, at.slot(0));
  }

  private void integer(Runnable operation) {
    out.load(I, at.slot(1));
    operation.run();
    out.store(I, at.slot(0));
  }

  private void bits(String method) {
    integer(() -> {
      out.call(Long.class, method, CD_int, CD_long);
      code.i2l();
    });
  }

  private boolean emitFloat() {
    switch (at.opcode()) {
      case F_ADD -> floats(code::dadd);
      case F_SUB -> floats(code::dsub);
      case F_MUL -> floats(code::dmul);
      case F_DIV -> floats(code::ddiv);
      case F_REM -> floats(code::drem);
      case F_MIN -> floats(() -> out.call(Math.class, "min", CD_double, CD_double, CD_double));
      case F_MAX -> floats(() -> out.call(Math.class, "max", CD_double, CD_double, CD_double));
      case F_ATAN2 -> floats(() -> out.call(Math.class, "atan2", CD_double, CD_double, CD_double));
      case F_POW -> floats(() -> out.call(Math.class, "pow", CD_double, CD_double, CD_double));
      case F_NEG -> {
        out.load(F, at.slot(1));
        code.dneg();
        out.store(F, at.slot(0));
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private void floats(Runnable operation) {
    out.load(F, at.slot(1));
    out.load(F, at.slot(2));
    operation.run();
    out.store(F, at.slot(0));
  }

  private boolean emitMath() {
    String method =
        switch (at.opcode()) {
          case F_ABS -> "abs";
          case F_SQRT -> "sqrt";
          case F_FLOOR -> "floor";
          case F_CEIL -> "ceil";
          case F_ROUND -> "rint";
          case F_SIN -> "sin";
          case F_COS -> "cos";
          case F_TAN -> "tan";
          case F_ASIN -> "asin";
          case F_ACOS -> "acos";
          case F_ATAN -> "atan";
          case F_EXP -> "exp";
          case F_LOG -> "log";
          case F_LOG10 -> "log10";
          case F_TRUNC -> "truncate";
          default -> null;
        };
    if (method == null) {
      return false;
    }
    out.load(F, at.slot(1));
    Class<?> owner = method.equals("truncate") ? Numbers.class : Math.class;
    out.call(owner, method, CD_double, CD_double);
    out.store(F, at.slot(0));
    return true;
  }

  private boolean emitComparison() {
    Opcode unless =
        switch (at.opcode()) {
          case I_EQ, F_EQ -> Opcode.IFNE;
          case I_NE, F_NE -> Opcode.IFEQ;
          case I_LT, F_LT -> Opcode.IFGE;
          case I_LE, F_LE -> Opcode.IFGT;
          case I_GT, F_GT -> Opcode.IFLE;
          case I_GE, F_GE -> Opcode.IFLT;
          default -> null;
        };
    if (unless == null) {
      return false;
    }
    Label no = code.newLabel();
    Label end = code.newLabel();
    compare(at.opcode().operands().get(1).bank(), 1, 2, unless);
    code.branch(unless, no);
    code.lconst_1().goto_(end).labelBinding(no).lconst_0().labelBinding(end);
    out.store(I, at.slot(0));
    return true;
  }

  /** Compares two registers; with NaN the branch that {@code unless} means is taken. */
  void compare(Bank bank, int left, int right, Opcode unless) {
    out.load(bank, at.slot(left));
    out.load(bank, at.slot(right));
    comparison(bank, unless);
  }

  /** As {@link #compare} of the two values on the stack. */
  void comparison(Bank bank, Opcode unless) {
    if (bank != F) {
      code.lcmp();
    } else if (unless == Opcode.IFGE || unless == Opcode.IFGT) {
      code.dcmpg();
    } else {
      code.dcmpl();
    }
  }
}
