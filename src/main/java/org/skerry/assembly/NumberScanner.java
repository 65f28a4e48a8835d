package org.skerry.assembly;

import java.math.BigInteger;

/**
 * Reads a number: {@code 42 -1 1_000_000 0xff 0b1010 1.5 -2e10}. Hexadecimal and binary ones are 64
 * bits, whatever their sign; decimal ones lie in the range of an i64.
 */
final class NumberScanner {
  private static final BigInteger MIN = BigInteger.valueOf(Long.MIN_VALUE);
  private static final BigInteger MAX = BigInteger.valueOf(Long.MAX_VALUE);
  private static final int MAX_DIGITS = 1_100;

  private final String text;
  private final int start;
  private int end;
  private long bits;

  NumberScanner(String text, int start) {
    this.text = text;
    this.start = start;
    this.end = start;
  }

  int end() {
    return end;
  }

  /** The integer, or the bits of the float. */
  long bits() {
    return bits;
  }

  Token scan() {
    boolean negative = text.charAt(end) == '-';
    if (negative) {
      end++;
    }
    if (peek(0) == '0' && (peek(1) == 'x' || peek(1) == 'b')) {
      bits = radix(peek(1) == 'x' ? 16 : 2, negative);
      finish();
      return Token.INTEGER;
    }
    digits();
    boolean floating = false;
    if (peek(0) == '.' && Scanner.isDigit(peek(1))) {
      floating = true;
      end++;
      digits();
    }
    if ((peek(0) == 'e' || peek(0) == 'E') && exponentFollows()) {
      floating = true;
      end += Scanner.isDigit(peek(1)) ? 1 : 2;
      digits();
    }
    finish();
    String number = number(start);
    if (floating) {
      bits = Double.doubleToRawLongBits(Double.parseDouble(number));
      return Token.FLOAT;
    }
    bits = decimal(number);
    return Token.INTEGER;
  }

  private boolean exponentFollows() {
    return Scanner.isDigit(peek(1))
        || (peek(1) == '-' || peek(1) == '+') && Scanner.isDigit(peek(2));
  }

  private long decimal(String number) {
    if (number.length() < 19) {
      return Long.parseLong(number);
    }
    BigInteger value = new BigInteger(number);
    if (value.compareTo(MIN) < 0 || value.compareTo(MAX) > 0) {
      throw new Mistake(start, end, "the number does not fit 64 bits");
    }
    return value.longValue();
  }

  private long radix(int radix, boolean negative) {
    end += 2;
    int from = end;
    while (Character.digit(peek(0), radix) >= 0 && peek(0) < 0x80 || peek(0) == '_') {
      end++;
    }
    String number = number(from);
    if (number.isEmpty()) {
      throw new Mistake(start, end, "expected digits");
    }
    BigInteger value = new BigInteger(number, radix);
    if (value.bitLength() > 64) {
      throw new Mistake(start, end, "the number does not fit 64 bits");
    }
    return negative ? -value.longValue() : value.longValue();
  }

  private String number(int from) {
    String number = text.substring(from, end).replace("_", "");
    if (number.length() > MAX_DIGITS) {
      throw new Mistake(start, end, "the number has more than " + MAX_DIGITS + " digits");
    }
    return number;
  }

  private void digits() {
    while (Scanner.isDigit(peek(0)) || peek(0) == '_') {
      end++;
    }
  }

  private void finish() {
    if (Scanner.isNamePart(peek(0))) {
      while (Scanner.isNamePart(peek(0))) {
        end++;
      }
      throw new Mistake(
          start,
          end,
          text.substring(start, end)
              + " is no number, and no name either: names begin with a letter");
    }
  }

  private char peek(int distance) {
    return end + distance < text.length() ? text.charAt(end + distance) : 0;
  }
}
