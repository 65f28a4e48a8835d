package org.skerry.term;

import static org.skerry.term.ObjectLayout.*;

import org.skerry.memory.Memory;

/**
 * Equality and the total order of terms:
 *
 * <p>nil &lt; false &lt; true &lt; numbers &lt; atoms &lt; refs &lt; functions &lt; pids &lt;
 * tuples &lt; maps &lt; [] &lt; lists &lt; bytes &lt; strings &lt; i64[] &lt; f64[] &lt; u8[] &lt;
 * term[].
 *
 * <p>Numbers go by exact value, an integer before the float of the same value; -0.0 and 0.0 are the
 * same, and NaN is the same as itself and above all numbers. Atoms go by name; tuples and arrays by
 * size, then by elements; maps by size, then in an order that depends on their contents alone;
 * bytes and strings bytewise. Two terms are equal exactly where neither is before the other.
 *
 * <p>Nothing recurses. A pair of arrays that is met again on the way is taken to be equal, since
 * the first difference anywhere ends the walk: so cycles end. After {@link #REMEMBER_AFTER} steps
 * all pairs that could be met again are remembered, so that a graph with much sharing is walked
 * once and not once for each path. Beyond the scratch's step limit it is {@link
 * TermError#LIMIT_EXCEEDED}.
 */
public final class TermOrder {
  /** Steps from which on every pair of branching objects is remembered. */
  static final int REMEMBER_AFTER = 1 << 14;

  /** Pairs remembered at most: past it, the step limit alone bounds the walk. */
  private static final int REMEMBER_AT_MOST = 1 << 20;

  private static final int FRAME_BYTES = 24;

  /** Result of a shallow comparison that has to go on with the contents. */
  private static final int DESCEND = 2;

  private static final int RANK_NUMBER = 3;
  private static final int RANK_ATOM = 4;
  private static final int RANK_REF = 5;
  private static final int RANK_FUNCTION = 6;
  private static final int RANK_PID = 7;
  private static final int RANK_TUPLE = 8;
  private static final int RANK_MAP = 9;
  private static final int RANK_EMPTY_LIST = 10;
  private static final int RANK_LIST = 11;
  private static final int RANK_BYTES = 12;
  private static final int RANK_STRING = 13;
  private static final int RANK_I64_ARRAY = 14;
  private static final int RANK_F64_ARRAY = 15;
  private static final int RANK_U8_ARRAY = 16;
  private static final int RANK_TERM_ARRAY = 17;

  /** Inner parts of maps, met only below maps of the same size: their order is free. */
  private static final int RANK_MAP_NODE = 18;

  private static final int RANK_MAP_COLLISION = 19;

  private TermOrder() {}

