package org.skerry.term;

import static org.skerry.term.ObjectLayout.*;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import org.skerry.memory.Memory;

/**
 * Numbers to text and back. Integers are decimal; floats the shortest text that gives them back.
 */
public final class NumberText {
  /** Upper bound of the heap bytes of {@link #fromInt}. */
  public static final int INT_BYTES = 8 + 24;

  /** Upper bound of the heap bytes of {@link #fromFloat}. */
  public static final int FLOAT_BYTES = 8 + 32;

  /**
   * Upper bound of the heap bytes of {@link #fromFloatFixed}: sign, 309 digits, point, 100 digits.
   */
  public static final int FIXED_BYTES = 8 + 416;

  /** Most digits behind the point. */
  public static final int MAX_DIGITS = 100;

  private static final double[] POWERS_OF_TEN = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22
  };

  /** Mantissas below this, and the powers of ten above, are exact doubles. */
  private static final long MAX_EXACT = 1L << 53;

  private static final int MAX_FLOAT_TEXT = 4096;

  private NumberText() {}

  /** The integer in decimal, as a string. */
  public static long fromInt(long value, HeapWriter writer) {
    long string = writer.top();
    int byteLength = TextBuffer.writeDecimal(value, string + RAW_OFFSET);
    return close(string, byteLength, writer);
  }

  /**
   * The shortest decimal that gives the float back, as a string: {@code 1.5 1.0E10 nan inf -inf}.
   */
  public static long fromFloat(double value, TermScratch scratch, HeapWriter writer) {
    return fromAscii(shortest(value, scratch), writer);
  }

  /**
   * The float with a number of digits behind the point, rounded half up, as a string.
   *
   * @throws TermError BAD_ARGUMENT unless there are 0 to {@link #MAX_DIGITS} digits
   */
  public static long fromFloatFixed(
      double value, long digits, TermScratch scratch, HeapWriter writer) {
    if (digits < 0 || digits > MAX_DIGITS) {
      throw TermError.BAD_ARGUMENT;
    }
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      return fromAscii(shortest(value, scratch), writer);
    }
    String text =
        new BigDecimal(value).setScale((int) digits, RoundingMode.HALF_UP).toPlainString();
    return fromAscii(text, writer);
  }

  /** The text of a float, which lies in the scratch until the next. */
  public static CharSequence shortest(double value, TermScratch scratch) {
    StringBuilder digits = scratch.digits;
    digits.setLength(0);
    if (Double.isNaN(value)) {
      return digits.append("nan");
    }
    if (Double.isInfinite(value)) {
      return digits.append(value > 0 ? "inf" : "-inf");
    }
    return digits.append(value);
  }

  /**
   * The integer that a string is in decimal, with an optional sign.
   *
   * @throws TermError TYPE_ERROR if it is no string, BAD_ARGUMENT if it is no integer, OVERFLOW
   */
  public static long toInt(long string) {
    long at = string + RAW_OFFSET;
    long end = at + Strings.byteLength(string);
    boolean negative = at < end && Memory.getByte(at) == '-';
    if (negative || at < end && Memory.getByte(at) == '+') {
      at++;
    }
    if (at == end) {
      throw TermError.BAD_ARGUMENT;
    }
    long value = 0; // Negative throughout, for that side has one value more.
    boolean overflow = false;
    for (; at < end; at++) {
      int digit = Memory.getByte(at) - '0';
      if (digit < 0 || digit > 9) {
        throw TermError.BAD_ARGUMENT;
      }
      overflow |= value < Long.MIN_VALUE / 10 || value * 10 < Long.MIN_VALUE + digit;
      value = value * 10 - digit;
    }
    if (overflow || !negative && value == Long.MIN_VALUE) {
      throw TermError.OVERFLOW;
    }
    return negative ? value : -value;
  }

  /**
   * The float that a string is: {@code [+-]digits[.digits][e[+-]digits]}, {@code nan}, {@code inf}
   * or {@code -inf}.
   *
   * @throws TermError TYPE_ERROR if it is no string, BAD_ARGUMENT if it is no float
   */
  public static double toFloat(long string) {
    long byteLength = Strings.byteLength(string);
    if (byteLength == 0 || byteLength > MAX_FLOAT_TEXT) {
      throw TermError.BAD_ARGUMENT;
    }
    long at = string + RAW_OFFSET;
    long end = at + byteLength;
    boolean negative = Memory.getByte(at) == '-';
    if (negative || Memory.getByte(at) == '+') {
      at++;
    }
    if (at < end && Memory.getByte(at) > '9') {
      return named(string, byteLength);
    }
    long mantissa = 0;
    int digits = 0;
    int scale = 0;
    boolean point = false;
    for (; at < end; at++) {
      byte b = Memory.getByte(at);
      if (b == '.' && !point && digits > 0) {
        point = true;
        continue;
      }
      if (b < '0' || b > '9') {
        break;
      }
      mantissa = mantissa < MAX_EXACT ? mantissa * 10 + (b - '0') : mantissa;
      digits++;
      scale -= point ? 1 : 0;
    }
    if (digits == 0 || Memory.getByte(at - 1) == '.') {
      throw TermError.BAD_ARGUMENT;
    }
    int exponent = exponent(at, end);
    int power = scale + exponent;
    if (mantissa < MAX_EXACT && Math.abs(power) < POWERS_OF_TEN.length) {
      double value = power < 0 ? mantissa / POWERS_OF_TEN[-power] : mantissa * POWERS_OF_TEN[power];
      return negative ? -value : value;
    }
    return Double.parseDouble(text(string, byteLength));
  }

  private static int exponent(long start, long end) {
    if (start == end) {
      return 0;
    }
    long at = start + 1;
    boolean negative = at < end && Memory.getByte(at) == '-';
    if (negative || at < end && Memory.getByte(at) == '+') {
      at++;
    }
    if ((Memory.getByte(start) | 0x20) != 'e' || at == end) {
      throw TermError.BAD_ARGUMENT;
    }
    int exponent = 0;
    for (; at < end; at++) {
      int digit = Memory.getByte(at) - '0';
      if (digit < 0 || digit > 9) {
        throw TermError.BAD_ARGUMENT;
      }
      exponent = Math.min(1_000_000, exponent * 10 + digit);
    }
    return negative ? -exponent : exponent;
  }

  private static double named(long string, long byteLength) {
    return switch (text(string, byteLength)) {
      case "nan" -> Double.NaN;
      case "inf", "+inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      default -> throw TermError.BAD_ARGUMENT;
    };
  }

  private static String text(long string, long byteLength) {
    byte[] bytes = new byte[(int) byteLength];
    Memory.copyOut(string + RAW_OFFSET, bytes, 0, bytes.length);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static long fromAscii(CharSequence text, HeapWriter writer) {
    long string = writer.top();
    for (int i = 0; i < text.length(); i++) {
      Memory.putByte(string + RAW_OFFSET + i, (byte) text.charAt(i));
    }
    return close(string, text.length(), writer);
  }

  private static long close(long string, int byteLength, HeapWriter writer) {
    writer.allocate(paddedBytes(byteLength));
    for (long at = byteLength; (at & 7) != 0; at++) {
      Memory.putByte(string + RAW_OFFSET + at, (byte) 0);
    }
    return Strings.seal(string, byteLength);
  }
}
