package org.skerry.verify;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.skerry.isa.Bank;
import org.skerry.isa.InstructionFormat;
import org.skerry.isa.InstructionWord;
import org.skerry.isa.Opcode;
import org.skerry.isa.OperandKind;
import org.skerry.module.FunctionDefinition;
import org.skerry.module.LinkedModule;

/**
 * Turns linked code back into what stood in the file, for modules whose literals are immediates and
 * that refer to their own MVars, in the order of the declarations.
 */
final class Unlinker {
  private Unlinker() {}

  static long[] unlink(long[] linked, FunctionDefinition function, LinkedModule module) {
    long[] code = linked.clone();
    for (int pc = 0; pc < code.length; ) {
      Opcode opcode = Opcode.ofCode(InstructionWord.opcode(linked[pc]));
      InstructionFormat format = opcode.format();
      int first = pc;
      int count = opcode.variableCount(i -> linked[first + i]);
      for (int operand = 0; operand < opcode.operands().size(); operand++) {
        OperandKind kind = opcode.operands().get(operand);
        int slot = 4 * pc + format.slotOf(operand);
        int variable = 4 * (pc + format.fixedWords());
        switch (kind) {
          case R_DST, R_SRC, I_DST, I_SRC, F_DST, F_SRC -> unlinkRegister(code, slot, function);
          case FUNCTION ->
              code[slot / 4] =
                  InstructionWord.withHalf(
                      code[slot / 4],
                      slot % 4 / 2,
                      reference(module, InstructionWord.half(linked[slot / 4], slot % 4 / 2)));
          case MVAR ->
              code[slot / 4] =
                  InstructionWord.withHalf(
                      code[slot / 4],
                      slot % 4 / 2,
                      mvar(module, InstructionWord.half(linked[slot / 4], slot % 4 / 2)));
          case LITERAL -> code[slot / 4] = literal(module, linked[slot / 4]);
          case ARGUMENTS -> {
            for (int i = 0; i < count; i++) {
              int bank = unlinkRegister(code, variable + 2 * i, function).ordinal();
              put(code, variable + 2 * i + 1, bank);
            }
          }
          case R_REGISTERS -> {
            for (int i = 0; i < count; i++) {
              unlinkRegister(code, variable + i, function);
            }
          }
          case R_SPARSE_TABLE -> unlinkTable(code, variable / 4, count, module);
          default -> {}
        }
      }
      pc += format.wordCount(count);
    }
    return code;
  }

  private static Bank unlinkRegister(long[] code, int slot, FunctionDefinition function) {
    int offset = InstructionWord.slot(code[slot / 4], slot % 4);
    for (Bank bank : Bank.values()) {
      for (int register = 0; register < function.registerCount(bank); register++) {
        if (function.registerOffset(bank, register) == offset) {
          put(code, slot, register);
          return bank;
        }
      }
    }
    throw new AssertionError("no register lies at " + offset);
  }

  private static void put(long[] code, int slot, int value) {
    code[slot / 4] = InstructionWord.withSlot(code[slot / 4], slot % 4, value);
  }

  private static int mvar(LinkedModule module, int mvarIndex) {
    for (int i = 0; ; i++) {
      if (module.mvar(i) == mvarIndex) {
        return i;
      }
    }
  }

  private static int reference(LinkedModule module, int functionIndex) {
    for (int i = 0; ; i++) {
      if (module.target(i) == functionIndex) {
        return i;
      }
    }
  }

  private static long literal(LinkedModule module, long term) {
    for (int i = 0; ; i++) {
      if (module.verified().file().literals().get(i).word() == term) {
        return i;
      }
    }
  }

  private static void unlinkTable(long[] code, int first, int count, LinkedModule module) {
    List<long[]> entries = new java.util.ArrayList<>();
    for (int i = 0; i < count; i++) {
      entries.add(new long[] {literal(module, code[first + 2 * i]), code[first + 2 * i + 1]});
    }
    entries.sort(Comparator.comparingLong(entry -> entry[0]));
    long[] words = entries.stream().flatMapToLong(Arrays::stream).toArray();
    System.arraycopy(words, 0, code, first, words.length);
  }
}