  /**
   * Looks for a key among pairs of key and value that lie behind each other in ascending order of
   * keys.
   *
   * @return the key's index, or -1 - the index that it would have
   */
  public static int searchPairs(long pairs, int count, long key, TermScratch scratch) {
    int low = 0;
    int high = count - 1;
    while (low <= high) {
      int middle = low + high >>> 1;
      int order = compare(Memory.getLong(pairs + ((long) middle << 4)), key, scratch);
      if (order == 0) {
        return middle;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1 - low;
  }

  /** Whether the terms are equal: exact, so that 1 differs from 1.0. */
  public static boolean equal(long a, long b, TermScratch scratch) {
    if (a == b) {
      return true;
    }
    if (((a | b) & 7) != 0) {
      return false; // Two different words of which one is an immediate.
    }
    long aHeader = Memory.getLong(a);
    long bHeader = Memory.getLong(b);
    int aKind = kind(aHeader);
    if (aKind != kind(bHeader)) {
      return aKind >= BYTES && aKind <= SHARED_BYTES && walk(a, b, scratch) == 0;
    }
    if (aHeader != bHeader && aKind != SHARED_BYTES) {
      return false; // Size and flags follow from the contents.
    }
    return walk(a, b, scratch) == 0;
  }

  /** -1, 0 or 1 as {@code a} is before, equal to or behind {@code b} in the total order. */
  public static int compare(long a, long b, TermScratch scratch) {
    if (a == b) {
      return 0;
    }
    if (Term.areSmallInts(a, b)) {
      return Long.compare(a, b);
    }
    return Integer.signum(walk(a, b, scratch));
  }

  private static int walk(long a, long b, TermScratch scratch) {
    int first = shallow(a, b, scratch);
    if (first != DESCEND) {
      scratch.charge(1);
      return first;
    }
    return deep(a, b, scratch);
  }

  private static int deep(long a, long b, TermScratch scratch) {
    long bottom = scratch.depth();
    long steps = 0;
    long nextLook = scratch.stepsToLook();
    int result = enter(a, b, scratch, false);
    while (result == 0 && scratch.depth() > bottom) {
      long frame = scratch.stackAt(scratch.depth() - FRAME_BYTES);
      long aAt = Memory.getLong(frame);
      long bAt = Memory.getLong(frame + 8);
      long left = Memory.getLong(frame + 16);
      if (left == 1) {
        scratch.unwind(scratch.depth() - FRAME_BYTES);
      } else {
        Memory.putLong(frame, aAt + 8);
        Memory.putLong(frame + 8, bAt + 8);
        Memory.putLong(frame + 16, left - 1);
      }
      long x = Memory.getLong(aAt);
      long y = Memory.getLong(bAt);
      steps++;
      if (x != y) {
        result = Term.areSmallInts(x, y) ? Long.compare(x, y) : shallow(x, y, scratch);
        if (result == DESCEND) {
          if (steps > nextLook) {
            nextLook = scratch.look(steps);
          }
          result = enter(x, y, scratch, steps > REMEMBER_AFTER);
        }
      }
    }
    scratch.unwind(bottom);
    scratch.visited.clear();
    scratch.charge(steps);
    return result;
  }

  /**
   * Pushes the contents of two objects of the same kind and size; compares their raw words first.
   */
  private static int enter(long a, long b, TermScratch scratch, boolean remember) {
    long header = Memory.getLong(a);
    int kind = kind(header);
    long count = termCount(header);
    if (kind == TERM_ARRAY || remember && mayBranch(a, kind, count)) {
      if (scratch.visited.get(a, b) >= 0) {
        return 0;
      }
      if (scratch.visited.count() < REMEMBER_AT_MOST || kind == TERM_ARRAY) {
        if (!scratch.visited.put(a, b, 1)) {
          throw scratch.fail(TermError.LIMIT_EXCEEDED);
        }
      }
    }
    int offset = firstTermOffset(header);
    if (offset == NODE_CONTENT) {
      int raw = Long.compareUnsigned(Memory.getLong(a + NODE_RAW), Memory.getLong(b + NODE_RAW));
      if (raw != 0) {
        return raw;
      }
    }
    if (count > 0) {
      scratch.push(a + offset);
      scratch.push(b + offset);
      scratch.push(count);
    }
    return 0;
  }

  private static boolean mayBranch(long object, int kind, long count) {
    return kind == CONS
        ? Term.isObject(Memory.getLong(object + CONS_HEAD))
            && Term.isObject(Memory.getLong(object + CONS_TAIL))
        : count > 1;
  }

  /** Orders two different words as far as that goes without their contents. */
  private static int shallow(long a, long b, TermScratch scratch) {
    int aRank = rank(a);
    int bRank = rank(b);
    if (aRank != bRank) {
      return aRank < bRank ? -1 : 1;
    }
    return switch (aRank) {
      case RANK_NUMBER -> compareNumbers(a, b);
      case RANK_ATOM -> scratch.atoms().compare(a, b);
      case RANK_REF, RANK_PID -> Long.compareUnsigned(a, b);
      case RANK_LIST -> DESCEND;
      case RANK_BYTES -> compareBytes(a, b, scratch);
      case RANK_STRING -> compareStrings(a, b, scratch);
      case RANK_I64_ARRAY, RANK_F64_ARRAY -> compareRawArrays(a, b, scratch);
      case RANK_U8_ARRAY -> compareU8Arrays(a, b, scratch);
      default -> compareSizes(a, b);
    };
  }

  private static int compareSizes(long a, long b) {
    int sizes = Long.compare(size(Memory.getLong(a)), size(Memory.getLong(b)));
    return sizes != 0 ? sizes : DESCEND;
  }

  private static int compareNumbers(long a, long b) {
    int byValue = Arithmetic.compareByValue(a, b);
    return byValue != 0 ? byValue : Boolean.compare(Term.isFloat(a), Term.isFloat(b));
  }

  private static int compareStrings(long a, long b, TermScratch scratch) {
    long aLength = size(Memory.getLong(a));
    long bLength = size(Memory.getLong(b));
    scratch.chargeBytes(Math.min(aLength, bLength));
    return Utf8.compareBytes(a + RAW_OFFSET, aLength, b + RAW_OFFSET, bLength);
  }

  private static int compareBytes(long a, long b, TermScratch scratch) {
    long aLength = Bytes.rawLength(a);
    long bLength = Bytes.rawLength(b);
    scratch.chargeBytes(Math.min(aLength, bLength));
    return Utf8.compareBytes(Bytes.rawAddress(a), aLength, Bytes.rawAddress(b), bLength);
  }

  private static int compareU8Arrays(long a, long b, TermScratch scratch) {
    long aLength = size(Memory.getLong(a));
    long bLength = size(Memory.getLong(b));
    if (aLength != bLength) {
      return Long.compare(aLength, bLength);
    }
    return compareStrings(a, b, scratch);
  }

  private static int compareRawArrays(long a, long b, TermScratch scratch) {
    long header = Memory.getLong(a);
    int sizes = Long.compare(size(header), size(Memory.getLong(b)));
    if (sizes != 0) {
      return sizes;
    }
    boolean floats = kind(header) == F64_ARRAY;
    long byteCount = size(header) << 3;
    scratch.chargeBytes(byteCount);
    for (long at = ELEMENTS; at < ELEMENTS + byteCount; at += 8) {
      int order =
          floats
              ? Arithmetic.compareFloats(Memory.getDouble(a + at), Memory.getDouble(b + at))
              : Long.compare(Memory.getLong(a + at), Memory.getLong(b + at));
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  private static int rank(long term) {
    if ((term & 1) != 0) {
      return RANK_NUMBER;
    }
    return switch ((int) term & 7) {
      case 0b000 -> rankOfObject(kind(Memory.getLong(term)));
      case 0b010 -> RANK_ATOM;
      case 0b100 -> RANK_PID;
      default ->
          Term.isRef(term)
              ? RANK_REF
              : term == Term.EMPTY_LIST ? RANK_EMPTY_LIST : (int) Term.specialOrdinal(term);
    };
  }

  private static int rankOfObject(int kind) {
    return switch (kind) {
      case CONS -> RANK_LIST;
      case TUPLE -> RANK_TUPLE;
      case MAP, MAP_ROOT -> RANK_MAP;
      case MAP_NODE -> RANK_MAP_NODE;
      case MAP_COLLISION -> RANK_MAP_COLLISION;
      case CLOSURE -> RANK_FUNCTION;
      case TERM_ARRAY -> RANK_TERM_ARRAY;
      case BOXED_I64, BOXED_F64 -> RANK_NUMBER;
      case STRING -> RANK_STRING;
      case BYTES, SHARED_BYTES -> RANK_BYTES;
      case I64_ARRAY -> RANK_I64_ARRAY;
      case F64_ARRAY -> RANK_F64_ARRAY;
      default -> RANK_U8_ARRAY;
    };
  }
}
