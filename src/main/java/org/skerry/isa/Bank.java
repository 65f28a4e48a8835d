package org.skerry.isa;

/** The three register banks of a function. Every frame has its own registers in each. */
public enum Bank {
  /** Terms: tagged words, the only garbage collection roots. */
  R('r'),
  /** Raw 64-bit signed integers. */
  I('i'),
  /** Raw IEEE 754 doubles. */
  F('f');

  private static final Bank[] VALUES = values();

  private final char letter;

  Bank(char letter) {
    this.letter = letter;
  }

  /** The letter that names the bank's registers in assembly: {@code r0}, {@code i0}, {@code f0}. */
  public char letter() {
    return letter;
  }

  /** Number of banks. */
  public static int count() {
    return VALUES.length;
  }

  /** The bank with this ordinal, or null where there is none. */
  public static Bank ofOrdinal(int ordinal) {
    return ordinal >= 0 && ordinal < VALUES.length ? VALUES[ordinal] : null;
  }

  /** The bank that this letter names, or null where it names none. */
  public static Bank ofLetter(char letter) {
    for (Bank bank : VALUES) {
      if (bank.letter == letter) {
        return bank;
      }
    }
    return null;
  }
}
