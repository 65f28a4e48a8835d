package org.skerry.term;

import static org.skerry.term.ObjectLayout.*;

import org.skerry.memory.Memory;

/**
 * Strings: immutable UTF-8, valid always. Positions and lengths count code points; where a string
 * is ASCII, which its header says, that takes no scan. A method {@code xBytes} checks the operands
 * of {@code x} and gives its heap bytes.
 */
public final class Strings {
  /** Heap bytes of {@link #fromCodePoint}. */
  public static final int CODE_POINT_BYTES = 16;

  private Strings() {}

  /** Heap bytes of a string of this many bytes. */
  public static long bytes(long byteLength) {
    return paddedBytes(byteLength);
  }

  /** A string of valid UTF-8 that lies in memory; needs {@link #bytes}. */
  public static long fromMemory(long address, long byteLength, HeapWriter writer) {
    long string = allocate(byteLength, writer);
    if (byteLength > 0) {
      Memory.copy(address, string + RAW_OFFSET, byteLength);
    }
    return seal(string, byteLength);
  }

  /** A string with undefined contents, which the caller writes and then {@link #seal seals}. */
  static long allocate(long byteLength, HeapWriter writer) {
    long byteCount = paddedBytes(byteLength);
    long string = writer.allocate(byteCount);
    Memory.putLong(string + byteCount - 8, 0);
    return string;
  }

  /** Writes the header, now that the contents are there. */
  static long seal(long string, long byteLength) {
    boolean ascii = Utf8.isAscii(string + RAW_OFFSET, byteLength);
    Memory.putLong(string, header(STRING, ascii ? FLAG_ASCII : 0, byteLength));
    return string;
  }

  /** Number of bytes. */
  public static long byteLength(long string) {
    return size(stringHeader(string));
  }

  /** Number of code points. */
  public static long length(long string, TermScratch scratch) {
    long header = stringHeader(string);
    long byteLength = size(header);
    if (isAscii(header)) {
      return byteLength;
    }
    scratch.chargeBytes(byteLength);
    return Utf8.codePointCount(string + RAW_OFFSET, byteLength);
  }

  /** Code point number {@code index}. */
  public static long codePointAt(long string, long index, TermScratch scratch) {
    long header = stringHeader(string);
    long end = string + RAW_OFFSET + size(header);
    if (index < 0) {
      throw TermError.INDEX_OUT_OF_BOUNDS;
    }
    long at = position(string, header, index, scratch);
    if (at >= end) {
      throw TermError.INDEX_OUT_OF_BOUNDS;
    }
    return Utf8.codePointAt(at);
  }

  /** Heap bytes of {@link #slice}. */
  public static long sliceBytes(long string, long start, long count, TermScratch scratch) {
    long header = stringHeader(string);
    long length = length(string, scratch);
    if (start < 0 || count < 0 || start > length || count > length - start) {
      throw TermError.INDEX_OUT_OF_BOUNDS;
    }
    if (isAscii(header)) {
      return paddedBytes(count);
    }
    long from = position(string, header, start, scratch);
    long to = Utf8.skip(from, string + RAW_OFFSET + size(header), count);
    return paddedBytes(to - from);
  }

  /** {@code count} code points from number {@code start} on. */
  public static long slice(
      long string, long start, long count, TermScratch scratch, HeapWriter writer) {
    long header = Memory.getLong(string);
    long from = position(string, header, start, scratch);
    long to =
        isAscii(header) ? from + count : Utf8.skip(from, string + RAW_OFFSET + size(header), count);
    scratch.chargeBytes(to - from);
    return fromMemory(from, to - from, writer);
  }

  /** Heap bytes of {@link #concat}. */
  public static long concatBytes(long a, long b) {
    return paddedBytes(byteLength(a) + byteLength(b));
  }

