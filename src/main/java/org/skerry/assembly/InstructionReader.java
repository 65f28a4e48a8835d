package org.skerry.assembly;

import java.util.BitSet;
import org.skerry.isa.Bank;
import org.skerry.isa.Effect;
import org.skerry.isa.InstructionFormat;
import org.skerry.isa.InstructionWord;
import org.skerry.isa.Opcode;
import org.skerry.isa.OperandKind;
import org.skerry.module.FunctionDefinition;
import org.skerry.module.ModuleFile;
import org.skerry.module.Signature;

/**
 * Goes through the code of a function that may be anything, one instruction after the other. A word
 * that begins none counts as one.
 */
final class InstructionReader {
  /** Takes the operands that are places in the module's lists. */
  interface PoolOperands {
    void operand(OperandKind kind, int index);
  }

  private final ModuleFile module;
  private final FunctionDefinition function;
  private final long[] code;
  private final BitSet linePcs = new BitSet();
  private int pc;
  private int length;
  private Opcode opcode;
  private int count;
  private boolean expressible;

  InstructionReader(ModuleFile module, FunctionDefinition function) {
    this.module = module;
    this.function = function;
    this.code = function.code();
    function.lines().forEach(line -> linePcs.set(line.pc()));
  }

  /** Goes to the next instruction; false behind the last. */
  boolean next() {
    pc += length;
    if (pc == code.length) {
      length = 0;
      return false;
    }
    length = 1;
    count = 0;
    expressible = false;
    opcode = Opcode.ofCode(InstructionWord.opcode(code[pc]));
    if (opcode != null && code.length - pc >= opcode.format().fixedWords()) {
      int words = opcode.wordCount(i -> code[pc + i]);
      if (words <= code.length - pc) {
        count = opcode.variableCount(i -> code[pc + i]);
        length = words;
        int nextLine = linePcs.nextSetBit(pc + 1);
        expressible = (nextLine < 0 || nextLine >= pc + length) && check();
      }
    }
    return true;
  }

  int pc() {
    return pc;
  }

  /** Code words of the instruction. */
  int length() {
    return length;
  }

  Opcode opcode() {
    return opcode;
  }

  /** Entries of the variable operand. */
  int count() {
    return count;
  }

  /**
   * Whether the assembler makes these words of the instruction's text; none can where the line
   * changes within it.
   */
  boolean isExpressible() {
    return expressible;
  }

  int slot(int slot) {
    return InstructionWord.slot(
        code[pc + slot / InstructionWord.SLOTS_PER_WORD], slot % InstructionWord.SLOTS_PER_WORD);
  }

  /** The 32 bits that begin at an even slot. */
  int half(int slot) {
    return InstructionWord.half(
        code[pc + slot / InstructionWord.SLOTS_PER_WORD],
        slot % InstructionWord.SLOTS_PER_WORD / 2);
  }

  long word(int word) {
    return code[pc + word];
  }

  /** The bits of an operand of the fixed part: a slot's unsigned, a half's signed. */
  long value(int operand) {
    int slot = opcode.format().slotOf(operand);
    return switch (opcode.operands().get(operand).slots()) {
      case 1 -> slot(slot);
      case 2 -> half(slot);
      default -> word(slot / InstructionWord.SLOTS_PER_WORD);
    };
  }

  /** The first slot of the variable part. */
  int variableSlot() {
    return opcode.format().fixedWords() * InstructionWord.SLOTS_PER_WORD;
  }

  void forEachPoolOperand(PoolOperands consumer) {
    for (int i = 0; i < opcode.operands().size(); i++) {
      OperandKind kind = opcode.operands().get(i);
      switch (kind) {
        case LITERAL, FUNCTION, MVAR -> consumer.operand(kind, (int) value(i));
        case R_SPARSE_TABLE -> {
          for (int k = 0; k < count; k++) {
            consumer.operand(kind, (int) word(opcode.format().fixedWords() + 2 * k));
          }
        }
        default -> {}
      }
    }
  }

