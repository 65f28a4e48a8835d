package org.skerry.semantics;

import org.skerry.heap.HeapLayout;
import org.skerry.isa.Code;
import org.skerry.isa.InstructionWord;
import org.skerry.isa.TypeTest;
import org.skerry.memory.Memory;
import org.skerry.memory.VmBug;
import org.skerry.term.ObjectLayout;
import org.skerry.term.Term;
import org.skerry.term.TermError;

/**
 * The fast cases of instructions on tuples, cells and arrays: small enough to be inlined into the
 * interpreter's loop and into compiled code. What allocates finds that room was made.
 */
public final class Elements {
  /** Bytes of a cell. */
  public static final int CONS_BYTES = ObjectLayout.CONS_BYTES;

  /** Offset of a cell's head. */
  public static final long HEAD_OFFSET = ObjectLayout.CONS_HEAD;

  /** Offset of a cell's tail. */
  public static final long TAIL_OFFSET = ObjectLayout.CONS_TAIL;

  private Elements() {}

  /** Bytes of a tuple. */
  public static long tupleBytes(int count) {
    return ObjectLayout.wordsBytes(count);
  }

  /** Makes the tuple of the registers whose offsets lie, four a word, from {@code list} on. */
  public static long tuple(long process, long fp, long list, int count) {
    long tuple = Memory.getLong(process + HeapLayout.HEAP_TOP);
    Memory.putLong(process + HeapLayout.HEAP_TOP, tuple + ObjectLayout.wordsBytes(count));
    Memory.putLong(tuple, ObjectLayout.header(ObjectLayout.TUPLE, count));
    copyRegisters(fp, list, count, tuple + ObjectLayout.ELEMENTS);
    return tuple;
  }

  /** Copies registers whose offsets lie, four a word, from {@code list} on. */
  public static void copyRegisters(long fp, long list, int count, long to) {
    long word = 0;
    for (int i = 0; i < count; i++) {
      if ((i & 3) == 0) {
        word = Memory.getLong(list + (i << 1));
      }
      Memory.putLong(to + ((long) i << 3), Memory.getLong(fp + (word & InstructionWord.SLOT_MAX)));
      word >>>= InstructionWord.SLOT_BITS;
    }
  }

  /** Makes [head | tail]. */
  public static long cons(long process, long head, long tail) {
    long cell = Memory.getLong(process + HeapLayout.HEAP_TOP);
    Memory.putLong(process + HeapLayout.HEAP_TOP, cell + ObjectLayout.CONS_BYTES);
    Memory.putLong(cell, ObjectLayout.CONS_HEADER);
    Memory.putLong(cell + ObjectLayout.CONS_HEAD, head);
    Memory.putLong(cell + ObjectLayout.CONS_TAIL, tail);
    return cell;
  }

  /**
   * Element {@code index} of a tuple, or {@link Term#NONE} if there is no such element or tuple.
   */
  public static long get(long tuple, long index) {
    if (Term.isObject(tuple)) {
      long header = Memory.getLong(tuple);
      if (ObjectLayout.kind(header) == ObjectLayout.TUPLE
          && Long.compareUnsigned(index, ObjectLayout.size(header)) < 0) {
        return Memory.getLong(tuple + ObjectLayout.ELEMENTS + (index << 3));
      }
    }
    return Term.NONE;
  }

  /** Whether the term is a tuple of {@code count} elements. */
  public static boolean isTupleOf(long term, int count) {
    return Term.isObject(term)
        && Memory.getLong(term) == ObjectLayout.header(ObjectLayout.TUPLE, count);
  }

  /** Whether a branch takes the term for true: everything but false and nil. */
  public static boolean isTruthy(long term) {
    return term != Term.FALSE && term != Term.NIL;
  }

  /**
   * Address of element {@code index} of an array of 8-byte elements, or 0 if there is no such
   * element or array.
   */
  public static long address(long array, long index, int kind) {
    if (Term.isObject(array)) {
      long header = Memory.getLong(array);
      if (ObjectLayout.kind(header) == kind
          && Long.compareUnsigned(index, ObjectLayout.size(header)) < 0) {
        return array + ObjectLayout.ELEMENTS + (index << 3);
      }
    }
    return Memory.NULL;
  }

  /** The kind of array that an opcode accesses. */
  public static int arrayKind(int opcode) {
    return switch (opcode) {
      case Code.I64_GET, Code.I64_SET -> ObjectLayout.I64_ARRAY;
      case Code.F64_GET, Code.F64_SET -> ObjectLayout.F64_ARRAY;
      default -> throw new VmBug("The opcode accesses an array. opcode=" + opcode);
    };
  }

  /** Why {@link #address} found nothing. */
  public static TermError accessError(long array, int kind) {
    return Term.isObjectOfKind(array, kind) ? TermError.INDEX_OUT_OF_BOUNDS : TermError.TYPE_ERROR;
  }

  /** Whether the term is of a type, given by the ordinal of its {@link TypeTest}. */
  public static boolean isType(long term, int type) {
    return switch (TypeTest.ofOrdinal(type)) {
      case NIL -> term == Term.NIL;
      case BOOL -> Term.isBoolean(term);
      case INT -> Term.isInt(term);
      case FLOAT -> Term.isFloat(term);
      case NUMBER -> Term.isNumber(term);
      case ATOM -> Term.isAtom(term);
      case REF -> Term.isRef(term);
      case FUNCTION -> Term.isClosure(term);
      case PID -> Term.isPid(term);
      case TUPLE -> Term.isTuple(term);
      case MAP -> Term.isMap(term);
      case LIST -> Term.isList(term);
      case CONS -> Term.isCons(term);
      case EMPTY -> term == Term.EMPTY_LIST;
      case BYTES -> Term.isBytes(term);
      case STRING -> Term.isString(term);
      case I64_ARRAY -> Term.isObjectOfKind(term, ObjectLayout.I64_ARRAY);
      case F64_ARRAY -> Term.isObjectOfKind(term, ObjectLayout.F64_ARRAY);
      case U8_ARRAY -> Term.isObjectOfKind(term, ObjectLayout.U8_ARRAY);
      case TERM_ARRAY -> Term.isObjectOfKind(term, ObjectLayout.TERM_ARRAY);
      case ARRAY -> Term.isArray(term);
    };
  }
}