  /** One after the other. */
  public static long concat(long a, long b, TermScratch scratch, HeapWriter writer) {
    long aHeader = Memory.getLong(a);
    long bHeader = Memory.getLong(b);
    long aLength = size(aHeader);
    long bLength = size(bHeader);
    long string = allocate(aLength + bLength, writer);
    Memory.copy(a + RAW_OFFSET, string + RAW_OFFSET, aLength);
    Memory.copy(b + RAW_OFFSET, string + RAW_OFFSET + aLength, bLength);
    int ascii = flags(aHeader) & flags(bHeader) & FLAG_ASCII;
    Memory.putLong(string, header(STRING, ascii, aLength + bLength));
    scratch.chargeBytes(aLength + bLength);
    return string;
  }

  /**
   * Code point number where {@code part} first lies in {@code string}, from one on; -1 if nowhere.
   */
  public static long find(long string, long part, long from, TermScratch scratch) {
    long header = stringHeader(string);
    long partLength = byteLength(part);
    if (from < 0 || from > length(string, scratch)) {
      throw TermError.INDEX_OUT_OF_BOUNDS;
    }
    long start = position(string, header, from, scratch);
    long end = string + RAW_OFFSET + size(header);
    long found = ByteSearch.find(start, end, part + RAW_OFFSET, partLength, scratch);
    if (found == 0) {
      return -1;
    }
    return from + (isAscii(header) ? found - start : Utf8.codePointCount(start, found - start));
  }

  /** Whether the string starts with {@code part}. */
  public static boolean startsWith(long string, long part) {
    long length = byteLength(string);
    long partLength = byteLength(part);
    return partLength <= length
        && Memory.mismatch(string + RAW_OFFSET, part + RAW_OFFSET, partLength) < 0;
  }

  /** Whether the string ends with {@code part}. */
  public static boolean endsWith(long string, long part) {
    long length = byteLength(string);
    long partLength = byteLength(part);
    long at = string + RAW_OFFSET + length - partLength;
    return partLength <= length && Memory.mismatch(at, part + RAW_OFFSET, partLength) < 0;
  }

  /** Upper bound of the heap bytes of {@link #split}; BAD_ARGUMENT for an empty separator. */
  public static long splitBytes(long string, long separator, TermScratch scratch) {
    long length = byteLength(string);
    long separatorLength = byteLength(separator);
    if (separatorLength == 0) {
      throw TermError.BAD_ARGUMENT;
    }
    long end = string + RAW_OFFSET + length;
    long parts = 1;
    long at = string + RAW_OFFSET;
    while ((at = ByteSearch.find(at, end, separator + RAW_OFFSET, separatorLength, scratch)) != 0) {
      parts++;
      at += separatorLength;
    }
    // A part's padding is below 8 bytes.
    return parts * (CONS_BYTES + HEADER_BYTES + 8) + (length + 7 & -8L);
  }

  /** The list of the parts between occurrences of the separator. */
  public static long split(long string, long separator, TermScratch scratch, HeapWriter writer) {
    long separatorLength = size(Memory.getLong(separator));
    long end = string + RAW_OFFSET + size(Memory.getLong(string));
    long from = string + RAW_OFFSET;
    long first = 0;
    long previous = 0;
    boolean more = true;
    while (more) {
      long found = ByteSearch.find(from, end, separator + RAW_OFFSET, separatorLength, scratch);
      more = found != 0;
      long part = fromMemory(from, (more ? found : end) - from, writer);
      long cell = Lists.cons(part, Term.EMPTY_LIST, writer);
      if (previous == 0) {
        first = cell;
      } else {
        Memory.putLong(previous + CONS_TAIL, cell);
      }
      previous = cell;
      from = found + separatorLength;
    }
    return first;
  }

  /** Heap bytes of {@link #join}: TYPE_ERROR unless it is a proper list of strings and a string. */
  public static long joinBytes(long list, long separator, TermScratch scratch) {
    long separatorLength = byteLength(separator);
    long count = Lists.length(list, scratch);
    long total = count == 0 ? 0 : (count - 1) * separatorLength;
    for (long at = list; at != Term.EMPTY_LIST; at = Memory.getLong(at + CONS_TAIL)) {
      total += byteLength(Memory.getLong(at + CONS_HEAD));
      if (total > MAX_SIZE) {
        throw TermError.LIMIT_EXCEEDED;
      }
    }
    return paddedBytes(total);
  }

