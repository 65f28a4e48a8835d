package org.skerry.verify;

import java.util.List;
import org.skerry.isa.Bank;
import org.skerry.isa.ByteFormat;
import org.skerry.isa.Effect;
import org.skerry.isa.Opcode;
import org.skerry.isa.OperandKind;
import org.skerry.isa.TypeTest;
import org.skerry.module.FunctionDefinition;
import org.skerry.module.FunctionReference;
import org.skerry.module.InstructionCursor;
import org.skerry.module.ModuleFile;
import org.skerry.module.Signature;

/** Checks the operands of one instruction after the other, except its labels. */
final class OperandChecker {
  private final ModuleFile file;
  private final FunctionDefinition function;
  private final Problems problems;
  private InstructionCursor at;

  OperandChecker(ModuleFile file, FunctionDefinition function, Problems problems) {
    this.file = file;
    this.function = function;
    this.problems = problems;
  }

  /** Adds what is wrong with the operands of the instruction that the cursor stands on. */
  void check(InstructionCursor cursor) {
    at = cursor;
    int before = problems.count();
    List<OperandKind> kinds = at.opcode().operands();
    for (int operand = 0; operand < kinds.size(); operand++) {
      checkOperand(kinds.get(operand), operand);
    }
    if (problems.count() == before) {
      checkFunction();
      checkResult();
    }
  }

  private void checkOperand(OperandKind kind, int operand) {
    switch (kind) {
      case R_DST, R_SRC, I_DST, I_SRC, F_DST, F_SRC -> checkRegister(kind.bank(), at.slot(operand));
      case TYPE -> {
        if (TypeTest.ofOrdinal(at.slot(operand)) == null) {
          add("a type test is unknown", "ordinal", at.slot(operand));
        }
      }
      case I_FORMAT, F_FORMAT -> checkFormat(kind == OperandKind.F_FORMAT, at.slot(operand));
      case FUNCTION -> checkIndex("function reference", at.half(operand), file.references().size());
      case MVAR -> checkIndex("MVar reference", at.half(operand), file.mvarReferences().size());
      case LITERAL -> checkIndex("literal", at.word(operand), file.literals().size());
      case ARGUMENTS -> checkArgumentRegisters();
      case R_REGISTERS -> {
        for (int entry = 0; entry < at.count(); entry++) {
          checkRegister(Bank.R, at.variableSlot(entry));
        }
      }
      case I_SPARSE_TABLE -> checkAscending();
      case R_SPARSE_TABLE -> {
        checkAscending();
        checkTermKeys();
      }
      case IMM16, COUNT16, LABEL16, LABEL32, I_LITERAL, F_LITERAL, DENSE_TABLE -> {}
    }
  }

  private void checkRegister(Bank bank, int register) {
    int count = FormChecker.count(function, bank);
    if (register >= count) {
      add("a register does not exist", "register", bank.letter() + "" + register, "count", count);
    }
  }

  private void checkFormat(boolean floating, int ordinal) {
    ByteFormat format = ByteFormat.ofOrdinal(ordinal);
    if (format == null || format.floating() != floating) {
      add("a byte format is unknown or of the other bank", "ordinal", ordinal);
    }
  }

  private void checkIndex(String what, long index, int count) {
    if (index < 0 || index >= count) {
      add("a " + what + " does not exist", "index", index, "count", count);
    }
  }

  private void checkArgumentRegisters() {
    for (int entry = 0; entry < at.count(); entry++) {
      int ordinal = at.variableSlot(2 * entry + 1);
      Bank bank = Bank.ofOrdinal(ordinal);
      if (bank == null) {
        add("an argument's bank is unknown", "argument", entry, "bank", ordinal);
      } else {
        checkRegister(bank, at.variableSlot(2 * entry));
      }
    }
  }

  private void checkAscending() {
    for (int entry = 1; entry < at.count(); entry++) {
      if (at.tableKey(entry - 1) >= at.tableKey(entry)) {
        add("the keys of a table do not ascend", "entry", entry, "key", at.tableKey(entry));
        return;
      }
    }
  }

