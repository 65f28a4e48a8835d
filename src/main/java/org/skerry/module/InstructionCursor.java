package org.skerry.module;

import org.skerry.isa.InstructionFormat;
import org.skerry.isa.InstructionWord;
import org.skerry.isa.Opcode;
import org.skerry.isa.OperandKind;

/**
 * Reads the instructions of a function one after the other. It checks nothing but that an
 * instruction is known and whole; {@link #move} says so. One thread's own.
 */
public final class InstructionCursor {
  private static final int SLOTS = InstructionWord.SLOTS_PER_WORD;

  private final long[] code;
  private int pc;
  private Opcode opcode;
  private InstructionFormat format;
  private int count;
  private int wordCount;

  /**
   * @param code instruction words as in a module file, or linked ones
   */
  public InstructionCursor(long[] code) {
    this.code = code;
  }

  /**
   * Stands on the instruction that begins at a word.
   *
   * @return whether there is one: a known opcode, all of whose words are there
   */
  public boolean move(int to) {
    pc = to;
    opcode = Opcode.ofCode(InstructionWord.opcode(code[to]));
    if (opcode == null) {
      return false;
    }
    format = opcode.format();
    int left = code.length - to;
    if (format.fixedWords() > left) {
      return false;
    }
    count = format.variableOperand() < 0 ? 0 : slot(format.variableOperand());
    wordCount = format.wordCount(count);
    return wordCount <= left;
  }

  /** Index of the instruction's first word. */
  public int pc() {
    return pc;
  }

  /** Its opcode; null where the last {@link #move} found an unknown one. */
  public Opcode opcode() {
    return opcode;
  }

  /** Its words, fixed and variable. */
  public int wordCount() {
    return wordCount;
  }

  /** Index of the first word behind it. */
  public int next() {
    return pc + wordCount;
  }

  /** Entries of its variable part; 0 where it has none. */
  public int count() {
    return count;
  }

  /** A one-slot operand, unsigned. */
  public int slot(int operand) {
    return fixedSlot(format.slotOf(operand));
  }

  /** A two-slot operand, signed. */
  public int half(int operand) {
    int slot = format.slotOf(operand);
    return InstructionWord.half(code[pc + slot / SLOTS], slot % SLOTS / 2);
  }

  /** A four-slot operand. */
  public long word(int operand) {
    return code[pc + format.slotOf(operand) / SLOTS];
  }

  /** Where a label operand leads; beyond the code if it is bad. */
  public long label(int operand) {
    int distance =
        opcode.operands().get(operand).slots() == 1 ? (short) slot(operand) : half(operand);
    return (long) pc + distance;
  }

  /** A word of the variable part, by its index there. */
  public long variableWord(int index) {
    return code[variableStart() + index];
  }

  /** A half word of the variable part, by its index there; signed. */
  public int variableHalf(int index) {
    return InstructionWord.half(variableWord(index >> 1), index & 1);
  }

  /** A slot of the variable part, by its index there; unsigned. */
  public int variableSlot(int index) {
    return InstructionWord.slot(variableWord(index / SLOTS), index % SLOTS);
  }

  /** Labels of its variable part: one an entry of a table, none otherwise. */
  public int tableLabels() {
    OperandKind kind = format.variableKind();
    return kind == OperandKind.DENSE_TABLE || isSparse(kind) ? count : 0;
  }

  /** Where a table's entry leads; beyond the code if it is bad. */
  public long tableLabel(int entry) {
    int half = isSparse(format.variableKind()) ? 4 * entry + 2 : entry;
    return (long) pc + variableHalf(half);
  }

  /** The key of a sparse table's entry. */
  public long tableKey(int entry) {
    return variableWord(2 * entry);
  }

  private static boolean isSparse(OperandKind kind) {
    return kind == OperandKind.I_SPARSE_TABLE || kind == OperandKind.R_SPARSE_TABLE;
  }

  private int fixedSlot(int slot) {
    return InstructionWord.slot(code[pc + slot / SLOTS], slot % SLOTS);
  }

  private int variableStart() {
    return pc + format.fixedWords();
  }
}
