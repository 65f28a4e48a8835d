package org.skerry.term;

import static org.skerry.term.ObjectLayout.*;

import org.skerry.memory.Memory;

/**
 * Lists. Lists of immutable cells have no cycles of their own: a cell's tail is older than the
 * cell.
 */
public final class Lists {
  /** Heap bytes of {@link #cons}. */
  public static final int BYTES = CONS_BYTES;

  private Lists() {}

  /** [head | tail]. */
  public static long cons(long head, long tail, HeapWriter writer) {
    long cell = writer.allocate(CONS_BYTES);
    Memory.putLong(cell, CONS_HEADER);
    Memory.putLong(cell + CONS_HEAD, head);
    Memory.putLong(cell + CONS_TAIL, tail);
    return cell;
  }

  /** The head of a cell; {@link TermError#TYPE_ERROR} if it is none. */
  public static long head(long cell) {
    check(cell);
    return Memory.getLong(cell + CONS_HEAD);
  }

  /** The tail of a cell; {@link TermError#TYPE_ERROR} if it is none. */
  public static long tail(long cell) {
    check(cell);
    return Memory.getLong(cell + CONS_TAIL);
  }

  /**
   * Number of elements.
   *
   * @throws TermError TYPE_ERROR if it is no list, BAD_ARGUMENT if it does not end in []
   */
  public static long length(long list, TermScratch scratch) {
    long length = 0;
    long at = list;
    while (Term.isCons(at)) {
      length++;
      at = Memory.getLong(at + CONS_TAIL);
    }
    scratch.charge(length);
    if (at != Term.EMPTY_LIST) {
      throw length == 0 ? TermError.TYPE_ERROR : TermError.BAD_ARGUMENT;
    }
    return length;
  }

  /** Element number {@code index}, from 0. */
  public static long nth(long list, long index, TermScratch scratch) {
    long at = list;
    if (at != Term.EMPTY_LIST) {
      check(at);
    }
    if (index < 0) {
      throw TermError.INDEX_OUT_OF_BOUNDS;
    }
    for (long left = index; left > 0 && Term.isCons(at); left--) {
      at = Memory.getLong(at + CONS_TAIL);
      scratch.charge(1);
    }
    if (!Term.isCons(at)) {
      throw TermError.INDEX_OUT_OF_BOUNDS;
    }
    return Memory.getLong(at + CONS_HEAD);
  }

  /** Heap bytes of {@link #reverse}; checks that the list is proper. */
  public static long reverseBytes(long list, TermScratch scratch) {
    return length(list, scratch) * CONS_BYTES;
  }

  /** The proper list backwards. */
  public static long reverse(long list, HeapWriter writer) {
    long reversed = Term.EMPTY_LIST;
    for (long at = list; at != Term.EMPTY_LIST; at = Memory.getLong(at + CONS_TAIL)) {
      reversed = cons(Memory.getLong(at + CONS_HEAD), reversed, writer);
    }
    return reversed;
  }

  /** Heap bytes of {@link #append}; checks that the first list is proper. */
  public static long appendBytes(long list, TermScratch scratch) {
    return length(list, scratch) * CONS_BYTES;
  }

  /** The proper list with {@code tail} in place of its []. */
  public static long append(long list, long tail, HeapWriter writer) {
    if (list == Term.EMPTY_LIST) {
      return tail;
    }
    long first = writer.top();
    for (long at = list; at != Term.EMPTY_LIST; at = Memory.getLong(at + CONS_TAIL)) {
      cons(Memory.getLong(at + CONS_HEAD), writer.top() + CONS_BYTES, writer);
    }
    Memory.putLong(writer.top() - CONS_BYTES + CONS_TAIL, tail);
    return first;
  }

  /** Heap bytes of {@link #toTuple}; checks that the list is proper. */
  public static long toTupleBytes(long list, TermScratch scratch) {
    return wordsBytes(length(list, scratch));
  }

  /** The elements of the proper list as a tuple. */
  public static long toTuple(long list, TermScratch scratch, HeapWriter writer) {
    long tuple = Tuples.allocate(length(list, scratch), writer);
    long to = tuple + ELEMENTS;
    for (long at = list; at != Term.EMPTY_LIST; at = Memory.getLong(at + CONS_TAIL)) {
      Memory.putLong(to, Memory.getLong(at + CONS_HEAD));
      to += 8;
    }
    return tuple;
  }

  private static void check(long cell) {
    if (!Term.isCons(cell)) {
      throw TermError.TYPE_ERROR;
    }
  }
}
