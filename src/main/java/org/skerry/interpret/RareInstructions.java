package org.skerry.interpret;

import static org.skerry.isa.Code.*;
import static org.skerry.isa.InstructionWord.a;
import static org.skerry.isa.InstructionWord.b;
import static org.skerry.isa.InstructionWord.bc;
import static org.skerry.isa.InstructionWord.c;
import static org.skerry.isa.InstructionWord.opcode;
import static org.skerry.isa.InstructionWord.signedB;
import static org.skerry.isa.InstructionWord.signedC;

import org.skerry.isa.ByteFormat;
import org.skerry.isa.InstructionFormat;
import org.skerry.isa.InstructionWord;
import org.skerry.isa.Opcode;
import org.skerry.isa.OperandKind;
import org.skerry.memory.Memory;
import org.skerry.memory.VmBug;
import org.skerry.process.ProcessLayout;
import org.skerry.process.WorkerContext;
import org.skerry.semantics.*;
import org.skerry.term.Arithmetic;
import org.skerry.term.Bytes;
import org.skerry.term.Lists;
import org.skerry.term.Maps;
import org.skerry.term.NumberText;
import org.skerry.term.ObjectLayout;
import org.skerry.term.Strings;
import org.skerry.term.Term;
import org.skerry.term.TermArrays;
import org.skerry.term.TermHash;
import org.skerry.term.TermOrder;
import org.skerry.term.Tuples;

/**
 * The instructions that the interpreter's loop has no case for, and the slow cases of those that it
 * has: here an operand is fetched, what it means is in {@code semantics}. Split by subject so that
 * HotSpot compiles every part.
 */
final class RareInstructions {
  private static final int[] FIXED_WORDS = new int[Opcode.count()];
  private static final byte[] COUNT_SLOT = new byte[Opcode.count()];
  private static final byte[] ENTRIES_PER_WORD = new byte[Opcode.count()];

  static {
    for (Opcode opcode : Opcode.values()) {
      InstructionFormat format = opcode.format();
      int variable = format.variableOperand();
      FIXED_WORDS[opcode.code()] = format.fixedWords();
      COUNT_SLOT[opcode.code()] = (byte) (variable < 0 ? -1 : format.slotOf(variable));
      ENTRIES_PER_WORD[opcode.code()] =
          (byte) (format.variableKind() == OperandKind.R_REGISTERS ? 4 : 2);
    }
  }

  private RareInstructions() {}

  /**
   * Executes an instruction.
   *
   * @param fp the top frame; it and its pc are saved
   * @param pc address of the instruction
   * @param w its first word
   * @return the distance to the next instruction in words, or a {@link Control}
   */
  static int execute(WorkerContext context, long process, long fp, long pc, long w) {
    int opcode = opcode(w);
    if (opcode <= R_NEG) {
      return numbers(context, process, fp, pc, w);
    }
    if (opcode <= R_SWITCH) {
      return comparisons(context, fp, pc, w);
    }
    if (opcode <= RETHROW) {
      return control(context, process, fp, pc, w);
    }
    if (opcode <= R_TUPLE_FROM_LIST) {
      return data(context, process, fp, pc, w);
    }
    if (opcode <= R_U8_FROM_BYTES) {
      return text(context, process, fp, pc, w);
    }
    if (opcode <= ARRAY_COPY) {
      return data(context, process, fp, pc, w);
    }
    return processes(context, process, fp, pc, w);
  }