  /** The strings of a list with the separator in between; {@code joinBytes} as it was given. */
  public static long join(long list, long separator, TermScratch scratch, HeapWriter writer) {
    long separatorLength = size(Memory.getLong(separator));
    long string = writer.top();
    long at = string + RAW_OFFSET;
    for (long cell = list; cell != Term.EMPTY_LIST; cell = Memory.getLong(cell + CONS_TAIL)) {
      if (cell != list) {
        Memory.copy(separator + RAW_OFFSET, at, separatorLength);
        at += separatorLength;
      }
      long part = Memory.getLong(cell + CONS_HEAD);
      long partLength = size(Memory.getLong(part));
      Memory.copy(part + RAW_OFFSET, at, partLength);
      at += partLength;
    }
    long byteLength = at - string - RAW_OFFSET;
    writer.allocate(paddedBytes(byteLength));
    while ((at & 7) != 0) {
      Memory.putByte(at++, (byte) 0);
    }
    scratch.chargeBytes(byteLength);
    return seal(string, byteLength);
  }

  /** Upper bound of the heap bytes of {@link #trim}, {@link #upper} and {@link #lower}. */
  public static long sameBytes(long string) {
    return paddedBytes(byteLength(string));
  }

  /** The string without white space (space, tab, line feed, vertical tab, form feed, return). */
  public static long trim(long string, TermScratch scratch, HeapWriter writer) {
    long from = string + RAW_OFFSET;
    long to = from + byteLength(string);
    scratch.chargeBytes(to - from);
    while (from < to && isSpace(Memory.getByte(from))) {
      from++;
    }
    while (from < to && isSpace(Memory.getByte(to - 1))) {
      to--;
    }
    return fromMemory(from, to - from, writer);
  }

  /** The string with a to z as A to Z. */
  public static long upper(long string, TermScratch scratch, HeapWriter writer) {
    return changeCase(string, 'a', scratch, writer);
  }

  /** The string with A to Z as a to z. */
  public static long lower(long string, TermScratch scratch, HeapWriter writer) {
    return changeCase(string, 'A', scratch, writer);
  }

  /** The string of one code point; BAD_ARGUMENT if it is none. */
  public static long fromCodePoint(long codePoint, HeapWriter writer) {
    if (!Utf8.isCodePoint(codePoint)) {
      throw TermError.BAD_ARGUMENT;
    }
    int byteLength = Utf8.byteCount((int) codePoint);
    long string = allocate(byteLength, writer);
    Utf8.put(string + RAW_OFFSET, (int) codePoint);
    return seal(string, byteLength);
  }

  /** Heap bytes of {@link #fromCodePoints}: BAD_ARGUMENT for what is no code point. */
  public static long fromCodePointsBytes(long list, TermScratch scratch) {
    Lists.length(list, scratch);
    long total = 0;
    for (long at = list; at != Term.EMPTY_LIST; at = Memory.getLong(at + CONS_TAIL)) {
      long head = Memory.getLong(at + CONS_HEAD);
      if (!Term.isSmallInt(head)) {
        throw Term.isInt(head) ? TermError.BAD_ARGUMENT : TermError.TYPE_ERROR;
      }
      if (!Utf8.isCodePoint(Term.smallIntValue(head))) {
        throw TermError.BAD_ARGUMENT;
      }
      total += Utf8.byteCount((int) Term.smallIntValue(head));
    }
    return paddedBytes(total);
  }

  /** The string of a proper list of code points. */
  public static long fromCodePoints(long list, HeapWriter writer) {
    long string = writer.top();
    long at = string + RAW_OFFSET;
    for (long cell = list; cell != Term.EMPTY_LIST; cell = Memory.getLong(cell + CONS_TAIL)) {
      at = Utf8.put(at, (int) Term.smallIntValue(Memory.getLong(cell + CONS_HEAD)));
    }
    long byteLength = at - string - RAW_OFFSET;
    writer.allocate(paddedBytes(byteLength));
    while ((at & 7) != 0) {
      Memory.putByte(at++, (byte) 0);
    }
    return seal(string, byteLength);
  }

