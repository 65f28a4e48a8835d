package org.skerry.semantics;

import static org.skerry.memory.Memory.getLong;

import org.skerry.heap.Heap;
import org.skerry.isa.InstructionWord;
import org.skerry.process.WorkerContext;
import org.skerry.term.HeapWriter;
import org.skerry.term.Lists;
import org.skerry.term.Maps;
import org.skerry.term.ObjectLayout;
import org.skerry.term.Term;
import org.skerry.term.TermArrays;
import org.skerry.term.TermError;
import org.skerry.term.Tuples;

/**
 * Instructions that make tuples, lists, maps and arrays. A {@code …Slot} is the address of the
 * register that holds an operand; it is read again once there is room. Each gives the term for the
 * destination.
 */
public final class Collections {
  private Collections() {}

  /** A tuple with another element. */
  public static long putElement(
      WorkerContext context, long process, long tupleSlot, long index, long elementSlot) {
    HeapWriter writer = Room.open(context, process, Tuples.putBytes(getLong(tupleSlot), index));
    return Room.close(
        process, writer, Tuples.put(getLong(tupleSlot), index, getLong(elementSlot), writer));
  }

  /** A tuple as a list. */
  public static long listFromTuple(WorkerContext context, long process, long tupleSlot) {
    HeapWriter writer = Room.open(context, process, Tuples.toListBytes(getLong(tupleSlot)));
    return Room.close(process, writer, Tuples.toList(getLong(tupleSlot), writer));
  }

  /** A list as a tuple. */
  public static long tupleFromList(WorkerContext context, long process, long listSlot) {
    HeapWriter writer =
        Room.open(context, process, Lists.toTupleBytes(getLong(listSlot), context.scratch()));
    return Room.close(process, writer, Lists.toTuple(getLong(listSlot), context.scratch(), writer));
  }

  /** A list backwards. */
  public static long reverse(WorkerContext context, long process, long listSlot) {
    HeapWriter writer =
        Room.open(context, process, Lists.reverseBytes(getLong(listSlot), context.scratch()));
    return Room.close(process, writer, Lists.reverse(getLong(listSlot), writer));
  }

  /** A list followed by a term. */
  public static long append(WorkerContext context, long process, long listSlot, long tailSlot) {
    HeapWriter writer =
        Room.open(context, process, Lists.appendBytes(getLong(listSlot), context.scratch()));
    return Room.close(process, writer, Lists.append(getLong(listSlot), getLong(tailSlot), writer));
  }

  /** A map with an entry. */
  public static long mapPut(
      WorkerContext context, long process, long mapSlot, long keySlot, long valueSlot) {
    HeapWriter writer =
        Room.open(
            context, process, Maps.putBytes(getLong(mapSlot), getLong(keySlot), context.scratch()));
    return Room.close(
        process,
        writer,
        Maps.put(
            getLong(mapSlot), getLong(keySlot), getLong(valueSlot), context.scratch(), writer));
  }

  /** A map without an entry. */
  public static long mapRemove(WorkerContext context, long process, long mapSlot, long keySlot) {
    HeapWriter writer =
        Room.open(
            context,
            process,
            Maps.removeBytes(getLong(mapSlot), getLong(keySlot), context.scratch()));
    return Room.close(
        process,
        writer,
        Maps.remove(getLong(mapSlot), getLong(keySlot), context.scratch(), writer));
  }

  /** The keys of a map. */
  public static long mapKeys(WorkerContext context, long process, long mapSlot) {
    HeapWriter writer = Room.open(context, process, Maps.listBytes(getLong(mapSlot)));
    return Room.close(process, writer, Maps.keys(getLong(mapSlot), context.scratch(), writer));
  }

  /** The values of a map. */
  public static long mapValues(WorkerContext context, long process, long mapSlot) {
    HeapWriter writer = Room.open(context, process, Maps.listBytes(getLong(mapSlot)));
    return Room.close(process, writer, Maps.values(getLong(mapSlot), context.scratch(), writer));
  }