  private boolean check() {
    for (int i = 0; i < opcode.operands().size(); i++) {
      if (!checkOperand(i, opcode.operands().get(i))) {
        return false;
      }
    }
    return hasNothingElse() && checkCall();
  }

  private boolean checkOperand(int operand, OperandKind kind) {
    long value = value(operand);
    if (kind.isRegister()) {
      return isRegister(kind.bank().ordinal(), value);
    }
    return switch (kind) {
      case TYPE, I_FORMAT, F_FORMAT -> {
        var symbols = InstructionText.symbols(kind);
        yield value < symbols.size() && symbols.get((int) value) != null;
      }
      case LITERAL -> value >= 0 && value < module.literals().size();
      case FUNCTION -> value >= 0 && value < module.references().size();
      case MVAR -> value >= 0 && value < module.mvarReferences().size();
      case R_REGISTERS -> registers();
      case I_SPARSE_TABLE -> sparse(false);
      case R_SPARSE_TABLE -> sparse(true);
      default -> true;
    };
  }

  private boolean isRegister(int bank, long number) {
    int registers =
        switch (bank) {
          case 0 -> function.rCount();
          case 1 -> function.iCount();
          default -> function.fCount();
        };
    return number < registers;
  }

  private boolean registers() {
    for (int i = 0; i < count; i++) {
      if (!isRegister(Bank.R.ordinal(), slot(variableSlot() + i))) {
        return false;
      }
    }
    return true;
  }

  private boolean sparse(boolean literals) {
    for (int i = 0; i < count; i++) {
      int at = opcode.format().fixedWords() + 2 * i;
      long key = word(at);
      if (i > 0 && word(at - 2) >= key || word(at + 1) >>> 32 != 0) {
        return false;
      }
      if (literals) {
        boolean known = key >= 0 && key < module.literals().size();
        if (!known || module.literals().get((int) key).image() != null) {
          return false;
        }
      }
    }
    return true;
  }

  /** Whether all slots that no operand has are zero. */
  private boolean hasNothingElse() {
    InstructionFormat format = opcode.format();
    boolean[] used = new boolean[variableSlot()];
    used[0] = true;
    for (int i = 0; i < opcode.operands().size(); i++) {
      for (int s = 0; s < opcode.operands().get(i).slots(); s++) {
        used[format.slotOf(i) + s] = true;
      }
    }
    for (int s = 0; s < used.length; s++) {
      if (!used[s] && slot(s) != 0) {
        return false;
      }
    }
    int entrySlots =
        switch (format.variableKind()) {
          case null -> 0;
          case R_REGISTERS -> 1;
          case ARGUMENTS, DENSE_TABLE -> 2;
          default -> 2 * InstructionWord.SLOTS_PER_WORD;
        };
    int end = length * InstructionWord.SLOTS_PER_WORD;
    for (int s = variableSlot() + entrySlots * count; s < end; s++) {
      if (slot(s) != 0) {
        return false;
      }
    }
    return true;
  }

  /** Whether a call's result and arguments are what its function's signature says. */
  private boolean checkCall() {
    int operand = opcode.operands().indexOf(OperandKind.FUNCTION);
    if (operand < 0) {
      return true;
    }
    Signature callee = module.references().get((int) value(operand)).signature();
    if (InstructionParser.givesResult(opcode)) {
      Bank wanted =
          opcode.has(Effect.ENDS_BLOCK)
              ? function.signature().result()
              : opcode.operands().getFirst().bank();
      if (callee.result() != wanted) {
        return false;
      }
    }
    if (opcode.format().variableKind() != OperandKind.ARGUMENTS) {
      return true;
    }
    if (callee.parameters().size() != count) {
      return false;
    }
    for (int i = 0; i < count; i++) {
      int bank = slot(variableSlot() + 2 * i + 1);
      if (bank != callee.parameters().get(i).ordinal()
          || !isRegister(bank, slot(variableSlot() + 2 * i))) {
        return false;
      }
    }
    return true;
  }
}
