package org.skerry.interpret;

import static org.skerry.isa.Code.*;
import static org.skerry.isa.InstructionWord.a;
import static org.skerry.isa.InstructionWord.b;
import static org.skerry.isa.InstructionWord.c;
import static org.skerry.isa.InstructionWord.opcode;

import org.skerry.isa.ByteFormat;
import org.skerry.memory.Memory;
import org.skerry.process.WorkerContext;
import org.skerry.semantics.*;
import org.skerry.term.Bytes;
import org.skerry.term.NumberText;
import org.skerry.term.Strings;

/** The instructions of {@link RareInstructions} on strings and bytes. */
final class TextInstructions {
  private TextInstructions() {}

  static int execute(WorkerContext context, long process, long fp, long pc, long w) {
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
                  Memory.getLong(fp + RareInstructions.d(pc))));
      case R_STRING_CONCAT ->
          Memory.putLong(fp + a(w), Text.concat(context, process, fp + b(w), fp + c(w)));
      case I_STRING_FIND ->
          Memory.putLong(
              fp + a(w),
              Strings.find(
                  Memory.getLong(fp + b(w)),
                  Memory.getLong(fp + c(w)),
                  Memory.getLong(fp + RareInstructions.d(pc)),
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
                  Memory.getLong(fp + RareInstructions.d(pc))));
      case R_BYTES_CONCAT ->
          Memory.putLong(fp + a(w), ByteStrings.concat(context, process, fp + b(w), fp + c(w)));
      case I_BYTES_FIND ->
          Memory.putLong(
              fp + a(w),
              Bytes.find(
                  Memory.getLong(fp + b(w)),
                  Memory.getLong(fp + c(w)),
                  Memory.getLong(fp + RareInstructions.d(pc)),
                  context.scratch()));
      case I_BYTES_GET ->
          Memory.putLong(
              fp + a(w),
              Bytes.getInt(
                  Memory.getLong(fp + b(w)),
                  Memory.getLong(fp + c(w)),
                  ByteFormat.ofOrdinal(RareInstructions.d(pc))));
      case F_BYTES_GET ->
          Memory.putDouble(
              fp + a(w),
              Bytes.getFloat(
                  Memory.getLong(fp + b(w)),
                  Memory.getLong(fp + c(w)),
                  ByteFormat.ofOrdinal(RareInstructions.d(pc))));
      case I_BYTES_PUT ->
          Bytes.putInt(
              Memory.getLong(fp + a(w)),
              Memory.getLong(fp + b(w)),
              Memory.getLong(fp + c(w)),
              ByteFormat.ofOrdinal(RareInstructions.d(pc)));
      case F_BYTES_PUT ->
          Bytes.putFloat(
              Memory.getLong(fp + a(w)),
              Memory.getLong(fp + b(w)),
              Memory.getDouble(fp + c(w)),
              ByteFormat.ofOrdinal(RareInstructions.d(pc)));
      case R_BYTES_FROM_U8 ->
          Memory.putLong(
              fp + a(w),
              ByteStrings.fromU8(
                  context,
                  process,
                  fp + b(w),
                  Memory.getLong(fp + c(w)),
                  Memory.getLong(fp + RareInstructions.d(pc))));
      case R_U8_FROM_BYTES ->
          Memory.putLong(fp + a(w), ByteStrings.toU8(context, process, fp + b(w)));
      default -> throw RareInstructions.unknown(w);
    }
    return RareInstructions.next(w, pc);
  }
}