  /** Heap bytes of {@link #fromBytes}: BAD_ARGUMENT if they are no UTF-8. */
  public static long fromBytesBytes(long bytes, TermScratch scratch) {
    long length = Bytes.length(bytes);
    scratch.chargeBytes(length);
    if (!Utf8.isValid(Bytes.rawAddress(bytes), length)) {
      throw TermError.BAD_ARGUMENT;
    }
    return paddedBytes(length);
  }

  /** The bytes as a string. */
  public static long fromBytes(long bytes, HeapWriter writer) {
    return fromMemory(Bytes.rawAddress(bytes), Bytes.rawLength(bytes), writer);
  }

  /** Heap bytes of {@link #toBytes}. */
  public static long toBytesBytes(long string) {
    return Bytes.heapBytes(byteLength(string));
  }

  /** The UTF-8 of the string as bytes; LIMIT_EXCEEDED where there is no room for a shared block. */
  public static long toBytes(long string, HeapWriter writer) {
    return Bytes.fromMemory(string + RAW_OFFSET, size(Memory.getLong(string)), writer);
  }

  /** Heap bytes of {@link #fromAtom}. */
  public static long fromAtomBytes(long atom, TermScratch scratch) {
    if (!Term.isAtom(atom)) {
      throw TermError.TYPE_ERROR;
    }
    return paddedBytes(scratch.atoms().nameLength(atom));
  }

  /** The name of an atom. */
  public static long fromAtom(long atom, TermScratch scratch, HeapWriter writer) {
    Atoms atoms = scratch.atoms();
    return fromMemory(atoms.nameAddress(atom), atoms.nameLength(atom), writer);
  }

  /** The atom that the string names; LIMIT_EXCEEDED where there can be no more, or none so long. */
  public static long toAtom(long string, TermScratch scratch) {
    long atom = scratch.atoms().intern(string + RAW_OFFSET, byteLength(string));
    if (atom == Term.NONE) {
      throw TermError.LIMIT_EXCEEDED;
    }
    return atom;
  }

  /** Heap bytes of {@link #fromText}: what was printed into the scratch's text. */
  public static long fromTextBytes(TermScratch scratch) {
    return paddedBytes(scratch.text().length());
  }

  /** What was printed into the scratch's text. */
  public static long fromText(TermScratch scratch, HeapWriter writer) {
    return fromMemory(scratch.text().address(), scratch.text().length(), writer);
  }

  private static boolean isAscii(long header) {
    return (flags(header) & FLAG_ASCII) != 0;
  }

  /** Address of code point number {@code index}, or the end. */
  private static long position(long string, long header, long index, TermScratch scratch) {
    long start = string + RAW_OFFSET;
    long end = start + size(header);
    if (isAscii(header)) {
      return index > size(header) ? end : start + index;
    }
    scratch.charge(Math.min(index, size(header)) >>> 3);
    return Utf8.skip(start, end, index);
  }

  private static long changeCase(long string, char first, TermScratch scratch, HeapWriter writer) {
    long header = stringHeader(string);
    long byteLength = size(header);
    long result = allocate(byteLength, writer);
    for (long at = RAW_OFFSET; at < RAW_OFFSET + byteLength; at++) {
      byte b = Memory.getByte(string + at);
      Memory.putByte(result + at, b >= first && b < first + 26 ? (byte) (b ^ 0x20) : b);
    }
    Memory.putLong(result, header);
    scratch.charge(byteLength >>> 3);
    return result;
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b >= '\t' && b <= '\r';
  }

  private static long stringHeader(long string) {
    if ((string & 7) == 0) {
      long header = Memory.getLong(string);
      if (kind(header) == STRING) {
        return header;
      }
    }
    throw TermError.TYPE_ERROR;
  }
}
