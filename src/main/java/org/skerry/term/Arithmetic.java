package org.skerry.term;

import static org.skerry.term.ObjectLayout.BOXED_F64;
import static org.skerry.term.ObjectLayout.BOXED_F64_HEADER;
import static org.skerry.term.ObjectLayout.BOXED_I64;
import static org.skerry.term.ObjectLayout.BOXED_I64_HEADER;

import org.skerry.memory.Memory;

/**
 * Arithmetic on terms. Two integers give an integer or {@link TermError#OVERFLOW}; an integer and a
 * float, or two floats, give a float; anything else is {@link TermError#TYPE_ERROR}. Each operation
 * needs at most {@link #RESULT_BYTES} bytes of room.
 */
public final class Arithmetic {
  /** Upper bound of the heap bytes of any result. */
  public static final int RESULT_BYTES = ObjectLayout.BOXED_BYTES;

  private Arithmetic() {}

  /** The integer as a term. */
  public static long fromInt(long value, HeapWriter writer) {
    return Term.fitsSmallInt(value) ? Term.smallInt(value) : writer.boxed(BOXED_I64_HEADER, value);
  }

  /** The float as a term. */
  public static long fromFloat(double value, HeapWriter writer) {
    return writer.boxed(BOXED_F64_HEADER, Double.doubleToRawLongBits(value));
  }

  /** The i64 of an integer term. */
  public static long toInt(long term) {
    if (!Term.isInt(term)) {
      throw TermError.TYPE_ERROR;
    }
    return Term.intValue(term);
  }

  /** The f64 of a float term. */
  public static double toFloat(long term) {
    if (!Term.isFloat(term)) {
      throw TermError.TYPE_ERROR;
    }
    return Term.floatValue(term);
  }

  /** a + b. */
  public static long add(long a, long b, HeapWriter writer) {
    if (bothInts(a, b)) {
      long x = Term.intValue(a);
      long y = Term.intValue(b);
      long sum = x + y;
      if (((x ^ sum) & (y ^ sum)) < 0) {
        throw TermError.OVERFLOW;
      }
      return fromInt(sum, writer);
    }
    return fromFloat(widen(a) + widen(b), writer);
  }

  /** a - b. */
  public static long subtract(long a, long b, HeapWriter writer) {
    if (bothInts(a, b)) {
      long x = Term.intValue(a);
      long y = Term.intValue(b);
      long difference = x - y;
      if (((x ^ y) & (x ^ difference)) < 0) {
        throw TermError.OVERFLOW;
      }
      return fromInt(difference, writer);
    }
    return fromFloat(widen(a) - widen(b), writer);
  }

  /** a · b. */
  public static long multiply(long a, long b, HeapWriter writer) {
    if (bothInts(a, b)) {
      long x = Term.intValue(a);
      long y = Term.intValue(b);
      long product = x * y;
      if (Math.multiplyHigh(x, y) != product >> 63) {
        throw TermError.OVERFLOW;
      }
      return fromInt(product, writer);
    }
    return fromFloat(widen(a) * widen(b), writer);
  }

  /**
   * a ÷ b: integers towards zero, with {@link TermError#DIVISION_BY_ZERO}; floats as IEEE 754 says.
   */
  public static long divide(long a, long b, HeapWriter writer) {
    if (bothInts(a, b)) {
      long divisor = divisor(b);
      long dividend = Term.intValue(a);
      if (divisor == -1 && dividend == Long.MIN_VALUE) {
        throw TermError.OVERFLOW;
      }
      return fromInt(dividend / divisor, writer);
    }
    return fromFloat(widen(a) / widen(b), writer);
  }

  /** The remainder of {@link #divide}, with the sign of {@code a}. */
  public static long remainder(long a, long b, HeapWriter writer) {
    if (bothInts(a, b)) {
      long divisor = divisor(b);
      return fromInt(Term.intValue(a) % divisor, writer);
    }
    return fromFloat(widen(a) % widen(b), writer);
  }

  /** -a. */
  public static long negate(long a, HeapWriter writer) {
    if (Term.isInt(a)) {
      long value = Term.intValue(a);
      if (value == Long.MIN_VALUE) {
        throw TermError.OVERFLOW;
      }
      return fromInt(-value, writer);
    }
    return fromFloat(-widen(a), writer);
  }

  /** Whether a &lt; b: numbers by value (false where one is NaN), otherwise in the total order. */
  public static boolean lessThan(long a, long b, TermScratch scratch) {
    if (Term.areSmallInts(a, b)) {
      return a < b;
    }
    if (Term.isNumber(a) && Term.isNumber(b)) {
      return !isNan(a) && !isNan(b) && compareByValue(a, b) < 0;
    }
    return TermOrder.compare(a, b, scratch) < 0;
  }

  /** Whether a ≤ b: numbers by value (false where one is NaN), otherwise in the total order. */
  public static boolean lessOrEqual(long a, long b, TermScratch scratch) {
    if (Term.areSmallInts(a, b)) {
      return a <= b;
    }
    if (Term.isNumber(a) && Term.isNumber(b)) {
      return !isNan(a) && !isNan(b) && compareByValue(a, b) <= 0;
    }
    return TermOrder.compare(a, b, scratch) <= 0;
  }

  /** Orders two numbers by exact value: 1 and 1.0 are the same, and NaN is above everything. */
  static int compareByValue(long a, long b) {
    boolean aInt = Term.isInt(a);
    boolean bInt = Term.isInt(b);
    if (aInt && bInt) {
      return Long.compare(Term.intValue(a), Term.intValue(b));
    }
    if (aInt) {
      return compareExact(Term.intValue(a), Term.floatValue(b));
    }
    if (bInt) {
      return -compareExact(Term.intValue(b), Term.floatValue(a));
    }
    return compareFloats(Term.floatValue(a), Term.floatValue(b));
  }

  /**
   * Orders floats so that -0.0 and 0.0 are the same, and NaN is the same as itself and above all.
   */
  static int compareFloats(double x, double y) {
    if (x < y) {
      return -1;
    }
    if (x > y) {
      return 1;
    }
    return x == y ? 0 : Boolean.compare(Double.isNaN(x), Double.isNaN(y));
  }

  private static int compareExact(long x, double y) {
    if (Double.isNaN(y) || y >= 0x1p63) {
      return -1;
    }
    if (y < -0x1p63) {
      return 1;
    }
    long whole = (long) y;
    return x != whole ? Long.compare(x, whole) : Double.compare(0.0, y - whole + 0.0);
  }

  private static boolean isNan(long number) {
    return (number & 1) == 0
        && ObjectLayout.kind(Memory.getLong(number)) == BOXED_F64
        && Double.isNaN(Term.floatValue(number));
  }

  private static boolean bothInts(long a, long b) {
    return Term.areSmallInts(a, b) || Term.isInt(a) && Term.isInt(b);
  }

  private static long divisor(long b) {
    long divisor = Term.intValue(b);
    if (divisor == 0) {
      throw TermError.DIVISION_BY_ZERO;
    }
    return divisor;
  }

  private static double widen(long term) {
    if ((term & 1) != 0) {
      return term >> 1;
    }
    if ((term & 7) == 0) {
      int kind = ObjectLayout.kind(Memory.getLong(term));
      if (kind == BOXED_F64) {
        return Term.floatValue(term);
      }
      if (kind == BOXED_I64) {
        return Term.intValue(term);
      }
    }
    throw TermError.TYPE_ERROR;
  }
}
