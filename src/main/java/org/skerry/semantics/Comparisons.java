package org.skerry.semantics;

import org.skerry.process.WorkerContext;
import org.skerry.term.Arithmetic;
import org.skerry.term.TermOrder;

/** Comparisons of any two terms. */
public final class Comparisons {
  private Comparisons() {}

  /** Whether they are equal; exact, so 1 differs from 1.0. */
  public static boolean equal(WorkerContext context, long a, long b) {
    return a == b || TermOrder.equal(a, b, context.scratch());
  }

  /** Whether they are not equal. */
  public static boolean different(WorkerContext context, long a, long b) {
    return !equal(context, a, b);
  }

  /** Whether a &lt; b: numbers by value, otherwise in the total order. */
  public static boolean less(WorkerContext context, long a, long b) {
    return Arithmetic.lessThan(a, b, context.scratch());
  }

  /** Whether a ≤ b. */
  public static boolean lessOrEqual(WorkerContext context, long a, long b) {
    return Arithmetic.lessOrEqual(a, b, context.scratch());
  }

  /** Whether a &gt; b. */
  public static boolean greater(WorkerContext context, long a, long b) {
    return Arithmetic.lessThan(b, a, context.scratch());
  }

  /** Whether a ≥ b. */
  public static boolean greaterOrEqual(WorkerContext context, long a, long b) {
    return Arithmetic.lessOrEqual(b, a, context.scratch());
  }
}