  /** The entries of a map as {key, value}. */
  public static long mapToList(WorkerContext context, long process, long mapSlot) {
    HeapWriter writer = Room.open(context, process, Maps.toListBytes(getLong(mapSlot)));
    return Room.close(process, writer, Maps.toList(getLong(mapSlot), context.scratch(), writer));
  }

  /** A map of a list of {key, value}. */
  public static long mapFromList(WorkerContext context, long process, long listSlot) {
    HeapWriter writer =
        Room.open(context, process, Maps.fromListBytes(getLong(listSlot), context.scratch()));
    return Room.close(process, writer, Maps.fromList(getLong(listSlot), context.scratch(), writer));
  }

  /** An array of numbers, all zero. */
  public static long newArray(WorkerContext context, long process, int kind, long length) {
    long bytes = TermArrays.bytes(kind, length);
    HeapWriter writer = Room.open(context, process, bytes);
    Room.charge(process, bytes);
    return Room.close(process, writer, TermArrays.allocateNumbers(kind, length, writer));
  }

  /** An array of terms. */
  public static long newTermArray(
      WorkerContext context, long process, long length, long elementSlot) {
    long bytes = TermArrays.bytes(ObjectLayout.TERM_ARRAY, length);
    HeapWriter writer = Room.open(context, process, bytes);
    Room.charge(process, bytes);
    return Room.close(
        process, writer, TermArrays.allocateTerms(length, getLong(elementSlot), writer));
  }

  /** The list of the registers whose offsets lie, four a word, from {@code registers} on. */
  public static long list(WorkerContext context, long process, long fp, long registers, int count) {
    HeapWriter writer = Room.open(context, process, (long) count * ObjectLayout.CONS_BYTES);
    long list = Term.EMPTY_LIST;
    for (int i = count - 1; i >= 0; i--) {
      int slot = InstructionWord.slot(getLong(registers + 8L * (i >>> 2)), i & 3);
      list = Lists.cons(getLong(fp + slot), list, writer);
    }
    return Room.close(process, writer, list);
  }

  /** What a map has under a key; {@code undefined} is raised where it has nothing. */
  public static long mapGet(WorkerContext context, long map, long key) {
    long value = Maps.get(map, key, context.scratch());
    if (value == Term.NONE) {
      throw TermError.UNDEFINED;
    }
    return value;
  }

  /** What a map has under a key, or {@code otherwise}. */
  public static long mapGetOr(WorkerContext context, long map, long key, long otherwise) {
    long value = Maps.get(map, key, context.scratch());
    return value == Term.NONE ? otherwise : value;
  }

  /** Sets an element of an array of terms. */
  public static void setTerm(long process, long array, long index, long element) {
    TermArrays.setTerm(array, index, element);
    Heap.storeBarrier(process, elementSlot(array, index));
  }

  /** Sets elements of an array of integers. */
  public static void fillI64(long process, long array, long start, long count, long element) {
    TermArrays.fillI64(array, start, count, element);
    Room.charge(process, count << 3);
  }

  /** Sets elements of an array of floats. */
  public static void fillF64(long process, long array, long start, long count, double element) {
    TermArrays.fillF64(array, start, count, element);
    Room.charge(process, count << 3);
  }

  /** Sets elements of an array of bytes. */
  public static void fillU8(long process, long array, long start, long count, long element) {
    TermArrays.fillU8(array, start, count, element);
    Room.charge(process, count);
  }

  /** Sets elements of an array of terms. */
  public static void fillTerms(long process, long array, long start, long count, long element) {
    TermArrays.fillTerms(array, start, count, element);
    Room.charge(process, count << 3);
    Heap.storeBarrier(process, elementSlot(array, start), count);
  }

  /** Copies elements of an array to another, or the same, of the same type. */
  public static void copyArray(
      long process, long to, long toStart, long from, long fromStart, long count) {
    TermArrays.copy(to, toStart, from, fromStart, count);
    Room.charge(process, count << 3);
    if (Term.isObjectOfKind(to, ObjectLayout.TERM_ARRAY)) {
      Heap.storeBarrier(process, elementSlot(to, toStart), count);
    }
  }

  private static long elementSlot(long array, long index) {
    return array + ObjectLayout.ELEMENTS + (index << 3);
  }
}
