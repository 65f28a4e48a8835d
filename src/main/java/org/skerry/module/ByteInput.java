package org.skerry.module;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.skerry.isa.Bank;

/** Bytes of a file that nobody vouches for: every read is checked and says what it wanted. */
final class ByteInput {
  private final byte[] bytes;
  private final ByteBuffer in;

  ByteInput(byte[] bytes) {
    this.bytes = bytes;
    in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  byte[] bytes() {
    return bytes;
  }

  int position() {
    return in.position();
  }

  void position(int position) {
    in.limit(bytes.length).position(position);
  }

  void limit(int limit) {
    in.limit(limit);
  }

  int remaining() {
    return in.remaining();
  }

  MalformedModuleException bad(long offset, String expected, String found) {
    return new MalformedModuleException(offset, "expected " + expected + ", found " + found);
  }

  private void need(int byteCount, String what) throws MalformedModuleException {
    if (in.remaining() < byteCount) {
      throw bad(
          in.position(),
          what,
          in.remaining() == 0 ? "the end" : "the end after " + in.remaining() + " bytes");
    }
  }

  int u8(String what) throws MalformedModuleException {
    need(1, what);
    return in.get() & 0xFF;
  }

  int u16(String what) throws MalformedModuleException {
    need(2, what);
    return in.getShort() & 0xFFFF;
  }

  int i32(String what) throws MalformedModuleException {
    need(4, what);
    return in.getInt();
  }

  int i32At(int offset) {
    return in.getInt(offset);
  }

  long i64(String what) throws MalformedModuleException {
    need(8, what);
    return in.getLong();
  }

  /** An index that may be as great as the count: the place behind the last is one too. */
  int index(String what, int count) throws MalformedModuleException {
    int at = in.position();
    int index = i32(what);
    if (index < 0 || index > count) {
      throw bad(at, what + " of at most " + count, Integer.toUnsignedString(index));
    }
    return index;
  }

  /** A count of things that take at least {@code leastBytes} each: there must be room for them. */
  int count(String what, int most, int leastBytes) throws MalformedModuleException {
    int at = in.position();
    int count = i32("the number of " + what);
    int possible = Math.min(most, in.remaining() / leastBytes);
    if (count < 0 || count > possible) {
      throw bad(at, "at most " + possible + " " + what, Integer.toUnsignedString(count));
    }
    return count;
  }

  boolean flag(String what) throws MalformedModuleException {
    int at = in.position();
    int flag = u8(what);
    if (flag > 1) {
      throw bad(at, what + ", 0 or 1", "" + flag);
    }
    return flag == 1;
  }

  Bank bank() throws MalformedModuleException {
    int at = in.position();
    int ordinal = u8("a register bank");
    Bank bank = Bank.ofOrdinal(ordinal);
    if (bank == null) {
      throw bad(at, "a register bank from 0 to " + (Bank.count() - 1), "" + ordinal);
    }
    return bank;
  }

  String name(String what) throws MalformedModuleException {
    return text(what, ModuleFormat.MAX_NAME_BYTES);
  }

  String text(String what, int maxBytes) throws MalformedModuleException {
    int at = in.position();
    int length = u16(what);
    if (length > maxBytes) {
      throw bad(at, what + " of at most " + maxBytes + " bytes", "" + length);
    }
    need(length, what);
    ByteBuffer utf8 = in.slice(in.position(), length);
    in.position(in.position() + length);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
    } catch (CharacterCodingException e) {
      throw bad(at + 2, what + " in UTF-8", "other bytes");
    }
  }

  long[] words(int count) throws MalformedModuleException {
    if (in.remaining() / 8 < count) {
      throw bad(in.position(), count + " code words", "the end");
    }
    long[] words = new long[count];
    in.asLongBuffer().get(words);
    in.position(in.position() + 8 * count);
    return words;
  }

  byte[] take(int count) throws MalformedModuleException {
    need(count, count + " bytes");
    byte[] taken = new byte[count];
    in.get(taken);
    return taken;
  }

  void skip(int count) {
    in.position(in.position() + count);
  }

  void zeros(int count) throws MalformedModuleException {
    for (int i = 0; i < count; i++) {
      int at = in.position();
      int value = u8("a zero byte");
      if (value != 0) {
        throw bad(at, "a zero byte", "" + value);
      }
    }
  }
}
