package org.skerry.assembly;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.skerry.isa.Bank;
import org.skerry.module.FunctionDefinition.RegisterName;
import org.skerry.module.ModuleFormat;

/**
 * The registers of a function that is being assembled. Code refers to them by index until all are
 * known; then parameters and raw registers have the numbers that they say, and each other one, in
 * the order of first use, the lowest number of its bank that is free and that no raw register says.
 */
final class Registers {
  private static final class Register {
    final Bank bank;
    final String name;
    final int start;
    final int end;
    int number;
    boolean assigned;

    Register(Bank bank, String name, int number, int start, int end) {
      this.bank = bank;
      this.name = name;
      this.number = number;
      this.start = start;
      this.end = end;
    }
  }

  private final List<List<Register>> banks = new ArrayList<>();
  private final List<Map<Integer, Integer>> rawIndex = new ArrayList<>();
  private final List<List<Integer>> temporaries = new ArrayList<>();
  private final Map<String, Integer> indexOf = new HashMap<>();
  private final Map<String, Register> byName = new HashMap<>();
  private final List<Object> named = new ArrayList<>();
  private final Set<String> forgiven = new HashSet<>();
  private final int[] parameters = new int[Bank.count()];
  private final int[] counts = new int[Bank.count()];

  Registers() {
    for (int i = 0; i < Bank.count(); i++) {
      banks.add(new ArrayList<>());
      rawIndex.add(new HashMap<>());
      temporaries.add(new ArrayList<>());
    }
  }

  /** Whether a word is a register's number: {@code r0}. */
  static boolean isRaw(String word) {
    if (word.length() < 2 || word.length() > 6 || Bank.ofLetter(word.charAt(0)) == null) {
      return false;
    }
    return word.chars().skip(1).allMatch(c -> Scanner.isDigit((char) c))
        && (word.charAt(1) != '0' || word.length() == 2);
  }

  static Bank rawBank(String word) {
    return Bank.ofLetter(word.charAt(0));
  }

  static int rawNumber(String word) {
    return Integer.parseInt(word.substring(1));
  }

  /** Whether a word can name a register. */
  static boolean isName(String word) {
    return Scanner.isName(word) && !isRaw(word) && !LiteralParser.WORDS.contains(word);
  }

  Collection<String> names() {
    return byName.keySet();
  }

  /** The bank of a name, or null where there is none yet. */
  Bank bankOf(String name) {
    Register register = byName.get(name);
    return register == null ? null : register.bank;
  }

  /** The next parameter of a bank. */
  void parameter(Bank bank, String name, int start) {
    int number = parameters[bank.ordinal()]++;
    if (name.isEmpty()) {
      raw(bank, number);
    } else {
      add(bank, name, number, start, start + name.length()).assigned = true;
    }
  }

  /** Gives a register a name; one in quotes is only for people. */
  void name(Bank bank, int number, String name, boolean quoted, int start, int end) {
    if (quoted) {
      raw(bank, number);
      named.add(new RegisterName(bank.ordinal(), number, name));
    } else {
      raw(bank, number);
      add(bank, name, number, start, end).assigned = true;
    }
  }

  /** The index of a raw register. */
  int raw(Bank bank, int number) {
    Integer known = rawIndex.get(bank.ordinal()).get(number);
    if (known != null) {
      return known;
    }
    List<Register> registers = banks.get(bank.ordinal());
    registers.add(new Register(bank, null, number, 0, 0));
    rawIndex.get(bank.ordinal()).put(number, registers.size() - 1);
    return registers.size() - 1;
  }

  /** The index of a named register, which is new where the name is. */
  int named(Bank bank, String name, boolean assigned, int start, int end) {
    Register register = byName.get(name);
    if (register == null) {
      register = add(bank, name, -1, start, end);
    }
    register.assigned |= assigned;
    return indexOf.get(name);
  }

  /** The index of a nameless register of ours. */
  int temporary(Bank bank, int ordinal) {
    List<Integer> known = temporaries.get(bank.ordinal());
    while (known.size() <= ordinal) {
      banks.get(bank.ordinal()).add(new Register(bank, null, -1, 0, 0));
      known.add(banks.get(bank.ordinal()).size() - 1);
    }
    return known.get(ordinal);
  }

  private Register add(Bank bank, String name, int number, int start, int end) {
    List<Register> registers = banks.get(bank.ordinal());
    if (registers.size() > ModuleFormat.MAX_REGISTERS) {
      throw new Mistake(
          start, end, "a function has at most " + ModuleFormat.MAX_REGISTERS + " registers");
    }
    Register register = new Register(bank, name, number, start, end);
    registers.add(register);
    byName.put(name, register);
    indexOf.put(name, registers.size() - 1);
    named.add(register);
    return register;
  }

  /** Complains no more that the name has no value: a line with an error may have given it one. */
  void forgive(String name) {
    forgiven.add(name);
  }

  /** At least so many registers of a bank. */
  void atLeast(Bank bank, int count) {
    counts[bank.ordinal()] = count;
  }

  /** Numbers all registers and notes those that never get a value. */
  void finish(Diagnostics diagnostics) {
    for (Bank bank : Bank.values()) {
      List<Register> registers = banks.get(bank.ordinal());
      BitSet taken = new BitSet();
      taken.set(0, Math.max(parameters[bank.ordinal()], 0));
      registers.stream().filter(r -> r.number >= 0).forEach(r -> taken.set(r.number));
      int next = 0;
      for (Register register : registers) {
        if (register.number < 0) {
          next = taken.nextClearBit(next);
          register.number = next;
          taken.set(next);
        }
        complain(register, diagnostics);
      }
      counts[bank.ordinal()] = Math.max(counts[bank.ordinal()], taken.length());
    }
  }

  private void complain(Register register, Diagnostics diagnostics) {
    boolean known = register.name == null || register.assigned;
    if (!known && !forgiven.contains(register.name) && !diagnostics.isFull()) {
      List<String> others =
          byName.values().stream()
              .filter(r -> r.assigned && r.bank == register.bank)
              .map(r -> r.name)
              .toList();
      diagnostics.add(
          register.start,
          register.end,
          "nothing gives " + register.name + " a value" + Suggestions.hint(register.name, others));
    }
  }

  /** The number of the register with an index. */
  int number(Bank bank, int index) {
    return banks.get(bank.ordinal()).get(index).number;
  }

  int count(Bank bank) {
    return counts[bank.ordinal()];
  }

  /** The names for people, in the order in which they came. */
  List<RegisterName> registerNames() {
    return named.stream()
        .map(entry ->
            entry instanceof Register r
                ? new RegisterName(r.bank.ordinal(), r.number, r.name)
                : (RegisterName) entry)
        .toList();
  }
}
