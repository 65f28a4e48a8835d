package org.skerry.isa;

/**
 * Takes 64-bit instruction words apart and puts them together. In its first word an instruction has
 * its opcode in slot 0; {@code a}, {@code b} and {@code c} are slots 1 to 3, {@code bc} both upper
 * ones as one signed 32-bit number.
 */
public final class InstructionWord {
  /** Bits of a slot. */
  public static final int SLOT_BITS = 16;

  /** Slots of a word. */
  public static final int SLOTS_PER_WORD = 4;

  /** Largest value of a slot. */
  public static final int SLOT_MAX = 0xFFFF;

  /** Slot of a linked instruction that makes a closure: 1 where that is one by name, else 0. */
  public static final int BY_NAME_SLOT = 5;

  private InstructionWord() {}

  public static int opcode(long word) {
    return (int) word & SLOT_MAX;
  }

  public static int a(long word) {
    return (int) (word >>> 16) & SLOT_MAX;
  }

  public static int b(long word) {
    return (int) (word >>> 32) & SLOT_MAX;
  }

  public static int c(long word) {
    return (int) (word >>> 48);
  }

  /** Slot 2, signed. */
  public static int signedB(long word) {
    return (short) (word >>> 32);
  }

  /** Slot 3, signed. */
  public static int signedC(long word) {
    return (int) (word >> 48);
  }

  /** Slots 2 and 3 as one signed number. */
  public static int bc(long word) {
    return (int) (word >> 32);
  }

  /** Any slot, unsigned. */
  public static int slot(long word, int slot) {
    return (int) (word >>> (slot * SLOT_BITS)) & SLOT_MAX;
  }

  /** The word with a slot replaced by the low 16 bits of {@code value}. */
  public static long withSlot(long word, int slot, int value) {
    int shift = slot * SLOT_BITS;
    return word & ~((long) SLOT_MAX << shift) | ((long) (value & SLOT_MAX) << shift);
  }

  /** A half of the word: 0 is slots 0 and 1, 1 is slots 2 and 3; signed. */
  public static int half(long word, int half) {
    return (int) (word >> (half * 32));
  }

  /** The word with a half replaced. */
  public static long withHalf(long word, int half, int value) {
    int shift = half * 32;
    return word & ~(0xFFFF_FFFFL << shift) | ((value & 0xFFFF_FFFFL) << shift);
  }
}