  // Numbers: between banks, and arithmetic.
  private static int numbers(WorkerContext context, long process, long fp, long pc, long w) {
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
      default -> throw unknown(w);
    }
    return next(w, pc);
  }

  // Comparisons and switches.
  private static int comparisons(WorkerContext context, long fp, long pc, long w) {
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
      default -> throw unknown(w);
    }
    return next(w, pc);
  }

  // Strings and bytes.
  private static int text(WorkerContext context, long process, long fp, long pc, long w) {
    switch (opcode(w)) {
      case I_STRING_LENGTH ->
          Memory.putLong(fp + a(w), Strings.length(Memory.getLong(fp + b(w)), context.scratch()));
      case I_STRING_BYTES ->
          Memory.putLong(fp + a(w), Strings.byteLength(Memory.getLong(fp + b(w))));
      case I_STRING_AT ->
          Memory.putLong(
              fp + a(w),
              Strings.codePointAt(
                  Memory.getLong(fp + b(w)), Memory.getLong(fp + c(w)), context.scratch()));
      case R_STRING_SLICE ->
          Memory.putLong(
              fp + a(w),
              Text.slice(
                  context,
                  process,
                  fp + b(w),
                  Memory.getLong(fp + c(w)),
                  Memory.getLong(fp + d(pc))));
      case R_STRING_CONCAT ->
          Memory.putLong(fp + a(w), Text.concat(context, process, fp + b(w), fp + c(w)));
      case I_STRING_FIND ->
          Memory.putLong(
              fp + a(w),
              Strings.find(
                  Memory.getLong(fp + b(w)),
                  Memory.getLong(fp + c(w)),
                  Memory.getLong(fp + d(pc)),
                  context.scratch()));
      case R_STRING_SPLIT ->
          Memory.putLong(fp + a(w), Text.split(context, process, fp + b(w), fp + c(w)));
      case R_STRING_JOIN ->
          Memory.putLong(fp + a(w), Text.join(context, process, fp + b(w), fp + c(w)));
      case R_STRING_TRIM -> Memory.putLong(fp + a(w), Text.trim(context, process, fp + b(w)));
      case R_STRING_UPPER -> Memory.putLong(fp + a(w), Text.upper(context, process, fp + b(w)));
      case R_STRING_LOWER -> Memory.putLong(fp + a(w), Text.lower(context, process, fp + b(w)));
      case I_STRING_STARTS ->
          Memory.putLong(
              fp + a(w),
              Strings.startsWith(Memory.getLong(fp + b(w)), Memory.getLong(fp + c(w))) ? 1 : 0);
      case I_STRING_ENDS ->
          Memory.putLong(
              fp + a(w),
              Strings.endsWith(Memory.getLong(fp + b(w)), Memory.getLong(fp + c(w))) ? 1 : 0);
      case R_STRING_FROM_CODE ->
          Memory.putLong(fp + a(w), Text.fromCode(context, process, Memory.getLong(fp + b(w))));
      case R_STRING_FROM_CODES ->
          Memory.putLong(fp + a(w), Text.fromCodes(context, process, fp + b(w)));
      case R_STRING_FROM_I ->
          Memory.putLong(fp + a(w), Text.fromInt(context, process, Memory.getLong(fp + b(w))));
      case R_STRING_FROM_F ->
          Memory.putLong(fp + a(w), Text.fromFloat(context, process, Memory.getDouble(fp + b(w))));
      case R_STRING_FROM_F_FIXED ->
          Memory.putLong(
              fp + a(w),
              Text.fromFloatFixed(
                  context, process, Memory.getDouble(fp + b(w)), Memory.getLong(fp + c(w))));
      case I_FROM_STRING -> Memory.putLong(fp + a(w), NumberText.toInt(Memory.getLong(fp + b(w))));
      case F_FROM_STRING ->
          Memory.putDouble(fp + a(w), NumberText.toFloat(Memory.getLong(fp + b(w))));
      case R_STRING_FROM_TERM ->
          Memory.putLong(fp + a(w), Text.fromTerm(context, process, fp + b(w)));
      case R_STRING_FROM_ATOM ->
          Memory.putLong(fp + a(w), Text.fromAtom(context, process, Memory.getLong(fp + b(w))));
      case R_ATOM_FROM_STRING ->
          Memory.putLong(fp + a(w), Strings.toAtom(Memory.getLong(fp + b(w)), context.scratch()));
      case R_STRING_FROM_BYTES ->
          Memory.putLong(fp + a(w), Text.fromBytes(context, process, fp + b(w)));
      case R_BYTES_FROM_STRING ->
          Memory.putLong(fp + a(w), Text.toBytes(context, process, fp + b(w)));
      case I_BYTES_LENGTH -> Memory.putLong(fp + a(w), Bytes.length(Memory.getLong(fp + b(w))));
      case R_BYTES_SLICE ->
          Memory.putLong(
              fp + a(w),
              ByteStrings.slice(
                  context,
                  process,
                  fp + b(w),
                  Memory.getLong(fp + c(w)),
                  Memory.getLong(fp + d(pc))));
      case R_BYTES_CONCAT ->
          Memory.putLong(fp + a(w), ByteStrings.concat(context, process, fp + b(w), fp + c(w)));
      case I_BYTES_FIND ->
          Memory.putLong(
              fp + a(w),
              Bytes.find(
                  Memory.getLong(fp + b(w)),
                  Memory.getLong(fp + c(w)),
                  Memory.getLong(fp + d(pc)),
                  context.scratch()));
      case I_BYTES_GET ->
          Memory.putLong(
              fp + a(w),
              Bytes.getInt(
                  Memory.getLong(fp + b(w)),
                  Memory.getLong(fp + c(w)),
                  ByteFormat.ofOrdinal(d(pc))));
      case F_BYTES_GET ->
          Memory.putDouble(
              fp + a(w),
              Bytes.getFloat(
                  Memory.getLong(fp + b(w)),
                  Memory.getLong(fp + c(w)),
                  ByteFormat.ofOrdinal(d(pc))));
      case I_BYTES_PUT ->
          Bytes.putInt(
              Memory.getLong(fp + a(w)),
              Memory.getLong(fp + b(w)),
              Memory.getLong(fp + c(w)),
              ByteFormat.ofOrdinal(d(pc)));
      case F_BYTES_PUT ->
          Bytes.putFloat(
              Memory.getLong(fp + a(w)),
              Memory.getLong(fp + b(w)),
              Memory.getDouble(fp + c(w)),
              ByteFormat.ofOrdinal(d(pc)));
      case R_BYTES_FROM_U8 ->
          Memory.putLong(
              fp + a(w),
              ByteStrings.fromU8(
                  context,
                  process,
                  fp + b(w),
                  Memory.getLong(fp + c(w)),
                  Memory.getLong(fp + d(pc))));
      case R_U8_FROM_BYTES ->
          Memory.putLong(fp + a(w), ByteStrings.toU8(context, process, fp + b(w)));
      default -> throw unknown(w);
    }
    return next(w, pc);
  }

  // Tuples, lists, maps, arrays, closures.
  private static int data(WorkerContext context, long process, long fp, long pc, long w) {
    switch (opcode(w)) {
      case R_TUPLE_GET -> Memory.putLong(fp + a(w), Tuples.get(Memory.getLong(fp + b(w)), c(w)));
      case R_TUPLE_GET_AT ->
          Memory.putLong(
              fp + a(w), Tuples.get(Memory.getLong(fp + b(w)), Memory.getLong(fp + c(w))));
      case R_TUPLE_PUT ->
          Memory.putLong(
              fp + a(w),
              Collections.putElement(
                  context, process, fp + b(w), Memory.getLong(fp + c(w)), fp + d(pc)));
      case I_TUPLE_SIZE -> Memory.putLong(fp + a(w), Tuples.size(Memory.getLong(fp + b(w))));
      case R_LIST ->
          Memory.putLong(fp + a(w), Collections.list(context, process, fp, pc + 8, b(w)));
      case R_HEAD -> Memory.putLong(fp + a(w), Lists.head(Memory.getLong(fp + b(w))));
      case R_TAIL -> Memory.putLong(fp + a(w), Lists.tail(Memory.getLong(fp + b(w))));
      case I_LIST_LENGTH ->
          Memory.putLong(fp + a(w), Lists.length(Memory.getLong(fp + b(w)), context.scratch()));
      case R_LIST_REVERSE ->
          Memory.putLong(fp + a(w), Collections.reverse(context, process, fp + b(w)));
      case R_LIST_APPEND ->
          Memory.putLong(fp + a(w), Collections.append(context, process, fp + b(w), fp + c(w)));
      case R_LIST_FROM_TUPLE ->
          Memory.putLong(fp + a(w), Collections.listFromTuple(context, process, fp + b(w)));
      case R_TUPLE_FROM_LIST ->
          Memory.putLong(fp + a(w), Collections.tupleFromList(context, process, fp + b(w)));
      case R_MAP_PUT ->
          Memory.putLong(
              fp + a(w), Collections.mapPut(context, process, fp + b(w), fp + c(w), fp + d(pc)));
      case R_MAP_GET ->
          Memory.putLong(
              fp + a(w),
              Collections.mapGet(context, Memory.getLong(fp + b(w)), Memory.getLong(fp + c(w))));
      case R_MAP_GET_OR ->
          Memory.putLong(
              fp + a(w),
              Collections.mapGetOr(
                  context,
                  Memory.getLong(fp + b(w)),
                  Memory.getLong(fp + c(w)),
                  Memory.getLong(fp + d(pc))));
      case I_MAP_HAS ->
          Memory.putLong(
              fp + a(w),
              Maps.get(Memory.getLong(fp + b(w)), Memory.getLong(fp + c(w)), context.scratch())
                      != Term.NONE
                  ? 1
                  : 0);
      case R_MAP_REMOVE ->
          Memory.putLong(fp + a(w), Collections.mapRemove(context, process, fp + b(w), fp + c(w)));
      case I_MAP_SIZE -> Memory.putLong(fp + a(w), Maps.size(Memory.getLong(fp + b(w))));
      case R_MAP_KEYS ->
          Memory.putLong(fp + a(w), Collections.mapKeys(context, process, fp + b(w)));
      case R_MAP_VALUES ->
          Memory.putLong(fp + a(w), Collections.mapValues(context, process, fp + b(w)));
      case R_MAP_TO_LIST ->
          Memory.putLong(fp + a(w), Collections.mapToList(context, process, fp + b(w)));
      case R_MAP_FROM_LIST ->
          Memory.putLong(fp + a(w), Collections.mapFromList(context, process, fp + b(w)));
      case I64_NEW ->
          Memory.putLong(
              fp + a(w),
              Collections.newArray(
                  context, process, ObjectLayout.I64_ARRAY, Memory.getLong(fp + b(w))));
      case F64_NEW ->
          Memory.putLong(
              fp + a(w),
              Collections.newArray(
                  context, process, ObjectLayout.F64_ARRAY, Memory.getLong(fp + b(w))));
      case U8_NEW ->
          Memory.putLong(
              fp + a(w),
              Collections.newArray(
                  context, process, ObjectLayout.U8_ARRAY, Memory.getLong(fp + b(w))));
      case U8_GET ->
          Memory.putLong(
              fp + a(w), TermArrays.getU8(Memory.getLong(fp + b(w)), Memory.getLong(fp + c(w))));
      case U8_SET ->
          TermArrays.setU8(
              Memory.getLong(fp + a(w)), Memory.getLong(fp + b(w)), Memory.getLong(fp + c(w)));
      case I64_FILL ->
          TermArrays.fillI64(
              Memory.getLong(fp + a(w)),
              Memory.getLong(fp + b(w)),
              Memory.getLong(fp + c(w)),
              Memory.getLong(fp + d(pc)));
      case F64_FILL ->
          TermArrays.fillF64(
              Memory.getLong(fp + a(w)),
              Memory.getLong(fp + b(w)),
              Memory.getLong(fp + c(w)),
              Memory.getDouble(fp + d(pc)));
      case U8_FILL ->
          TermArrays.fillU8(
              Memory.getLong(fp + a(w)),
              Memory.getLong(fp + b(w)),
              Memory.getLong(fp + c(w)),
              Memory.getLong(fp + d(pc)));
      case TERM_NEW ->
          Memory.putLong(
              fp + a(w),
              Collections.newTermArray(context, process, Memory.getLong(fp + b(w)), fp + c(w)));
      case TERM_GET ->
          Memory.putLong(
              fp + a(w), TermArrays.getTerm(Memory.getLong(fp + b(w)), Memory.getLong(fp + c(w))));
      case TERM_SET ->
          Collections.setTerm(
              Memory.getLong(fp + a(w)), Memory.getLong(fp + b(w)), Memory.getLong(fp + c(w)));
      case TERM_FILL ->
          Collections.fillTerms(
              Memory.getLong(fp + a(w)),
              Memory.getLong(fp + b(w)),
              Memory.getLong(fp + c(w)),
              Memory.getLong(fp + d(pc)));
      case I_ARRAY_LENGTH ->
          Memory.putLong(fp + a(w), TermArrays.length(Memory.getLong(fp + b(w))));
      case ARRAY_COPY ->
          Collections.copyArray(
              Memory.getLong(fp + a(w)),
              Memory.getLong(fp + b(w)),
              Memory.getLong(fp + c(w)),
              Memory.getLong(fp + d(pc)),
              Memory.getLong(fp + e(pc)));
      default -> throw unknown(w);
    }
    return next(w, pc);
  }

  // Errors, processes and the world.
  private static int processes(WorkerContext context, long process, long fp, long pc, long w) {
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
              Spawning.spawnClosure(context, process, fp, fp + c(w), fp + b(w), pc + 16, d(pc)));
      case R_SELF -> Memory.putLong(fp + a(w), Memory.getLong(process + ProcessLayout.PID));
      case R_REF -> Memory.putLong(fp + a(w), context.newRef());
      case SEND -> {
        return Messaging.send(context, process, fp + a(w), fp + b(w));
      }
      case I_SEND_TRY ->
          Memory.putLong(fp + a(w), Messaging.trySend(context, process, fp + b(w), fp + c(w)));
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
                  context, process, fp + b(w), fp + c(w), Memory.getLong(fp + d(pc))));
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
      case PRINT -> Environment.print(context, Memory.getLong(fp + a(w)), true, false);
      case WRITE -> Environment.print(context, Memory.getLong(fp + a(w)), false, false);
      case PRINT_ERROR -> Environment.print(context, Memory.getLong(fp + a(w)), true, true);
      case WRITE_ERROR -> Environment.print(context, Memory.getLong(fp + a(w)), false, true);
      case R_ARGUMENTS -> Memory.putLong(fp + a(w), Environment.arguments(context));
      default -> throw unknown(w);
    }
    return next(w, pc);
  }

  // Closures and errors.
  private static int control(WorkerContext context, long process, long fp, long pc, long w) {
    switch (opcode(w)) {
      case R_CLOSURE -> Memory.putLong(fp + a(w), Closures.make(context, process, fp, pc));
      case THROW -> {
        return Unwinding.raiseTerm(context, process, Memory.getLong(fp + a(w)))
            ? Control.RELOAD
            : Control.EXIT;
      }
      case RETHROW -> {
        return Unwinding.raiseAgain(context, process, Memory.getLong(fp + a(w)))
            ? Control.RELOAD
            : Control.EXIT;
      }
      default -> throw unknown(w);
    }
    return next(w, pc);
  }

  /** The distance to the next instruction in sequence. */
  private static int next(long w, long pc) {
    int opcode = opcode(w);
    int slot = COUNT_SLOT[opcode];
    if (slot < 0) {
      return FIXED_WORDS[opcode];
    }
    int count = InstructionWord.slot(Memory.getLong(pc + 8L * (slot >> 2)), slot & 3);
    return FIXED_WORDS[opcode] + (count + ENTRIES_PER_WORD[opcode] - 1) / ENTRIES_PER_WORD[opcode];
  }

  /** The operand in slot 4, the first of the second word. */
  private static int d(long pc) {
    return (int) Memory.getLong(pc + 8) & InstructionWord.SLOT_MAX;
  }

  /** The operand in slot 5. */
  private static int e(long pc) {
    return InstructionWord.a(Memory.getLong(pc + 8));
  }

  private static VmBug unknown(long w) {
    return new VmBug("Verified code has known opcodes only.", "word", Long.toHexString(w));
  }
}
