package org.skerry.isa;

/**
 * What an operand is, which bank it belongs to, and how many 16-bit slots it takes in an
 * instruction's fixed part. {@link InstructionFormat} places the slots.
 */
public enum OperandKind {
  R_DST(Bank.R, true, 1),
  R_SRC(Bank.R, false, 1),
  I_DST(Bank.I, true, 1),
  I_SRC(Bank.I, false, 1),
  F_DST(Bank.F, true, 1),
  F_SRC(Bank.F, false, 1),
  /** A signed 16-bit integer. */
  IMM16(1),
  /** An element count or index from 0 to 65,535. */
  COUNT16(1),
  /** The ordinal of a {@link TypeTest}. */
  TYPE(1),
  /** The ordinal of a {@link ByteFormat} for the {@code i} bank. */
  I_FORMAT(1),
  /** The ordinal of a {@link ByteFormat} for the {@code f} bank. */
  F_FORMAT(1),
  /** A branch distance in words from this instruction's first word, signed 16 bits. */
  LABEL16(1),
  /** A branch distance in words from this instruction's first word, signed 32 bits. */
  LABEL32(2),
  /** File: index into the module's function references. Linked: the VM's function index. */
  FUNCTION(2),
  /** File: index into the module's MVar references. Linked: the VM's MVar index. */
  MVAR(2),
  /** File: index into the module's literals. Linked: the term itself. */
  LITERAL(4),
  /** A raw 64-bit integer. */
  I_LITERAL(4),
  /** The bits of a double. */
  F_LITERAL(4),
  /**
   * Arguments of any bank. Fixed part: their count in one slot. Variable part, two slots each: in a
   * file register number and bank ordinal, linked source offset in this frame and destination
   * offset in the callee's.
   */
  ARGUMENTS(1),
  /** Registers of bank r. Fixed part: their count in one slot. Variable part: one slot each. */
  R_REGISTERS(1),
  /** Fixed part: the entry count. Variable part: a 32-bit label each, two to a word. */
  DENSE_TABLE(1),
  /**
   * Fixed part: the entry count. Variable part, two words each: a 64-bit key, then a 32-bit label
   * in the low half. Keys ascend, as signed integers.
   */
  I_SPARSE_TABLE(1),
  /**
   * Like {@link #I_SPARSE_TABLE}; in a file a key is the index of a literal that is an immediate
   * term and keys ascend as indices, linked it is the term's word and keys ascend as signed
   * integers.
   */
  R_SPARSE_TABLE(1);

  private final Bank bank;
  private final boolean destination;
  private final int slots;

  OperandKind(int slots) {
    this(null, false, slots);
  }

  OperandKind(Bank bank, boolean destination, int slots) {
    this.bank = bank;
    this.destination = destination;
    this.slots = slots;
  }

  /** The bank of a register operand, null for everything else. */
  public Bank bank() {
    return bank;
  }

  public boolean isRegister() {
    return bank != null;
  }

  public boolean isDestination() {
    return destination;
  }

  public boolean isSource() {
    return bank != null && !destination;
  }

  public boolean isLabel() {
    return this == LABEL16 || this == LABEL32;
  }

  /** Whether it has a variable part behind the instruction's fixed words. At most one a row. */
  public boolean isVariable() {
    return ordinal() >= ARGUMENTS.ordinal();
  }

  /**
   * 16-bit slots in the fixed part; two-slot operands lie on even slots, four-slot ones on words.
   */
  public int slots() {
    return slots;
  }

  /** Words that {@code count} entries of the variable part take. */
  public int variableWords(int count) {
    return switch (this) {
      case ARGUMENTS, DENSE_TABLE -> (count + 1) >>> 1;
      case R_REGISTERS -> (count + 3) >>> 2;
      case I_SPARSE_TABLE, R_SPARSE_TABLE -> count * 2;
      case R_DST, R_SRC, I_DST, I_SRC, F_DST, F_SRC, IMM16, COUNT16, TYPE -> 0;
      case I_FORMAT, F_FORMAT, LABEL16, LABEL32, FUNCTION, MVAR, LITERAL, I_LITERAL, F_LITERAL -> 0;
    };
  }
}
