package org.skerry.isa;

import java.util.Locale;

/**
 * How a number lies in bytes: width, signedness and byte order. An instruction carries the ordinal,
 * so the order is part of the module format: new ones go to the end.
 */
public enum ByteFormat {
  U8(1, false),
  I8(1, false),
  U16LE(2, false),
  U16BE(2, false),
  I16LE(2, false),
  I16BE(2, false),
  U32LE(4, false),
  U32BE(4, false),
  I32LE(4, false),
  I32BE(4, false),
  /** Read as a signed 64-bit integer with the same bits. */
  U64LE(8, false),
  U64BE(8, false),
  F32LE(4, true),
  F32BE(4, true),
  F64LE(8, true),
  F64BE(8, true);

  private static final ByteFormat[] VALUES = values();

  private final int byteCount;
  private final boolean floating;
  private final String symbol = name().toLowerCase(Locale.ROOT);

  ByteFormat(int byteCount, boolean floating) {
    this.byteCount = byteCount;
    this.floating = floating;
  }

  /** Bytes that a number of this format takes. */
  public int byteCount() {
    return byteCount;
  }

  /** Whether it belongs to the {@code f} bank; the others belong to the {@code i} bank. */
  public boolean floating() {
    return floating;
  }

  /** The word that names it in assembly. */
  public String symbol() {
    return symbol;
  }

  /** The format with this ordinal, or null where there is none. */
  public static ByteFormat ofOrdinal(int ordinal) {
    return ordinal >= 0 && ordinal < VALUES.length ? VALUES[ordinal] : null;
  }
}
