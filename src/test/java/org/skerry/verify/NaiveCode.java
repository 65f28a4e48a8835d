package org.skerry.verify;

import java.util.ArrayList;
import java.util.List;
import org.skerry.isa.Bank;
import org.skerry.isa.Effect;
import org.skerry.isa.InstructionWord;
import org.skerry.isa.Opcode;
import org.skerry.isa.OperandKind;
import org.skerry.module.FunctionDefinition;
import org.skerry.module.Handler;

/**
 * One instruction at a time, decoded in the plainest way and with nothing of the verifier's: what
 * it reads, what it writes, where control may go. For checking the verifier against.
 */
final class NaiveCode {
  final Opcode opcode;
  final int pc;
  final int next;
  final List<String> reads = new ArrayList<>();
  String writes;
  final List<Integer> jumps = new ArrayList<>();
  final boolean falls;

  /** Where an error goes, or -1. */
  int handler = -1;

  String handlerWrites;

  /** The mode and the MVar that it holds where it falls through, or null. */
  String takes;

  /** The MVar that it unlocks, or -1. */
  int releases = -1;

  /** Whether it ends the function's frame. */
  final boolean leaves;

  NaiveCode(FunctionDefinition function, int pc) {
    long[] code = function.code();
    this.pc = pc;
    opcode = Opcode.ofCode(InstructionWord.opcode(code[pc]));
    int count = opcode.variableCount(i -> code[pc + i]);
    next = pc + opcode.format().wordCount(count);
    falls = !opcode.has(Effect.ENDS_BLOCK);
    for (int operand = 0; operand < opcode.operands().size(); operand++) {
      read(code, opcode.operands().get(operand), opcode.format().slotOf(operand), count);
    }
    leaves =
        List.of("R_RETURN", "I_RETURN", "F_RETURN", "TAIL_CALL", "TAIL_CALL_CLOSURE")
            .contains(opcode.name());
    if (opcode.name().contains("LOCK")) {
      int mvar = half(code, opcode.format().slotOf(0));
      releases = opcode.name().contains("UNLOCK") ? mvar : -1;
      takes = releases >= 0 ? null : (opcode.name().contains("READ") ? "read " : "write ") + mvar;
    }
    boolean raises =
        opcode.has(Effect.MAY_THROW)
            || opcode.has(Effect.MAY_COLLECT)
            || opcode.has(Effect.MAY_AWAIT);
    for (Handler candidate : function.handlers()) {
      if (raises && handler < 0 && candidate.start() <= pc && pc < candidate.end()) {
        handler = candidate.target();
        handlerWrites = "r" + candidate.register();
      }
    }
  }

  private void read(long[] code, OperandKind kind, int slot, int count) {
    int variable = 4 * opcode.format().fixedWords();
    if (kind.isRegister()) {
      String register = kind.bank().letter() + "" + slot(code, slot);
      if (kind.isDestination()) {
        writes = register;
      } else {
        reads.add(register);
      }
    }
    for (int i = 0; i < count; i++) {
      switch (kind) {
        case ARGUMENTS ->
            reads.add(
                Bank.values()[slot(code, variable + 2 * i + 1)].letter()
                    + ""
                    + slot(code, variable + 2 * i));
        case R_REGISTERS -> reads.add("r" + slot(code, variable + i));
        case DENSE_TABLE -> jumps.add(pc + half(code, variable + 2 * i));
        case I_SPARSE_TABLE, R_SPARSE_TABLE -> jumps.add(pc + half(code, variable + 8 * i + 4));
        default -> {}
      }
    }
    if (kind == OperandKind.LABEL16) {
      jumps.add(pc + (short) slot(code, slot));
    } else if (kind == OperandKind.LABEL32) {
      jumps.add(pc + half(code, slot));
    }
  }

  private int slot(long[] code, int slot) {
    return (int) (code[pc + slot / 4] >>> 16 * (slot % 4)) & 0xFFFF;
  }

  private int half(long[] code, int slot) {
    return slot(code, slot) | slot(code, slot + 1) << 16;
  }
}
