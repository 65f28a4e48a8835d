package org.skerry.interpret;

import static org.skerry.isa.Code.*;
import static org.skerry.isa.InstructionWord.a;
import static org.skerry.isa.InstructionWord.b;
import static org.skerry.isa.InstructionWord.c;
import static org.skerry.isa.InstructionWord.opcode;

import org.skerry.memory.Memory;
import org.skerry.process.WorkerContext;
import org.skerry.semantics.*;
import org.skerry.term.Arithmetic;
import org.skerry.term.Term;

/** The instructions of {@link RareInstructions} on between banks, and arithmetic. */
final class NumberInstructions {
  private NumberInstructions() {}

  static int execute(WorkerContext context, long process, long fp, long pc, long w) {
    switch (opcode(w)) {
      case R_FROM_I ->
          Memory.putLong(fp + a(w), Numbers.box(context, process, Memory.getLong(fp + b(w))));
      case R_FROM_F ->
          Memory.putLong(fp + a(w), Numbers.box(context, process, Memory.getDouble(fp + b(w))));
      case R_FROM_BOOL -> Memory.putLong(fp + a(w), Term.bool(Memory.getLong(fp + b(w)) != 0));
      case I_FROM_R -> Memory.putLong(fp + a(w), Arithmetic.toInt(Memory.getLong(fp + b(w))));
      case F_FROM_R -> Memory.putDouble(fp + a(w), Arithmetic.toFloat(Memory.getLong(fp + b(w))));
      case I_FROM_BOOL -> Memory.putLong(fp + a(w), Numbers.fromBool(Memory.getLong(fp + b(w))));
      case I_FROM_F_CHECKED ->
          Memory.putLong(fp + a(w), Numbers.toIntChecked(Memory.getDouble(fp + b(w))));
      case I_BITS_FROM_F, F_BITS_FROM_I -> Memory.putLong(fp + a(w), Memory.getLong(fp + b(w)));
      case I_ADD_CHECKED ->
          Memory.putLong(
              fp + a(w), Numbers.addChecked(Memory.getLong(fp + b(w)), Memory.getLong(fp + c(w))));
      case I_SUB_CHECKED ->
          Memory.putLong(
              fp + a(w),
              Numbers.subtractChecked(Memory.getLong(fp + b(w)), Memory.getLong(fp + c(w))));
      case I_MUL_CHECKED ->
          Memory.putLong(
              fp + a(w),
              Numbers.multiplyChecked(Memory.getLong(fp + b(w)), Memory.getLong(fp + c(w))));
      case I_ABS -> Memory.putLong(fp + a(w), Math.abs(Memory.getLong(fp + b(w))));
      case I_MIN ->
          Memory.putLong(fp + a(w), Math.min(Memory.getLong(fp + b(w)), Memory.getLong(fp + c(w))));
      case I_MAX ->
          Memory.putLong(fp + a(w), Math.max(Memory.getLong(fp + b(w)), Memory.getLong(fp + c(w))));
      case I_NOT -> Memory.putLong(fp + a(w), ~Memory.getLong(fp + b(w)));
      case I_BIT_COUNT -> Memory.putLong(fp + a(w), Long.bitCount(Memory.getLong(fp + b(w))));
      case I_LEADING_ZEROS ->
          Memory.putLong(fp + a(w), Long.numberOfLeadingZeros(Memory.getLong(fp + b(w))));
      case I_TRAILING_ZEROS ->
          Memory.putLong(fp + a(w), Long.numberOfTrailingZeros(Memory.getLong(fp + b(w))));
      case F_REM ->
          Memory.putDouble(fp + a(w), Memory.getDouble(fp + b(w)) % Memory.getDouble(fp + c(w)));
      case F_ABS -> Memory.putDouble(fp + a(w), Math.abs(Memory.getDouble(fp + b(w))));
      case F_MIN ->
          Memory.putDouble(
              fp + a(w), Math.min(Memory.getDouble(fp + b(w)), Memory.getDouble(fp + c(w))));
      case F_MAX ->
          Memory.putDouble(
              fp + a(w), Math.max(Memory.getDouble(fp + b(w)), Memory.getDouble(fp + c(w))));
      case F_FLOOR -> Memory.putDouble(fp + a(w), Math.floor(Memory.getDouble(fp + b(w))));
      case F_CEIL -> Memory.putDouble(fp + a(w), Math.ceil(Memory.getDouble(fp + b(w))));
      case F_ROUND -> Memory.putDouble(fp + a(w), Math.rint(Memory.getDouble(fp + b(w))));
      case F_TRUNC -> Memory.putDouble(fp + a(w), Numbers.truncate(Memory.getDouble(fp + b(w))));
      case F_SIN -> Memory.putDouble(fp + a(w), Math.sin(Memory.getDouble(fp + b(w))));
      case F_COS -> Memory.putDouble(fp + a(w), Math.cos(Memory.getDouble(fp + b(w))));
      case F_TAN -> Memory.putDouble(fp + a(w), Math.tan(Memory.getDouble(fp + b(w))));
      case F_ASIN -> Memory.putDouble(fp + a(w), Math.asin(Memory.getDouble(fp + b(w))));
      case F_ACOS -> Memory.putDouble(fp + a(w), Math.acos(Memory.getDouble(fp + b(w))));
      case F_ATAN -> Memory.putDouble(fp + a(w), Math.atan(Memory.getDouble(fp + b(w))));
      case F_EXP -> Memory.putDouble(fp + a(w), Math.exp(Memory.getDouble(fp + b(w))));
      case F_LOG -> Memory.putDouble(fp + a(w), Math.log(Memory.getDouble(fp + b(w))));
      case F_LOG10 -> Memory.putDouble(fp + a(w), Math.log10(Memory.getDouble(fp + b(w))));
      case F_ATAN2 ->
          Memory.putDouble(
              fp + a(w), Math.atan2(Memory.getDouble(fp + b(w)), Memory.getDouble(fp + c(w))));
      case F_POW ->
          Memory.putDouble(
              fp + a(w), Math.pow(Memory.getDouble(fp + b(w)), Memory.getDouble(fp + c(w))));
      case F_EQ ->
          Memory.putLong(
              fp + a(w), Memory.getDouble(fp + b(w)) == Memory.getDouble(fp + c(w)) ? 1 : 0);
      case F_NE ->
          Memory.putLong(
              fp + a(w), Memory.getDouble(fp + b(w)) != Memory.getDouble(fp + c(w)) ? 1 : 0);
      case F_LT ->
          Memory.putLong(
              fp + a(w), Memory.getDouble(fp + b(w)) < Memory.getDouble(fp + c(w)) ? 1 : 0);
      case F_LE ->
          Memory.putLong(
              fp + a(w), Memory.getDouble(fp + b(w)) <= Memory.getDouble(fp + c(w)) ? 1 : 0);
      case F_GT ->
          Memory.putLong(
              fp + a(w), Memory.getDouble(fp + b(w)) > Memory.getDouble(fp + c(w)) ? 1 : 0);
      case F_GE ->
          Memory.putLong(
              fp + a(w), Memory.getDouble(fp + b(w)) >= Memory.getDouble(fp + c(w)) ? 1 : 0);
      case R_ADD -> Memory.putLong(fp + a(w), Numbers.add(context, process, fp + b(w), fp + c(w)));
      case R_SUB ->
          Memory.putLong(fp + a(w), Numbers.subtract(context, process, fp + b(w), fp + c(w)));
      case R_MUL ->
          Memory.putLong(fp + a(w), Numbers.multiply(context, process, fp + b(w), fp + c(w)));
      case R_DIV ->
          Memory.putLong(fp + a(w), Numbers.divide(context, process, fp + b(w), fp + c(w)));
      case R_REM ->
          Memory.putLong(fp + a(w), Numbers.remainder(context, process, fp + b(w), fp + c(w)));
      case R_NEG -> Memory.putLong(fp + a(w), Numbers.negate(context, process, fp + b(w)));
      default -> throw RareInstructions.unknown(w);
    }
    return RareInstructions.next(w, pc);
  }
}
