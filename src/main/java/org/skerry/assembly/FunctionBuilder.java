package org.skerry.assembly;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.collections.IntArrayList;
import org.agrona.collections.LongArrayList;
import org.skerry.isa.Bank;
import org.skerry.isa.InstructionFormat;
import org.skerry.isa.InstructionWord;
import org.skerry.isa.Opcode;
import org.skerry.isa.OperandKind;
import org.skerry.module.FunctionDefinition;
import org.skerry.module.FunctionDefinition.Line;
import org.skerry.module.Handler;
import org.skerry.module.ModuleFormat;

/**
 * The code of a function as it grows. A register operand holds an index into {@link Registers} and
 * a label nothing, until {@link #finish} knows the numbers and the distances.
 */
final class FunctionBuilder {
  /** Marks a label operand that is a distance in its lower half, not a label's index. */
  static final long DISTANCE = 1L << 40;

  final FunctionHeader header;
  final Registers registers = new Registers();
  final Labels labels = new Labels();

  private final Fixups fixups = new Fixups();
  private final IntArrayList rawRanges = new IntArrayList();
  private final IntArrayList handlers = new IntArrayList();
  private final List<Line> lines = new ArrayList<>();
  private long[] code = new long[64];
  private int size;
  private boolean hasDistances;

  FunctionBuilder(FunctionHeader header) {
    this.header = header;
    for (int i = 0; i < header.signature().parameters().size(); i++) {
      Bank bank = header.signature().parameters().get(i);
      registers.parameter(bank, header.names().get(i), header.nameStarts().get(i));
    }
  }

  int pc() {
    return size;
  }

  /** Code from here on comes from a line. */
  void line(int line) {
    lines.add(new Line(size, line));
  }

  /** The line that code comes from so far, or 0. */
  int lastLine() {
    return lines.isEmpty() ? 0 : lines.get(lines.size() - 1).line();
  }

  /** Whether a line entry stands at the current place already. */
  boolean lineStandsHere() {
    return !lines.isEmpty() && lines.get(lines.size() - 1).pc() == size;
  }

  /** A word that nobody looks at. */
  void word(long word) {
    if (rawRanges.isEmpty() || rawRanges.getInt(rawRanges.size() - 1) != size) {
      rawRanges.addInt(size);
      rawRanges.addInt(size);
    }
    append(word);
    rawRanges.setInt(rawRanges.size() - 1, size);
  }

  /**
   * A handler; the innermost must come first.
   *
   * @param start a label's index, or the complement of a code index; so are the next two
   * @param register an index into the bank {@code r} of the registers
   */
  void handler(int start, int end, int target, int register) {
    handlers.addInt(start);
    handlers.addInt(end);
    handlers.addInt(target);
    handlers.addInt(register);
  }

  /** A constant in one of our own registers; gives its index. */
  int constant(Bank bank, long value, int ordinal) {
    int register = registers.temporary(bank, ordinal);
    emit(InstructionText.constant(bank), new long[] {register, value}, new LongArrayList());
    return register;
  }

  /**
   * Appends an instruction.
   *
   * @param values an operand each: a register's index, a label's index or a distance, else what the
   *     instruction holds; for a variable operand nothing
   * @param entries of the variable operand: register index and bank alternating for arguments,
   *     register indices, labels, or key and label alternating
   */
  void emit(Opcode opcode, long[] values, LongArrayList entries) {
    InstructionFormat format = opcode.format();
    int pc = size;
    for (int i = 0; i < format.fixedWords(); i++) {
      append(0);
    }
    slot(pc, 0, opcode.code());
    for (int i = 0; i < opcode.operands().size(); i++) {
      OperandKind kind = opcode.operands().get(i);
      int slot = format.slotOf(i);
      if (kind.isVariable()) {
        int count = entries.size() / entryLongs(kind);
        slot(pc, slot, count);
        for (int words = kind.variableWords(count); words > 0; words--) {
          append(0);
        }
        entries(pc, kind, format.fixedWords() * InstructionWord.SLOTS_PER_WORD, entries);
      } else if (!kind.isLabel()) {
        put(pc, slot, kind, values[i]);
      }
    }
    for (int i = 0; i < opcode.operands().size(); i++) {
      OperandKind kind = opcode.operands().get(i);
      if (kind.isLabel()) {
        label(pc, format.slotOf(i), kind == OperandKind.LABEL16, values[i]);
      }
    }
  }

  private static int entryLongs(OperandKind kind) {
    return kind == OperandKind.DENSE_TABLE || kind == OperandKind.R_REGISTERS ? 1 : 2;
  }

  private void put(int pc, int slot, OperandKind kind, long value) {
    switch (kind.slots()) {
      case 1 -> slot(pc, slot, (int) value);
      case 2 -> half(pc, slot, (int) value);
      default -> code[pc + slot / InstructionWord.SLOTS_PER_WORD] = value;
    }
  }

