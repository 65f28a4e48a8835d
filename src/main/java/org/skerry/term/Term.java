package org.skerry.term;

import static org.skerry.term.ObjectLayout.BOXED_F64;
import static org.skerry.term.ObjectLayout.BOXED_I64;
import static org.skerry.term.ObjectLayout.kind;

import org.skerry.memory.Memory;

/**
 * The 64-bit tagged word: tag tests, and making and taking of immediates. Static methods only; a
 * term is a {@code long}. The tags are pictured in {@code native-notes/terms.md}.
 *
 * <p>Tests on heap objects read the object's header, so the address must be live.
 */
public final class Term {
  /** Low bits of an atom, after which its index begins. */
  public static final long ATOM_TAG = 0b010;

  /** Low bits of a pid. */
  public static final long PID_TAG = 0b100;

  /** Low bits of nil, the booleans, the empty list and the internal marks. */
  public static final long SPECIAL_TAG = 0b0110;

  /** Low bits of a ref. */
  public static final long REF_TAG = 0b1110;

  /** The term nil. */
  public static final long NIL = SPECIAL_TAG;

  /** The term false. */
  public static final long FALSE = 1L << 4 | SPECIAL_TAG;

  /** The term true. */
  public static final long TRUE = 2L << 4 | SPECIAL_TAG;

  /** The empty list. */
  public static final long EMPTY_LIST = 3L << 4 | SPECIAL_TAG;

  /** Internal mark "no value"; never reaches a guest. */
  public static final long NONE = 8L << 4 | SPECIAL_TAG;

  /** Internal mark of a removed entry; never reaches a guest. */
  public static final long TOMBSTONE = 9L << 4 | SPECIAL_TAG;

  /** Greatest integer that is an immediate. */
  public static final long MAX_SMALL_INT = Long.MAX_VALUE >> 1;

  /** Least integer that is an immediate. */
  public static final long MIN_SMALL_INT = Long.MIN_VALUE >> 1;

  /** Bits of a pid's node, lowest above the tag. */
  public static final int PID_NODE_BITS = 12;

  /** Bits of a pid's index into the process table. */
  public static final int PID_INDEX_BITS = 26;

  /** Bits of a pid's generation. */
  public static final int PID_GENERATION_BITS = 23;

  private static final int ATOM_SHIFT = 3;
  private static final int SPECIAL_SHIFT = 4;
  private static final int REF_SHIFT = 4;
  private static final int PID_NODE_SHIFT = 3;
  private static final int PID_INDEX_SHIFT = PID_NODE_SHIFT + PID_NODE_BITS;
  private static final int PID_GENERATION_SHIFT = PID_INDEX_SHIFT + PID_INDEX_BITS;

  private Term() {}

  /** Whether the word is an immediate integer. */
  public static boolean isSmallInt(long term) {
    return (term & 1) != 0;
  }

  /** Whether both words are immediate integers. */
  public static boolean areSmallInts(long a, long b) {
    return (a & b & 1) != 0;
  }

  /** Whether the integer needs no heap object. */
  public static boolean fitsSmallInt(long value) {
    return (value << 1) >> 1 == value;
  }

  /** The immediate for an integer that {@link #fitsSmallInt fits}. */
  public static long smallInt(long value) {
    return value << 1 | 1;
  }

  /** The value of an immediate integer. */
  public static long smallIntValue(long term) {
    return term >> 1;
  }

  /** Whether the word is the address of a heap object. */
  public static boolean isObject(long term) {
    return (term & 7) == 0;
  }

  /** Whether the word is the address of a heap object of this kind. */
  public static boolean isObjectOfKind(long term, int kind) {
    return (term & 7) == 0 && kind(Memory.getLong(term)) == kind;
  }

  /** Whether the word is an atom. */
  public static boolean isAtom(long term) {
    return (term & 7) == ATOM_TAG;
  }

  /** The atom of this index. */
  public static long atom(int index) {
    return (long) index << ATOM_SHIFT | ATOM_TAG;
  }

  /** The index of an atom. */
  public static int atomIndex(long atom) {
    return (int) (atom >>> ATOM_SHIFT);
  }

  /** Whether the word is a pid. */
  public static boolean isPid(long term) {
    return (term & 7) == PID_TAG;
  }

  /** A pid; each part must fit its bits. */
  public static long pid(int generation, int index, int node) {
    return (long) generation << PID_GENERATION_SHIFT
        | (long) index << PID_INDEX_SHIFT
        | (long) node << PID_NODE_SHIFT
        | PID_TAG;
  }

  /** The generation of a pid. */
  public static int pidGeneration(long pid) {
    return (int) (pid >>> PID_GENERATION_SHIFT);
  }

  /** The process table index of a pid. */
  public static int pidIndex(long pid) {
    return (int) (pid >>> PID_INDEX_SHIFT) & (1 << PID_INDEX_BITS) - 1;
  }