  /** Different literals may be the same term; then the table would have two answers for it. */
  private void checkTermKeys() {
    long[] words = new long[at.count()];
    for (int entry = 0; entry < words.length; entry++) {
      long index = at.tableKey(entry);
      if (index < 0 || index >= file.literals().size()) {
        add("a literal does not exist", "index", index, "count", file.literals().size());
        return;
      }
      ModuleFile.Literal literal = file.literals().get((int) index);
      if (literal.image() != null) {
        add("a key of a table is not an immediate term", "entry", entry, "literal", index);
        return;
      }
      words[entry] = literal.word();
    }
    java.util.Arrays.sort(words);
    for (int i = 1; i < words.length; i++) {
      if (words[i - 1] == words[i]) {
        add("two keys of a table are the same term", "entries", words.length);
        return;
      }
    }
  }

  /** What an instruction does with a function must fit that function's signature. */
  private void checkFunction() {
    int operand = at.opcode().operands().indexOf(OperandKind.FUNCTION);
    if (operand < 0) {
      return;
    }
    FunctionReference reference = file.references().get(at.half(operand));
    Signature signature = reference.signature();
    if (at.opcode().format().variableKind() == OperandKind.R_REGISTERS) {
      checkCaptures(reference);
      return;
    }
    boolean fits = at.count() == signature.parameters().size();
    for (int entry = 0; fits && entry < at.count(); entry++) {
      fits = at.variableSlot(2 * entry + 1) == signature.parameters().get(entry).ordinal();
    }
    if (!fits) {
      add(
          "the arguments do not fit the signature",
          "function",
          reference.name(),
          "signature",
          signature,
          "arguments",
          arguments());
    }
    if (at.opcode().has(Effect.CALLS) || isOfHost(at.opcode())) {
      Bank wanted = destinationBank(at.opcode());
      if (signature.result() != (wanted == null ? function.signature().result() : wanted)) {
        add(
            wanted == null
                ? "a tail call gives what the function does not"
                : "a call's destination is not of the result's bank",
            "function",
            reference.name(),
            "signature",
            signature);
      }
    }
  }

  private void checkCaptures(FunctionReference reference) {
    Signature signature = reference.signature();
    if (!signature.isTermsOnly()) {
      add(
          "the function of a closure must take and give terms",
          "function",
          reference.name(),
          "signature",
          signature);
    } else if (at.count() > signature.parameters().size()) {
      add(
          "a closure has more captures than its function has parameters",
          "function",
          reference.name(),
          "signature",
          signature,
          "captures",
          at.count());
    }
  }

  /** What leaves the function must be of its result's bank. */
  private void checkResult() {
    Bank bank =
        switch (at.opcode()) {
          case R_RETURN, TAIL_CALL_CLOSURE -> Bank.R;
          case I_RETURN -> Bank.I;
          case F_RETURN -> Bank.F;
          default -> null; // the others do not return; tail calls have a signature
        };
    if (bank != null && bank != function.signature().result()) {
      add(
          "the result is not of the bank that the function gives",
          "bank",
          bank.letter(),
          "signature",
          function.signature());
    }
  }

  private static boolean isOfHost(Opcode opcode) {
    return opcode == Opcode.R_HOST || opcode == Opcode.I_HOST || opcode == Opcode.F_HOST;
  }

  private static Bank destinationBank(Opcode opcode) {
    OperandKind first = opcode.operands().getFirst();
    return first.isDestination() ? first.bank() : null;
  }

  private String arguments() {
    StringBuilder text = new StringBuilder("(");
    for (int entry = 0; entry < at.count() && entry < 10; entry++) {
      text.append(entry > 0 ? ", " : "");
      text.append(Bank.ofOrdinal(at.variableSlot(2 * entry + 1)).letter());
    }
    return text.append(at.count() > 10 ? ", …)" : ")").toString();
  }

  private void add(String sentence, Object... namesAndValues) {
    Object[] values = new Object[namesAndValues.length + 2];
    values[0] = "opcode";
    values[1] = at.opcode().mnemonic();
    System.arraycopy(namesAndValues, 0, values, 2, namesAndValues.length);
    problems.addAt(at.pc(), sentence, values);
  }
}