  private void entries(int pc, OperandKind kind, int base, LongArrayList entries) {
    int count = entries.size();
    switch (kind) {
      case ARGUMENTS, R_REGISTERS -> {
        for (int i = 0; i < count; i++) {
          slot(pc, base + i, (int) entries.getLong(i));
        }
      }
      case DENSE_TABLE -> {
        for (int i = 0; i < count; i++) {
          label(pc, base + 2 * i, false, entries.getLong(i));
        }
      }
      default -> {
        for (int i = 0; i < count; i += 2) {
          code[pc + base / InstructionWord.SLOTS_PER_WORD + i] = entries.getLong(i);
          label(pc, base + (i + 1) * InstructionWord.SLOTS_PER_WORD, false, entries.getLong(i + 1));
        }
      }
    }
  }

  private void label(int pc, int slot, boolean narrow, long value) {
    if (value >= DISTANCE) {
      hasDistances = true;
      if (narrow) {
        slot(pc, slot, (int) value);
      } else {
        half(pc, slot, (int) value);
      }
    } else {
      fixups.add(pc, slot, narrow, (int) value, size);
    }
  }

  private void slot(int pc, int slot, int value) {
    int at = pc + slot / InstructionWord.SLOTS_PER_WORD;
    code[at] = InstructionWord.withSlot(code[at], slot % InstructionWord.SLOTS_PER_WORD, value);
  }

  private void half(int pc, int slot, int value) {
    int at = pc + slot / InstructionWord.SLOTS_PER_WORD;
    code[at] = InstructionWord.withHalf(code[at], slot % InstructionWord.SLOTS_PER_WORD / 2, value);
  }

  private void append(long word) {
    if (size == code.length) {
      code = Arrays.copyOf(code, 2 * size);
    }
    code[size++] = word;
  }

  /** The finished function, or null where it has mistakes, which are noted. */
  FunctionDefinition finish(Diagnostics diagnostics) {
    registers.finish(diagnostics);
    labels.finish(diagnostics);
    int total = 0;
    for (Bank bank : Bank.values()) {
      total += registers.count(bank);
    }
    if (total > ModuleFormat.MAX_REGISTERS) {
      diagnostics.add(
          header.nameStart(),
          header.nameEnd(),
          "the function has " + total + " registers, at most " + ModuleFormat.MAX_REGISTERS);
    }
    if (!diagnostics.isEmpty()) {
      return null;
    }
    numberRegisters();
    CodeLayout layout = new CodeLayout(code, size, fixups, labels);
    boolean fits = hasDistances ? layout.fits() : layout.lengthen();
    if (!fits || layout.size() > ModuleFormat.MAX_CODE_WORDS) {
      diagnostics.add(
          header.nameStart(),
          header.nameEnd(),
          fits
              ? "the function has more than " + ModuleFormat.MAX_CODE_WORDS + " code words"
              : "a branch of this function is too far, and distances as operands forbid a longer"
                  + " one");
      return null;
    }
    return new FunctionDefinition(
        header.name(),
        header.signature(),
        header.exported(),
        registers.count(Bank.R),
        registers.count(Bank.I),
        registers.count(Bank.F),
        layout.code(),
        finishedHandlers(),
        lines.stream().map(line -> new Line(layout.moved(line.pc()), line.line())).toList(),
        registers.registerNames());
  }

  private List<Handler> finishedHandlers() {
    List<Handler> finished = new ArrayList<>();
    for (int i = 0; i < handlers.size(); i += 4) {
      finished.add(
          new Handler(
              place(handlers.getInt(i)),
              place(handlers.getInt(i + 1)),
              place(handlers.getInt(i + 2)),
              registers.number(Bank.R, handlers.getInt(i + 3))));
    }
    return List.copyOf(finished);
  }

  private int place(int labelOrPc) {
    return labelOrPc < 0 ? ~labelOrPc : labels.pc(labelOrPc);
  }

  /** Puts numbers in the place of indices, in every instruction. */
  private void numberRegisters() {
    int raw = 0;
    for (int pc = 0; pc < size; ) {
      if (raw < rawRanges.size() && rawRanges.getInt(raw) == pc) {
        pc = rawRanges.getInt(raw + 1);
        raw += 2;
        continue;
      }
      Opcode opcode = Opcode.ofCode(InstructionWord.opcode(code[pc]));
      int start = pc;
      InstructionFormat format = opcode.format();
      for (int i = 0; i < opcode.operands().size(); i++) {
        OperandKind kind = opcode.operands().get(i);
        if (kind.isRegister()) {
          number(start, format.slotOf(i), kind.bank());
        }
      }
      int count = opcode.variableCount(word -> code[start + word]);
      int base = format.fixedWords() * InstructionWord.SLOTS_PER_WORD;
      for (int i = 0; i < count; i++) {
        if (format.variableKind() == OperandKind.ARGUMENTS) {
          number(start, base + 2 * i, Bank.ofOrdinal(slotAt(start, base + 2 * i + 1)));
        } else if (format.variableKind() == OperandKind.R_REGISTERS) {
          number(start, base + i, Bank.R);
        }
      }
      pc += format.wordCount(count);
    }
  }

  private int slotAt(int pc, int slot) {
    return InstructionWord.slot(
        code[pc + slot / InstructionWord.SLOTS_PER_WORD], slot % InstructionWord.SLOTS_PER_WORD);
  }

  private void number(int pc, int slot, Bank bank) {
    slot(pc, slot, registers.number(bank, slotAt(pc, slot)));
  }
}
