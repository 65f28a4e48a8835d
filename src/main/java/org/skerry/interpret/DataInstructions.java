package org.skerry.interpret;

import static org.skerry.isa.Code.*;
import static org.skerry.isa.InstructionWord.a;
import static org.skerry.isa.InstructionWord.b;
import static org.skerry.isa.InstructionWord.c;
import static org.skerry.isa.InstructionWord.opcode;

import org.skerry.memory.Memory;
import org.skerry.process.WorkerContext;
import org.skerry.semantics.*;
import org.skerry.term.Lists;
import org.skerry.term.Maps;
import org.skerry.term.ObjectLayout;
import org.skerry.term.Term;
import org.skerry.term.TermArrays;
import org.skerry.term.Tuples;

/** The instructions of {@link RareInstructions} on tuples, lists, maps and arrays. */
final class DataInstructions {
  private DataInstructions() {}

  static int execute(WorkerContext context, long process, long fp, long pc, long w) {
    switch (opcode(w)) {
      case R_TUPLE -> {
        Room.make(context, process, Elements.tupleBytes(b(w)));
        Memory.putLong(fp + a(w), Elements.tuple(process, fp, pc + 8, b(w)));
      }
      case R_CONS -> {
        Room.make(context, process, Elements.CONS_BYTES);
        Memory.putLong(
            fp + a(w),
            Elements.cons(process, Memory.getLong(fp + b(w)), Memory.getLong(fp + c(w))));
      }
      case R_TUPLE_GET -> Memory.putLong(fp + a(w), Tuples.get(Memory.getLong(fp + b(w)), c(w)));
      case R_TUPLE_GET_AT ->
          Memory.putLong(
              fp + a(w), Tuples.get(Memory.getLong(fp + b(w)), Memory.getLong(fp + c(w))));
      case R_TUPLE_PUT ->
          Memory.putLong(
              fp + a(w),
              Collections.putElement(
                  context,
                  process,
                  fp + b(w),
                  Memory.getLong(fp + c(w)),
                  fp + RareInstructions.d(pc)));
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
              fp + a(w),
              Collections.mapPut(
                  context, process, fp + b(w), fp + c(w), fp + RareInstructions.d(pc)));
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
                  Memory.getLong(fp + RareInstructions.d(pc))));
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
          Collections.fillI64(
              process,
              Memory.getLong(fp + a(w)),
              Memory.getLong(fp + b(w)),
              Memory.getLong(fp + c(w)),
              Memory.getLong(fp + RareInstructions.d(pc)));
      case F64_FILL ->
          Collections.fillF64(
              process,
              Memory.getLong(fp + a(w)),
              Memory.getLong(fp + b(w)),
              Memory.getLong(fp + c(w)),
              Memory.getDouble(fp + RareInstructions.d(pc)));
      case U8_FILL ->
          Collections.fillU8(
              process,
              Memory.getLong(fp + a(w)),
              Memory.getLong(fp + b(w)),
              Memory.getLong(fp + c(w)),
              Memory.getLong(fp + RareInstructions.d(pc)));
      case TERM_NEW ->
          Memory.putLong(
              fp + a(w),
              Collections.newTermArray(context, process, Memory.getLong(fp + b(w)), fp + c(w)));
      case TERM_GET ->
          Memory.putLong(
              fp + a(w), TermArrays.getTerm(Memory.getLong(fp + b(w)), Memory.getLong(fp + c(w))));
      case TERM_SET ->
          Collections.setTerm(
              process,
              Memory.getLong(fp + a(w)),
              Memory.getLong(fp + b(w)),
              Memory.getLong(fp + c(w)));
      case TERM_FILL ->
          Collections.fillTerms(
              process,
              Memory.getLong(fp + a(w)),
              Memory.getLong(fp + b(w)),
              Memory.getLong(fp + c(w)),
              Memory.getLong(fp + RareInstructions.d(pc)));
      case I_ARRAY_LENGTH ->
          Memory.putLong(fp + a(w), TermArrays.length(Memory.getLong(fp + b(w))));
      case ARRAY_COPY ->
          Collections.copyArray(
              process,
              Memory.getLong(fp + a(w)),
              Memory.getLong(fp + b(w)),
              Memory.getLong(fp + c(w)),
              Memory.getLong(fp + RareInstructions.d(pc)),
              Memory.getLong(fp + RareInstructions.e(pc)));
      default -> throw RareInstructions.unknown(w);
    }
    return RareInstructions.next(w, pc);
  }
}
