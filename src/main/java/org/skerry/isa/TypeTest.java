package org.skerry.isa;

import java.util.Locale;

/**
 * The kinds of term that a program can ask for. An instruction carries the ordinal, so the order is
 * part of the module format: new ones go to the end.
 */
public enum TypeTest {
  NIL,
  BOOL,
  INT,
  FLOAT,
  /** An int or a float. */
  NUMBER,
  ATOM,
  REF,
  FUNCTION,
  PID,
  TUPLE,
  MAP,
  /** A cell or the empty list. */
  LIST,
  CONS,
  EMPTY,
  BYTES,
  STRING,
  I64_ARRAY,
  F64_ARRAY,
  U8_ARRAY,
  TERM_ARRAY,
  /** Any of the four mutable arrays. */
  ARRAY;

  private static final TypeTest[] VALUES = values();

  private final String symbol = name().toLowerCase(Locale.ROOT);

  /** The word that names it in assembly. */
  public String symbol() {
    return symbol;
  }

  /** The test with this ordinal, or null where there is none. */
  public static TypeTest ofOrdinal(int ordinal) {
    return ordinal >= 0 && ordinal < VALUES.length ? VALUES[ordinal] : null;
  }
}
