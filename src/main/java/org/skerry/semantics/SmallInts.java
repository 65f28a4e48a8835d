package org.skerry.semantics;

import org.skerry.term.Term;

/**
 * Arithmetic on two immediate integers whose result is one as well, which is nearly always. Every
 * other case is told by {@link #NONE}, and is for the general operation to decide.
 */
public final class SmallInts {
  /** Not both immediate integers, or the result is none. */
  public static final long NONE = Term.NONE;

  private SmallInts() {}

  /** a + b. */
  public static long add(long a, long b) {
    long sum = a + (b - 1);
    return (a & b & 1) != 0 && ((a ^ sum) & (b ^ sum)) >= 0 ? sum : NONE;
  }

  /** a - b. */
  public static long subtract(long a, long b) {
    long difference = a - b + 1;
    return (a & b & 1) != 0 && ((a ^ b) & (a ^ difference)) >= 0 ? difference : NONE;
  }

  /** a · b. */
  public static long multiply(long a, long b) {
    long x = a - 1;
    long y = b >> 1;
    long product = x * y;
    return (a & b & 1) != 0 && Math.multiplyHigh(x, y) == product >> 63 ? product | 1 : NONE;
  }
}
