package org.skerry.semantics;

import static org.skerry.memory.Memory.getLong;

import org.skerry.process.WorkerContext;
import org.skerry.term.HeapWriter;
import org.skerry.term.NumberText;
import org.skerry.term.Strings;
import org.skerry.term.TermPrinter;

/**
 * Instructions that make strings, and bytes from them. A {@code …Slot} is the address of the
 * register that holds an operand; it is read again once there is room. Each gives the term for the
 * destination.
 */
public final class Text {
  private Text() {}

  /** A part, in code points. */
  public static long slice(
      WorkerContext context, long process, long stringSlot, long start, long count) {
    HeapWriter writer =
        Room.open(
            context,
            process,
            Strings.sliceBytes(getLong(stringSlot), start, count, context.scratch()));
    return Room.close(
        process,
        writer,
        Strings.slice(getLong(stringSlot), start, count, context.scratch(), writer));
  }

  /** One behind the other. */
  public static long concat(WorkerContext context, long process, long aSlot, long bSlot) {
    HeapWriter writer =
        Room.open(context, process, Strings.concatBytes(getLong(aSlot), getLong(bSlot)));
    return Room.close(
        process, writer, Strings.concat(getLong(aSlot), getLong(bSlot), context.scratch(), writer));
  }

  /** The parts between separators, as a list. */
  public static long split(
      WorkerContext context, long process, long stringSlot, long separatorSlot) {
    HeapWriter writer =
        Room.open(
            context,
            process,
            Strings.splitBytes(getLong(stringSlot), getLong(separatorSlot), context.scratch()));
    return Room.close(
        process,
        writer,
        Strings.split(getLong(stringSlot), getLong(separatorSlot), context.scratch(), writer));
  }

  /** The strings of a list with separators between. */
  public static long join(WorkerContext context, long process, long listSlot, long separatorSlot) {
    HeapWriter writer =
        Room.open(
            context,
            process,
            Strings.joinBytes(getLong(listSlot), getLong(separatorSlot), context.scratch()));
    return Room.close(
        process,
        writer,
        Strings.join(getLong(listSlot), getLong(separatorSlot), context.scratch(), writer));
  }

  /** Without white space at its ends. */
  public static long trim(WorkerContext context, long process, long stringSlot) {
    HeapWriter writer = Room.open(context, process, Strings.sameBytes(getLong(stringSlot)));
    return Room.close(
        process, writer, Strings.trim(getLong(stringSlot), context.scratch(), writer));
  }

  /** With ASCII letters as capitals. */
  public static long upper(WorkerContext context, long process, long stringSlot) {
    HeapWriter writer = Room.open(context, process, Strings.sameBytes(getLong(stringSlot)));
    return Room.close(
        process, writer, Strings.upper(getLong(stringSlot), context.scratch(), writer));
  }

  /** With ASCII letters as small ones. */
  public static long lower(WorkerContext context, long process, long stringSlot) {
    HeapWriter writer = Room.open(context, process, Strings.sameBytes(getLong(stringSlot)));
    return Room.close(
        process, writer, Strings.lower(getLong(stringSlot), context.scratch(), writer));
  }

  /** Of one code point. */
  public static long fromCode(WorkerContext context, long process, long codePoint) {
    HeapWriter writer = Room.open(context, process, Strings.CODE_POINT_BYTES);
    return Room.close(process, writer, Strings.fromCodePoint(codePoint, writer));
  }

  /** Of a list of code points. */
  public static long fromCodes(WorkerContext context, long process, long listSlot) {
    HeapWriter writer =
        Room.open(
            context, process, Strings.fromCodePointsBytes(getLong(listSlot), context.scratch()));
    return Room.close(process, writer, Strings.fromCodePoints(getLong(listSlot), writer));
  }

  /** The name of an atom. */
  public static long fromAtom(WorkerContext context, long process, long atom) {
    HeapWriter writer = Room.open(context, process, Strings.fromAtomBytes(atom, context.scratch()));
    return Room.close(process, writer, Strings.fromAtom(atom, context.scratch(), writer));
  }

  /** Bytes that must be UTF-8, as a string. */
  public static long fromBytes(WorkerContext context, long process, long bytesSlot) {
    HeapWriter writer =
        Room.open(context, process, Strings.fromBytesBytes(getLong(bytesSlot), context.scratch()));
    return Room.close(process, writer, Strings.fromBytes(getLong(bytesSlot), writer));
  }

  /** The UTF-8 bytes of a string. */
  public static long toBytes(WorkerContext context, long process, long stringSlot) {
    HeapWriter writer = Room.open(context, process, Strings.toBytesBytes(getLong(stringSlot)));
    Room.charge(process, Strings.byteLength(getLong(stringSlot)));
    return Room.close(process, writer, Strings.toBytes(getLong(stringSlot), writer));
  }

  /** An integer in decimal. */
  public static long fromInt(WorkerContext context, long process, long value) {
    HeapWriter writer = Room.open(context, process, NumberText.INT_BYTES);
    return Room.close(process, writer, NumberText.fromInt(value, writer));
  }

  /** The shortest decimal that gives the float back. */
  public static long fromFloat(WorkerContext context, long process, double value) {
    HeapWriter writer = Room.open(context, process, NumberText.FLOAT_BYTES);
    return Room.close(process, writer, NumberText.fromFloat(value, context.scratch(), writer));
  }

  /** A float with so many digits behind the point. */
  public static long fromFloatFixed(
      WorkerContext context, long process, double value, long digits) {
    HeapWriter writer = Room.open(context, process, NumberText.FIXED_BYTES);
    return Room.close(
        process, writer, NumberText.fromFloatFixed(value, digits, context.scratch(), writer));
  }

  /** A term as it is written in assembly, whole. */
  public static long fromTerm(WorkerContext context, long process, long termSlot) {
    TermPrinter.print(getLong(termSlot), Long.MAX_VALUE, context.scratch());
    HeapWriter writer = Room.open(context, process, Strings.fromTextBytes(context.scratch()));
    return Room.close(process, writer, Strings.fromText(context.scratch(), writer));
  }
}
