package org.skerry.assembly;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.skerry.isa.Bank;
import org.skerry.isa.ByteFormat;
import org.skerry.isa.Opcode;
import org.skerry.isa.OperandKind;
import org.skerry.isa.TypeTest;

/**
 * What follows from the opcode table for text: words, symbols, and instructions with a constant.
 */
final class InstructionText {
  private static final List<String> MNEMONICS = new ArrayList<>();
  private static final Map<Opcode, Opcode> WITH_CONSTANT = new EnumMap<>(Opcode.class);

  static {
    for (Opcode opcode : Opcode.values()) {
      MNEMONICS.add(opcode.mnemonic());
      Opcode other = Opcode.ofMnemonic(opcode.mnemonic() + ".imm");
      if (other != null && constantOperand(opcode, other) >= 0) {
        WITH_CONSTANT.put(opcode, other);
      }
    }
    MNEMONICS.addAll(Macro.mnemonics());
  }

  private InstructionText() {}

  static List<String> mnemonics() {
    return MNEMONICS;
  }

  /** The operand that is an immediate in the second opcode and a register in the first, or -1. */
  private static int constantOperand(Opcode opcode, Opcode constant) {
    List<OperandKind> operands = opcode.operands();
    int found = -1;
    for (int i = 0; i < operands.size() && constant.operands().size() == operands.size(); i++) {
      if (operands.get(i) != constant.operands().get(i)) {
        boolean fits =
            operands.get(i) == OperandKind.I_SRC && constant.operands().get(i) == OperandKind.IMM16;
        if (found >= 0 || !fits) {
          return -1;
        }
        found = i;
      }
    }
    return found;
  }

  /** The opcode that does the same with a constant as this operand, or null. */
  static Opcode withConstant(Opcode opcode, int operand) {
    Opcode other = WITH_CONSTANT.get(opcode);
    return other != null && constantOperand(opcode, other) == operand ? other : null;
  }

  /** The opcode that gives a register of a bank a constant. */
  static Opcode constant(Bank bank) {
    return switch (bank) {
      case R -> Opcode.R_CONST;
      case I -> Opcode.I_CONST;
      case F -> Opcode.F_CONST;
    };
  }

  /** The words that may stand as an operand of this kind, or null where it is no closed set. */
  static List<String> symbols(OperandKind kind) {
    List<String> symbols = new ArrayList<>();
    switch (kind) {
      case TYPE -> {
        for (TypeTest type : TypeTest.values()) {
          symbols.add(type.symbol());
        }
      }
      case I_FORMAT, F_FORMAT -> {
        for (ByteFormat format : ByteFormat.values()) {
          symbols.add(format.floating() == (kind == OperandKind.F_FORMAT) ? format.symbol() : null);
        }
      }
      default -> {
        return null;
      }
    }
    return symbols;
  }

  /** What an error calls an operand. */
  static String describe(OperandKind kind) {
    if (kind.isRegister()) {
      return kind.isSource() ? source(kind.bank()) : article(kind.bank()) + " register to write";
    }
    return switch (kind) {
      case IMM16 -> "an integer from -32768 to 32767";
      case COUNT16 -> "an integer from 0 to 65535";
      case TYPE -> "a type";
      case I_FORMAT, F_FORMAT -> "a byte format";
      case LABEL16, LABEL32 -> "a label such as @done";
      case FUNCTION -> "a function";
      case MVAR -> "an MVar";
      case LITERAL -> "a term";
      case I_LITERAL -> "an integer";
      case F_LITERAL -> "a float";
      case ARGUMENTS -> "arguments in parentheses";
      case R_REGISTERS -> "r registers in parentheses";
      case DENSE_TABLE -> "a table such as [@a, @b]";
      case I_SPARSE_TABLE -> "a table such as [1 => @a, 5 => @b]";
      case R_SPARSE_TABLE -> "a table such as [:ok => @a, nil => @b]";
      default -> kind.name().toLowerCase(Locale.ROOT);
    };
  }

  static String article(Bank bank) {
    return "an " + bank.letter();
  }

  /** What may stand where a register is read. */
  static String source(Bank bank) {
    String constant =
        switch (bank) {
          case R -> "a term";
          case I -> "an integer";
          case F -> "a float";
        };
    return article(bank) + " register or " + constant;
  }

  /** Which instruction makes of one bank's value one of another's. */
  static String conversion(Bank from, Bank to) {
    String mnemonic = to.letter() + ".from." + from.letter();
    return Opcode.ofMnemonic(mnemonic) == null ? "" : "; " + mnemonic + " converts";
  }

  /** What somebody may have meant by a word that is no instruction. */
  static String hint(String word) {
    List<String> banks = new ArrayList<>();
    for (Bank bank : Bank.values()) {
      String mnemonic = bank.letter() + "." + word;
      if (Opcode.ofMnemonic(mnemonic) != null) {
        banks.add(mnemonic);
      }
    }
    if (!banks.isEmpty()) {
      return "; did you mean " + or(banks) + "?";
    }
    boolean prefixed = word.length() > 2 && word.charAt(1) == '.';
    if (prefixed && Opcode.ofMnemonic(word.substring(2)) != null) {
      return "; did you mean " + word.substring(2) + "?";
    }
    return Suggestions.hint(word, BodyParser.LINE_WORDS);
  }

  /** {@code a, b or c}. */
  static String or(List<String> words) {
    int last = words.size() - 1;
    return last == 0
        ? words.getFirst()
        : String.join(", ", words.subList(0, last)) + " or " + words.get(last);
  }

  /** How the instruction is written, with a letter's bank for each register. */
  static String usage(String mnemonic, List<OperandKind> operands) {
    StringBuilder usage = new StringBuilder(mnemonic);
    for (int i = 0; i < operands.size(); i++) {
      OperandKind kind = operands.get(i);
      boolean sticks = i > 0 && isList(kind) && !operands.get(i - 1).isDestination();
      usage.append(i == 0 ? " " : sticks ? "" : ", ").append(placeholder(kind));
    }
    return usage.toString();
  }

  /** Whether an operand is written in parentheses, like a function's arguments. */
  static boolean isList(OperandKind kind) {
    return kind == OperandKind.ARGUMENTS || kind == OperandKind.R_REGISTERS;
  }

  private static String placeholder(OperandKind kind) {
    if (kind.isRegister()) {
      return String.valueOf(kind.bank().letter());
    }
    return switch (kind) {
      case IMM16, I_LITERAL -> "INTEGER";
      case COUNT16 -> "COUNT";
      case TYPE -> "TYPE";
      case I_FORMAT, F_FORMAT -> "FORMAT";
      case LABEL16, LABEL32 -> "@LABEL";
      case FUNCTION -> "FUNCTION";
      case MVAR -> "MVAR";
      case LITERAL -> "TERM";
      case F_LITERAL -> "FLOAT";
      case ARGUMENTS -> "(ARGUMENTS)";
      case R_REGISTERS -> "(r, …)";
      case DENSE_TABLE -> "[@LABEL, …]";
      case I_SPARSE_TABLE -> "[INTEGER => @LABEL, …]";
      case R_SPARSE_TABLE -> "[TERM => @LABEL, …]";
      default -> kind.name();
    };
  }
}
