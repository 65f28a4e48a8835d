package org.skerry.term;

import static org.skerry.term.ObjectLayout.*;

import org.skerry.memory.Memory;

/** Prints what holds no terms, and atoms. */
final class LeafPrinter {
  private static final String HEX = "0123456789abcdef";

  private LeafPrinter() {}

  static void print(long object, long header, long maxBytes, TermScratch scratch) {
    TextBuffer text = scratch.text();
    switch (kind(header)) {
      case BOXED_I64 -> text.putDecimal(Memory.getLong(object + RAW_OFFSET));
      case BOXED_F64 ->
          text.put(NumberText.shortest(Memory.getDouble(object + RAW_OFFSET), scratch));
      case STRING -> quoted(object + RAW_OFFSET, size(header), maxBytes, text);
      case BYTES, SHARED_BYTES -> {
        text.put("<<");
        numbers(Bytes.rawAddress(object), Bytes.rawLength(object), U8_ARRAY, maxBytes, scratch);
        text.put(">>");
      }
      case CLOSURE -> {
        text.put("#fn<");
        text.putUtf8(scratch.functionNames().nameOf(Memory.getLong(object + CLOSURE_FUNCTION)));
        text.put('>');
      }
      case I64_ARRAY, F64_ARRAY, U8_ARRAY -> {
        text.put(TermKind.ofObject(kind(header)).typeName());
        text.truncate(text.length() - 1);
        numbers(object + ELEMENTS, size(header), kind(header), maxBytes, scratch);
        text.put(']');
      }
      default -> {
        text.put("#internal<");
        text.putDecimal(kind(header));
        text.put('>');
      }
    }
  }

  private static void numbers(
      long address, long count, int kind, long maxBytes, TermScratch scratch) {
    TextBuffer text = scratch.text();
    scratch.charge(count >>> 2);
    long start = text.length();
    for (long i = 0; i < count && text.length() - start <= maxBytes; i++) {
      if (i > 0) {
        text.put(' ');
      }
      switch (kind) {
        case U8_ARRAY -> text.putDecimal(Memory.getByte(address + i) & 0xffL);
        case I64_ARRAY -> text.putDecimal(Memory.getLong(address + (i << 3)));
        default -> text.put(NumberText.shortest(Memory.getDouble(address + (i << 3)), scratch));
      }
    }
  }

  static void atom(long atom, TermScratch scratch) {
    Atoms atoms = scratch.atoms();
    long address = atoms.nameAddress(atom);
    int length = atoms.nameLength(atom);
    TextBuffer text = scratch.text();
    text.put(':');
    if (isPlainName(address, length)) {
      text.put(address, length);
    } else {
      quoted(address, length, Long.MAX_VALUE, text);
    }
  }

  /** Whether an atom of this name needs no quotes: a letter or _, then letters, digits and _. */
  private static boolean isPlainName(long address, int length) {
    for (int i = 0; i < length; i++) {
      byte b = Memory.getByte(address + i);
      boolean letter = (b | 0x20) >= 'a' && (b | 0x20) <= 'z' || b == '_';
      if (!letter && (i == 0 || !(b >= '0' && b <= '9'))) {
        return false;
      }
    }
    return length > 0;
  }

  private static void quoted(long address, long byteLength, long maxBytes, TextBuffer text) {
    text.put('"');
    long end = address + Math.min(byteLength, maxBytes);
    for (long at = address; at < end; ) {
      int codePoint = Utf8.codePointAt(at);
      at += Utf8.byteCount(codePoint);
      switch (codePoint) {
        case '"' -> text.put("\\\"");
        case '\\' -> text.put("\\\\");
        case '\n' -> text.put("\\n");
        case '\r' -> text.put("\\r");
        case '\t' -> text.put("\\t");
        default -> {
          if (codePoint >= 0x20 && codePoint != 0x7f && (codePoint < 0x80 || codePoint >= 0xa0)) {
            text.putCodePoint(codePoint);
          } else {
            text.put("\\u{");
            text.put(HEX.charAt(codePoint >> 4));
            text.put(HEX.charAt(codePoint & 15));
            text.put('}');
          }
        }
      }
    }
    text.put('"');
  }
}