  /** The node of a pid; 0 is this VM. */
  public static int pidNode(long pid) {
    return (int) (pid >>> PID_NODE_SHIFT) & (1 << PID_NODE_BITS) - 1;
  }

  /** Whether the word is a ref. */
  public static boolean isRef(long term) {
    return (term & 15) == REF_TAG;
  }

  /** The ref of a number below 2^60. */
  public static long ref(long number) {
    return number << REF_SHIFT | REF_TAG;
  }

  /** The number of a ref. */
  public static long refNumber(long ref) {
    return ref >>> REF_SHIFT;
  }

  /** Whether the word is nil, a boolean, the empty list or an internal mark. */
  public static boolean isSpecial(long term) {
    return (term & 15) == SPECIAL_TAG;
  }

  /** Ordinal of a special word. */
  public static long specialOrdinal(long special) {
    return special >>> SPECIAL_SHIFT;
  }

  /** Whether the word is true or false. */
  public static boolean isBoolean(long term) {
    return term == TRUE || term == FALSE;
  }

  /** The term of a Java boolean. */
  public static long bool(boolean value) {
    return value ? TRUE : FALSE;
  }

  /** Whether the word may be seen by a guest: well tagged, and no internal mark. */
  public static boolean isGuestImmediate(long term) {
    return (term & 7) != 0
        && ((term & 15) != SPECIAL_TAG || Long.compareUnsigned(term, EMPTY_LIST) <= 0);
  }

  /** Whether the term is an integer, immediate or boxed. */
  public static boolean isInt(long term) {
    return (term & 1) != 0 || isObjectOfKind(term, BOXED_I64);
  }

  /** Whether the term is a float. */
  public static boolean isFloat(long term) {
    return isObjectOfKind(term, BOXED_F64);
  }

  /** Whether the term is an integer or a float. */
  public static boolean isNumber(long term) {
    if ((term & 1) != 0) {
      return true;
    }
    if ((term & 7) != 0) {
      return false;
    }
    int kind = kind(Memory.getLong(term));
    return kind == BOXED_I64 || kind == BOXED_F64;
  }

  /** Whether the term is a tuple. */
  public static boolean isTuple(long term) {
    return isObjectOfKind(term, ObjectLayout.TUPLE);
  }

  /** Whether the term is a list cell. */
  public static boolean isCons(long term) {
    return isObjectOfKind(term, ObjectLayout.CONS);
  }

  /** Whether the term is a list cell or the empty list. */
  public static boolean isList(long term) {
    return term == EMPTY_LIST || isCons(term);
  }

  /** Whether the term is a string. */
  public static boolean isString(long term) {
    return isObjectOfKind(term, ObjectLayout.STRING);
  }

  /** Whether the term is bytes, inline or shared. */
  public static boolean isBytes(long term) {
    if ((term & 7) != 0) {
      return false;
    }
    int kind = kind(Memory.getLong(term));
    return kind == ObjectLayout.BYTES || kind == ObjectLayout.SHARED_BYTES;
  }

  /** Whether the term is a map, flat or hashed. */
  public static boolean isMap(long term) {
    if ((term & 7) != 0) {
      return false;
    }
    int kind = kind(Memory.getLong(term));
    return kind == ObjectLayout.MAP || kind == ObjectLayout.MAP_ROOT;
  }

  /** Whether the term is a closure. */
  public static boolean isClosure(long term) {
    return isObjectOfKind(term, ObjectLayout.CLOSURE);
  }

  /** Whether the term is a mutable array of any element type. */
  public static boolean isArray(long term) {
    return (term & 7) == 0 && ObjectLayout.isMutable(kind(Memory.getLong(term)));
  }

  /** The i64 of an integer term, immediate or boxed; the caller has tested {@link #isInt}. */
  public static long intValue(long term) {
    return (term & 1) != 0 ? term >> 1 : Memory.getLong(term + ObjectLayout.RAW_OFFSET);
  }

  /** The f64 of a float term; the caller has tested {@link #isFloat}. */
  public static double floatValue(long term) {
    return Memory.getDouble(term + ObjectLayout.RAW_OFFSET);
  }

  /** The type of a term that a guest may hold. */
  public static TermKind kindOf(long term) {
    if ((term & 1) != 0) {
      return TermKind.INT;
    }
    return switch ((int) term & 7) {
      case 0b000 -> TermKind.ofObject(kind(Memory.getLong(term)));
      case (int) ATOM_TAG -> TermKind.ATOM;
      case (int) PID_TAG -> TermKind.PID;
      default -> isRef(term) ? TermKind.REF : kindOfSpecial(term);
    };
  }

  private static TermKind kindOfSpecial(long term) {
    if (term == NIL) {
      return TermKind.NIL;
    }
    return term == EMPTY_LIST ? TermKind.EMPTY_LIST : TermKind.BOOLEAN;
  }
}
