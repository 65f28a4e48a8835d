package org.skerry.term;

/**
 * The types of terms as a guest sees them, in no particular order; {@link TermOrder} has the total
 * order. Several object kinds may be one type (bytes, maps).
 */
public enum TermKind {
  /** nil. */
  NIL("nil"),
  /** true or false. */
  BOOLEAN("boolean"),
  /** A 64-bit integer. */
  INT("int"),
  /** A 64-bit float. */
  FLOAT("float"),
  /** An atom. */
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
  /** The empty list. */
  EMPTY_LIST("list"),
  /** A list cell. */
  LIST("list"),
  /** Bytes. */
  BYTES("bytes"),
  /** A UTF-8 string. */
  STRING("string"),
  /** A mutable array of integers. */
  I64_ARRAY("i64[]"),
  /** A mutable array of floats. */
  F64_ARRAY("f64[]"),
  /** A mutable array of bytes. */
  U8_ARRAY("u8[]"),
  /** A mutable array of terms. */
  TERM_ARRAY("term[]"),
  /** A part of a map that no guest can hold. */
  INTERNAL("internal");

  private static final TermKind[] BY_OBJECT_KIND = {
    LIST,
    TUPLE,
    MAP,
    INTERNAL,
    INTERNAL,
    MAP,
    FUNCTION,
    TERM_ARRAY,
    INT,
    FLOAT,
    STRING,
    BYTES,
    BYTES,
    I64_ARRAY,
    F64_ARRAY,
    U8_ARRAY
  };

  private final String typeName;

  TermKind(String typeName) {
    this.typeName = typeName;
  }

  /** The name of the type in messages to a guest's author. */
  public String typeName() {
    return typeName;
  }

  /** The type of a heap object of this {@link ObjectLayout} kind. */
  public static TermKind ofObject(int objectKind) {
    return BY_OBJECT_KIND[objectKind];
  }
}
