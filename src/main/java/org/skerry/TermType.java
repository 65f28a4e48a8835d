package org.skerry;

import org.skerry.term.TermKind;

/** The types of terms. */
public enum TermType {
  /** nil. */
  NIL("nil"),
  /** true or false. */
  BOOLEAN("boolean"),
  /** A 64-bit integer. */
  INTEGER("integer"),
  /** A 64-bit float. */
  FLOAT("float"),
  /** An atom: a name that is compared by identity. */
  ATOM("atom"),
  /** A unique reference. */
  REF("ref"),
  /** A closure. */
  FUNCTION("function"),
  /** A process identifier. */
  PID("pid"),
  /** A tuple. */
  TUPLE("tuple"),
  /** A map. */
  MAP("map"),
  /** A list, also an empty one, or one that ends in another term than []. */
  LIST("list"),
  /** Bytes. */
  BYTES("bytes"),
  /** A string of Unicode text. */
  STRING("string"),
  /** A mutable array of integers. */
  INTEGER_ARRAY("i64[]"),
  /** A mutable array of floats. */
  FLOAT_ARRAY("f64[]"),
  /** A mutable array of bytes. */
  BYTE_ARRAY("u8[]"),
  /** A mutable array of terms. */
  TERM_ARRAY("term[]");

  private final String text;

  TermType(String text) {
    this.text = text;
  }

  /** The name of the type as people read it. */
  @Override
  public String toString() {
    return text;
  }

  static TermType of(TermKind kind) {
    return switch (kind) {
      case NIL -> NIL;
      case BOOLEAN -> BOOLEAN;
      case INT -> INTEGER;
      case FLOAT -> FLOAT;
      case ATOM -> ATOM;
      case REF -> REF;
      case FUNCTION -> FUNCTION;
      case PID -> PID;
      case TUPLE -> TUPLE;
      case MAP -> MAP;
      case EMPTY_LIST, LIST -> LIST;
      case BYTES -> BYTES;
      case STRING -> STRING;
      case I64_ARRAY -> INTEGER_ARRAY;
      case F64_ARRAY -> FLOAT_ARRAY;
      case U8_ARRAY -> BYTE_ARRAY;
      case TERM_ARRAY -> TERM_ARRAY;
      case INTERNAL -> throw new IllegalArgumentException("No host sees a part of a map.");
    };
  }
}
