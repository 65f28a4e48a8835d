package org.skerry.interpret;

import static org.skerry.isa.Code.*;
import static org.skerry.isa.InstructionWord.a;
import static org.skerry.isa.InstructionWord.b;
import static org.skerry.isa.InstructionWord.bc;
import static org.skerry.isa.InstructionWord.c;
import static org.skerry.isa.InstructionWord.opcode;
import static org.skerry.isa.InstructionWord.signedB;
import static org.skerry.isa.InstructionWord.signedC;

import org.skerry.memory.Memory;
import org.skerry.process.WorkerContext;
import org.skerry.semantics.*;
import org.skerry.term.TermHash;
import org.skerry.term.TermOrder;

/** The instructions of {@link RareInstructions} on comparisons and switches. */
final class ComparisonInstructions {
  private ComparisonInstructions() {}

  static int execute(WorkerContext context, long fp, long pc, long w) {
    switch (opcode(w)) {
      case R_EQ ->
          Memory.putLong(
              fp + a(w),
              Comparisons.equal(context, Memory.getLong(fp + b(w)), Memory.getLong(fp + c(w)))
                  ? 1
                  : 0);
      case R_NE ->
          Memory.putLong(
              fp + a(w),
              Comparisons.different(context, Memory.getLong(fp + b(w)), Memory.getLong(fp + c(w)))
                  ? 1
                  : 0);
      case R_LT ->
          Memory.putLong(
              fp + a(w),
              Comparisons.less(context, Memory.getLong(fp + b(w)), Memory.getLong(fp + c(w)))
                  ? 1
                  : 0);
      case R_LE ->
          Memory.putLong(
              fp + a(w),
              Comparisons.lessOrEqual(context, Memory.getLong(fp + b(w)), Memory.getLong(fp + c(w)))
                  ? 1
                  : 0);
      case R_GT ->
          Memory.putLong(
              fp + a(w),
              Comparisons.greater(context, Memory.getLong(fp + b(w)), Memory.getLong(fp + c(w)))
                  ? 1
                  : 0);
      case R_GE ->
          Memory.putLong(
              fp + a(w),
              Comparisons.greaterOrEqual(
                      context, Memory.getLong(fp + b(w)), Memory.getLong(fp + c(w)))
                  ? 1
                  : 0);
      case R_JUMP_EQ -> {
        return Comparisons.equal(context, Memory.getLong(fp + a(w)), Memory.getLong(fp + b(w)))
            ? signedC(w)
            : 1;
      }
      case R_JUMP_NE -> {
        return Comparisons.different(context, Memory.getLong(fp + a(w)), Memory.getLong(fp + b(w)))
            ? signedC(w)
            : 1;
      }
      case R_JUMP_LT -> {
        return Comparisons.less(context, Memory.getLong(fp + a(w)), Memory.getLong(fp + b(w)))
            ? signedC(w)
            : 1;
      }
      case R_JUMP_LE -> {
        return Comparisons.lessOrEqual(
                context, Memory.getLong(fp + a(w)), Memory.getLong(fp + b(w)))
            ? signedC(w)
            : 1;
      }
      case R_JUMP_GT -> {
        return Comparisons.greater(context, Memory.getLong(fp + a(w)), Memory.getLong(fp + b(w)))
            ? signedC(w)
            : 1;
      }
      case R_JUMP_GE -> {
        return Comparisons.greaterOrEqual(
                context, Memory.getLong(fp + a(w)), Memory.getLong(fp + b(w)))
            ? signedC(w)
            : 1;
      }
      case R_JUMP_IS -> {
        return Comparisons.equal(context, Memory.getLong(fp + a(w)), Memory.getLong(pc + 8))
            ? signedB(w)
            : 2;
      }
      case R_JUMP_IS_NOT -> {
        return Comparisons.equal(context, Memory.getLong(fp + a(w)), Memory.getLong(pc + 8))
            ? 2
            : signedB(w);
      }
      case R_COMPARE ->
          Memory.putLong(
              fp + a(w),
              Integer.signum(
                  TermOrder.compare(
                      Memory.getLong(fp + b(w)), Memory.getLong(fp + c(w)), context.scratch())));
      case R_HASH ->
          Memory.putLong(fp + a(w), TermHash.hash(Memory.getLong(fp + b(w)), context.scratch()));
      case R_TYPE ->
          Memory.putLong(fp + a(w), Elements.isType(Memory.getLong(fp + b(w)), c(w)) ? 1 : 0);
      case I_SWITCH -> {
        return Switches.dense(pc, Memory.getLong(fp + a(w)), bc(w));
      }
      case I_SWITCH_SPARSE, R_SWITCH -> {
        return Switches.sparse(pc, Memory.getLong(fp + a(w)), bc(w));
      }
      default -> throw RareInstructions.unknown(w);
    }
    return RareInstructions.next(w, pc);
  }
}
