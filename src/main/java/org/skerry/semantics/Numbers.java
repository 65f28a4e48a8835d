package org.skerry.semantics;

import static org.skerry.memory.Memory.getLong;

import org.skerry.process.WorkerContext;
import org.skerry.term.Arithmetic;
import org.skerry.term.HeapWriter;
import org.skerry.term.Term;
import org.skerry.term.TermError;

/**
 * Instructions that make numbers. A {@code …Slot} is the address of the register that holds an
 * operand; it is read again once there is room. Each gives the term for the destination.
 */
public final class Numbers {
  private Numbers() {}

  /** The operation of that name. */
  public static long add(WorkerContext context, long process, long aSlot, long bSlot) {
    HeapWriter writer = Room.open(context, process, Arithmetic.RESULT_BYTES);
    return Room.close(process, writer, Arithmetic.add(getLong(aSlot), getLong(bSlot), writer));
  }

  /** The operation of that name. */
  public static long subtract(WorkerContext context, long process, long aSlot, long bSlot) {
    HeapWriter writer = Room.open(context, process, Arithmetic.RESULT_BYTES);
    return Room.close(process, writer, Arithmetic.subtract(getLong(aSlot), getLong(bSlot), writer));
  }

  /** The operation of that name. */
  public static long multiply(WorkerContext context, long process, long aSlot, long bSlot) {
    HeapWriter writer = Room.open(context, process, Arithmetic.RESULT_BYTES);
    return Room.close(process, writer, Arithmetic.multiply(getLong(aSlot), getLong(bSlot), writer));
  }

  /** The operation of that name. */
  public static long divide(WorkerContext context, long process, long aSlot, long bSlot) {
    HeapWriter writer = Room.open(context, process, Arithmetic.RESULT_BYTES);
    return Room.close(process, writer, Arithmetic.divide(getLong(aSlot), getLong(bSlot), writer));
  }

  /** The operation of that name. */
  public static long remainder(WorkerContext context, long process, long aSlot, long bSlot) {
    HeapWriter writer = Room.open(context, process, Arithmetic.RESULT_BYTES);
    return Room.close(
        process, writer, Arithmetic.remainder(getLong(aSlot), getLong(bSlot), writer));
  }

  /** The operation of that name. */
  public static long negate(WorkerContext context, long process, long aSlot) {
    HeapWriter writer = Room.open(context, process, Arithmetic.RESULT_BYTES);
    return Room.close(process, writer, Arithmetic.negate(getLong(aSlot), writer));
  }

  /** An integer as a term. */
  public static long box(WorkerContext context, long process, long value) {
    HeapWriter writer = Room.open(context, process, Arithmetic.RESULT_BYTES);
    return Room.close(process, writer, Arithmetic.fromInt(value, writer));
  }

  /** A float as a term. */
  public static long box(WorkerContext context, long process, double value) {
    HeapWriter writer = Room.open(context, process, Arithmetic.RESULT_BYTES);
    return Room.close(process, writer, Arithmetic.fromFloat(value, writer));
  }

  /** 1 for true, 0 for false. */
  public static long fromBool(long term) {
    if (!Term.isBoolean(term)) {
      throw TermError.TYPE_ERROR;
    }
    return term == Term.TRUE ? 1 : 0;
  }

  /** Towards zero; {@code overflow} where the result is not an i64. */
  public static long toIntChecked(double value) {
    if (!(value >= -0x1p63 && value < 0x1p63)) {
      throw TermError.OVERFLOW;
    }
    return (long) value;
  }

  /** Towards zero, as a float. */
  public static double truncate(double value) {
    return value < 0 ? Math.ceil(value) : Math.floor(value);
  }

  /** a + b, or {@code overflow}. */
  public static long addChecked(long a, long b) {
    long sum = a + b;
    if (((a ^ sum) & (b ^ sum)) < 0) {
      throw TermError.OVERFLOW;
    }
    return sum;
  }

  /** a - b, or {@code overflow}. */
  public static long subtractChecked(long a, long b) {
    long difference = a - b;
    if (((a ^ b) & (a ^ difference)) < 0) {
      throw TermError.OVERFLOW;
    }
    return difference;
  }

  /** a · b, or {@code overflow}. */
  public static long multiplyChecked(long a, long b) {
    long product = a * b;
    if (Math.multiplyHigh(a, b) != product >> 63) {
      throw TermError.OVERFLOW;
    }
    return product;
  }
}
