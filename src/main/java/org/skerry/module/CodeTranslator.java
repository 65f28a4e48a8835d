package org.skerry.module;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.skerry.isa.Bank;
import org.skerry.isa.InstructionFormat;
import org.skerry.isa.InstructionWord;
import org.skerry.isa.Opcode;
import org.skerry.isa.OperandKind;

/**
 * Turns code as it stands in a file into linked code, word for word at the same indices: register
 * numbers become offsets from the frame pointer, indices become what they mean. Notes the words
 * that name qualified references, whose meaning changes when a module is loaded again.
 */
final class CodeTranslator {
  private static final int SLOTS = InstructionWord.SLOTS_PER_WORD;

  private final List<FunctionReference> references;
  private final List<Use> uses = new ArrayList<>();
  private final long[] literals;
  private final int[] targets;
  private final int[] mvarTargets;
  private final FunctionDefinition[] callees;

  /**
   * A use of a qualified reference.
   *
   * @param word index of the linked word in its function
   * @param half which half of it has the function index
   */
  record Use(int word, int half, int reference) {}

  private FunctionDefinition function;
  private long[] linked;
  private InstructionCursor at;

  /**
   * @param references the module's
   * @param literals the term of each literal
   * @param targets the function index of each reference
   * @param callees the function of each reference
   * @param mvarTargets the MVar index of each MVar reference
   */
  CodeTranslator(
      List<FunctionReference> references,
      long[] literals,
      int[] targets,
      FunctionDefinition[] callees,
      int[] mvarTargets) {
    this.references = references;
    this.mvarTargets = mvarTargets;
    this.literals = literals;
    this.targets = targets;
    this.callees = callees;
  }

  /** The linked code of a verified function. */
  long[] translate(FunctionDefinition definition) {
    function = definition;
    uses.clear();
    linked = definition.code().clone();
    at = new InstructionCursor(definition.code());
    for (int pc = 0; pc < linked.length; pc = at.next()) {
      at.move(pc);
      List<OperandKind> kinds = at.opcode().operands();
      for (int operand = 0; operand < kinds.size(); operand++) {
        translate(kinds.get(operand), operand);
      }
    }
    return linked;
  }

  /** Where the function that was translated last uses qualified references. */
  List<Use> uses() {
    return uses;
  }

  private void translate(OperandKind kind, int operand) {
    InstructionFormat format = at.opcode().format();
    int slot = format.slotOf(operand);
    int variable = format.fixedWords() * SLOTS;
    switch (kind) {
      case R_DST, R_SRC, I_DST, I_SRC, F_DST, F_SRC ->
          put(slot, function.registerOffset(kind.bank(), at.slot(operand)));
      case FUNCTION -> translateFunction(slot, at.half(operand));
      case MVAR -> putHalf(slot, mvarTargets[at.half(operand)]);
      case LITERAL -> linked[at.pc() + slot / SLOTS] = literals[(int) at.word(operand)];
      case ARGUMENTS -> translateArguments(variable);
      case R_REGISTERS -> {
        for (int entry = 0; entry < at.count(); entry++) {
          put(variable + entry, function.registerOffset(Bank.R, at.variableSlot(entry)));
        }
      }
      case R_SPARSE_TABLE -> translateTermTable(at.pc() + format.fixedWords());
      case IMM16, COUNT16, TYPE, I_FORMAT, F_FORMAT, LABEL16, LABEL32, I_LITERAL, F_LITERAL -> {}
      case DENSE_TABLE, I_SPARSE_TABLE -> {}
    }
  }

  private void translateFunction(int slot, int reference) {
    putHalf(slot, targets[reference]);
    if (references.get(reference).isQualified()) {
      uses.add(new Use(at.pc() + slot / SLOTS, slot % SLOTS / 2, reference));
      if (at.opcode() == Opcode.R_CLOSURE) {
        put(InstructionWord.BY_NAME_SLOT, 1);
      }
    }
  }

  private void put(int slot, int value) {
    int word = at.pc() + slot / SLOTS;
    linked[word] = InstructionWord.withSlot(linked[word], slot % SLOTS, value);
  }

  private void putHalf(int slot, int value) {
    int word = at.pc() + slot / SLOTS;
    linked[word] = InstructionWord.withHalf(linked[word], slot % SLOTS / 2, value);
  }

  private void translateArguments(int variable) {
    int reference = at.half(at.opcode().operands().indexOf(OperandKind.FUNCTION));
    FunctionDefinition callee = callees[reference];
    int[] next = new int[Bank.count()];
    for (int entry = 0; entry < at.count(); entry++) {
      Bank bank = Bank.ofOrdinal(at.variableSlot(2 * entry + 1));
      put(variable + 2 * entry, function.registerOffset(bank, at.variableSlot(2 * entry)));
      put(variable + 2 * entry + 1, callee.registerOffset(bank, next[bank.ordinal()]++));
    }
  }

  /** Keys become terms, so their order changes. */
  private void translateTermTable(int firstWord) {
    Integer[] order = new Integer[at.count()];
    Arrays.setAll(order, entry -> entry);
    Arrays.sort(
        order,
        (a, b) -> Long.compare(literals[(int) at.tableKey(a)], literals[(int) at.tableKey(b)]));
    for (int entry = 0; entry < order.length; entry++) {
      linked[firstWord + 2 * entry] = literals[(int) at.tableKey(order[entry])];
      linked[firstWord + 2 * entry + 1] = at.variableWord(2 * order[entry] + 1);
    }
  }
}
