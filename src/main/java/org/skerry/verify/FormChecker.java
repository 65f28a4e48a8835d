package org.skerry.verify;

import java.util.BitSet;
import java.util.List;
import org.skerry.isa.Bank;
import org.skerry.isa.InstructionFormat;
import org.skerry.isa.InstructionWord;
import org.skerry.isa.Opcode;
import org.skerry.isa.OperandKind;
import org.skerry.module.FrameLayout;
import org.skerry.module.FunctionDefinition;
import org.skerry.module.InstructionCursor;
import org.skerry.module.ModuleFile;
import org.skerry.module.Signature;

/**
 * Checks everything about one function that can be seen without following control flow: counts,
 * instruction boundaries, operands, labels, handlers, and the tables for people.
 */
final class FormChecker {
  private static final int SLOTS = InstructionWord.SLOTS_PER_WORD;

  /** For each opcode and fixed word, the bits that no operand uses. */
  private static final long[][] UNUSED_BITS = new long[Opcode.count()][];

  static {
    for (Opcode opcode : Opcode.values()) {
      UNUSED_BITS[opcode.code()] = unusedBits(opcode);
    }
  }

  private final FunctionDefinition function;
  private final Problems problems;
  private final InstructionCursor at;
  private final BitSet starts = new BitSet();
  private final OperandChecker operands;

  FormChecker(ModuleFile file, FunctionDefinition function, Problems problems) {
    this.function = function;
    this.problems = problems;
    at = new InstructionCursor(function.code());
    operands = new OperandChecker(file, function, problems);
  }

  private static long[] unusedBits(Opcode opcode) {
    InstructionFormat format = opcode.format();
    long[] unused = new long[format.fixedWords()];
    java.util.Arrays.fill(unused, -1L);
    unused[0] = InstructionWord.withSlot(unused[0], 0, 0);
    for (int operand = 0; operand < opcode.operands().size(); operand++) {
      int first = format.slotOf(operand);
      for (int slot = first; slot < first + opcode.operands().get(operand).slots(); slot++) {
        unused[slot / SLOTS] = InstructionWord.withSlot(unused[slot / SLOTS], slot % SLOTS, 0);
      }
    }
    return unused;
  }

  /** Adds what is wrong with the function. */
  void check() {
    boolean registers = checkRegisters();
    if (registers && checkBoundaries()) {
      for (int pc = 0; pc < function.code().length && !problems.full(); pc = at.next()) {
        at.move(pc);
        checkUnusedBits();
        checkLabels();
        operands.check(at);
      }
      new HandlerRanges(function).check(function, starts, problems);
      checkLines();
    }
    checkNames();
  }

  /** Code words that begin an instruction; complete if nothing was wrong. */
  BitSet starts() {
    return starts;
  }

  private boolean checkRegisters() {
    int before = problems.count();
    Signature signature = function.signature();
    long total = 0;
    for (Bank bank : Bank.values()) {
      int count = count(function, bank);
      total += count;
      if (count < signature.count(bank)) {
        problems.add(
            "a function has fewer registers than parameters",
            "bank",
            bank.letter(),
            "registers",
            count,
            "parameters",
            signature.count(bank));
      }
    }
    if (total > FrameLayout.MAX_REGISTERS) {
      problems.add(
          "a function has too many registers",
          "registers",
          total,
          "limit",
          FrameLayout.MAX_REGISTERS);
    }
    return problems.count() == before;
  }

  static int count(FunctionDefinition function, Bank bank) {
    return switch (bank) {
      case R -> function.rCount();
      case I -> function.iCount();
      case F -> function.fCount();
    };
  }

  /** Walks over the code once and notes where instructions begin. */
  private boolean checkBoundaries() {
    int words = function.code().length;
    if (words == 0 || words > Verifier.MAX_CODE_WORDS) {
      problems.add(
          "a function's code is empty or too long",
          "words",
          words,
          "limit",
          Verifier.MAX_CODE_WORDS);
      return false;
    }
    for (int pc = 0; pc < words; pc = at.next()) {
      if (!at.move(pc)) {
        if (at.opcode() == null) {
          problems.addAt(
              pc, "an opcode is unknown", "code", InstructionWord.opcode(function.code()[pc]));
        } else {
          problems.addAt(pc, "an instruction is cut off", "opcode", at.opcode().mnemonic());
        }
        return false;
      }
      starts.set(pc);
    }
    if (!at.opcode().has(org.skerry.isa.Effect.ENDS_BLOCK)) {
      problems.addAt(
          at.pc(), "control runs off the end of the code", "opcode", at.opcode().mnemonic());
    }
    return true;
  }

  private void checkUnusedBits() {
    long[] unused = UNUSED_BITS[at.opcode().code()];
    boolean clean = true;
    for (int word = 0; word < unused.length; word++) {
      clean &= (function.code()[at.pc() + word] & unused[word]) == 0;
    }
    if (!clean || !isPaddingClean()) {
      problems.addAt(
          at.pc(), "unused bits of an instruction are not zero", "opcode", at.opcode().mnemonic());
    }
  }

  private boolean isPaddingClean() {
    OperandKind kind = at.opcode().format().variableKind();
    int count = at.count();
    if (kind == OperandKind.I_SPARSE_TABLE || kind == OperandKind.R_SPARSE_TABLE) {
      boolean clean = true;
      for (int entry = 0; entry < count; entry++) {
        clean &= at.variableHalf(4 * entry + 3) == 0;
      }
      return clean;
    }
    if (kind == OperandKind.R_REGISTERS) {
      return count % SLOTS == 0
          || at.variableWord(count / SLOTS) >>> count % SLOTS * InstructionWord.SLOT_BITS == 0;
    }
    return count % 2 == 0 || at.variableHalf(count) == 0;
  }

  private void checkLabels() {
    List<OperandKind> kinds = at.opcode().operands();
    for (int operand = 0; operand < kinds.size(); operand++) {
      if (kinds.get(operand).isLabel()) {
        checkLabel(at.label(operand));
      }
    }
    for (int entry = 0, labels = at.tableLabels(); entry < labels; entry++) {
      checkLabel(at.tableLabel(entry));
    }
  }

  private void checkLabel(long target) {
    if (target < 0 || target >= function.code().length || !starts.get((int) target)) {
      problems.addAt(
          at.pc(),
          "a label leads to no instruction of the function",
          "opcode",
          at.opcode().mnemonic(),
          "target",
          target);
    }
  }

  private void checkLines() {
    int before = -1;
    for (FunctionDefinition.Line line : function.lines()) {
      if (line.pc() <= before || line.pc() >= function.code().length || !starts.get(line.pc())) {
        problems.add(
            "the line table does not ascend from instruction to instruction", "pc", line.pc());
        return;
      }
      if (line.line() < 1) {
        problems.addAt(line.pc(), "a line number is not positive", "line", line.line());
      }
      before = line.pc();
    }
  }

  private void checkNames() {
    for (FunctionDefinition.RegisterName name : function.names()) {
      Bank bank = Bank.ofOrdinal(name.bank());
      if (bank == null || name.register() < 0 || name.register() >= count(function, bank)) {
        problems.add(
            "a name belongs to no register of the function",
            "name",
            name.name(),
            "bank",
            name.bank(),
            "register",
            name.register());
      }
    }
  }
}
