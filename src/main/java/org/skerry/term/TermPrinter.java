package org.skerry.term;

import static org.skerry.term.ObjectLayout.*;

import org.skerry.memory.Memory;

/**
 * Prints terms as assembly literals, into the scratch's text. Nothing recurses: what is left to
 * print lies on the scratch's stack.
 *
 * <p>For people the text is cut at a limit of bytes, and ends in {@code …}; without one, a graph
 * whose paths or whose text pass the step limit is LIMIT_EXCEEDED. An array that contains itself is
 * printed as {@code #cycle<n>} at the place where it comes again, {@code n} levels of nesting
 * further down.
 */
public final class TermPrinter {
  /** Bytes of text that suit an error message. */
  public static final long PEOPLE_BYTES = 4096;

  /** Entries of a hashed map up to which they are sorted where the text may be cut. */
  private static final long SORT_AT_MOST = 4096;

  /** Binary logarithm of the bytes of text that are a step: by default, text ends at 512 MiB. */
  private static final int TEXT_SHIFT = 5;

  /** A frame: what it is, where its next word lies, how many are left, and the object. */
  private static final int FRAME_BYTES = 32;

  private static final int FRAME_AT = 8;
  private static final int FRAME_LEFT = 16;
  private static final int FRAME_OBJECT = 24;

  private static final int IN_SEQUENCE = 0;
  private static final int IN_LIST = 1;

  /** The frame's words are keys and values, in turn. */
  private static final int IN_MAP = 2;

  private static final String ELLIPSIS = "\u2026";

  private TermPrinter() {}

  /** The term as a new Java string, cut for people. */
  public static String toString(long term, TermScratch scratch) {
    print(term, PEOPLE_BYTES, scratch);
    return scratch.text().toString();
  }

  /** The whole term as a new Java string. */
  public static String toLiteral(long term, TermScratch scratch) {
    print(term, Long.MAX_VALUE, scratch);
    return scratch.text().toString();
  }

  /**
   * Prints a term into {@code scratch.text()}, which it clears before.
   *
   * @param maxBytes bytes from which on the text is cut and an ellipsis added
   */
  public static void print(long term, long maxBytes, TermScratch scratch) {
    TextBuffer text = scratch.text();
    text.clear();
    append(term, maxBytes, scratch);
  }

  /** As {@link #print}, behind what is there. */
  public static void append(long term, long maxBytes, TermScratch scratch) {
    TextBuffer text = scratch.text();
    long start = text.length();
    long bottom = scratch.depth();
    long terms = 0;
    long nextLook = scratch.stepsToLook();
    open(term, bottom, maxBytes, scratch);
    while (scratch.depth() > bottom && text.length() - start <= maxBytes) {
      // Text counts too: with sharing, few terms can be much of it.
      long steps = ++terms + (text.length() - start >>> TEXT_SHIFT);
      if (steps > nextLook) {
        nextLook = scratch.look(steps);
      }
      next(bottom, maxBytes, scratch);
    }
    scratch.unwind(bottom);
    scratch.charge(terms + (text.length() - start >>> TEXT_SHIFT));
    if (text.length() - start > maxBytes) {
      cut(text, start + maxBytes);
      text.putUtf8(ELLIPSIS);
    }
  }

  /** Drops what is behind a length, and the rest of a sequence that was cut in two. */
  private static void cut(TextBuffer text, long length) {
    long at = length;
    while (at > 0 && (Memory.getByte(text.address() + at) & 0xC0) == 0x80) {
      at--;
    }
    text.truncate(at);
  }

  /** Prints the next word of the innermost object. */
  private static void next(long bottom, long maxBytes, TermScratch scratch) {
    TextBuffer text = scratch.text();
    long frame = scratch.stackAt(scratch.depth() - FRAME_BYTES);
    int mode = (int) Memory.getLong(frame);
    long at = Memory.getLong(frame + FRAME_AT);
    long left = Memory.getLong(frame + FRAME_LEFT);
    if (mode == IN_LIST) {
      nextOfList(at, frame, bottom, maxBytes, scratch);
      return;
    }
    if (left == 0) {
      close(mode, Memory.getLong(frame + FRAME_OBJECT), scratch);
      return;
    }
    long object = Memory.getLong(frame + FRAME_OBJECT);
    boolean first = at < 0;
    // A map's words lie on the stack below its frame, at a depth; others are found by address.
    long place = first ? -1 - at : at;
    if (!first) {
      boolean ofValue = mode == IN_MAP && (left & 1) == 1;
      boolean bare = mode == IN_SEQUENCE && kind(Memory.getLong(object)) == TERM_ARRAY;
      text.put(ofValue ? " => " : bare ? " " : ", ");
    }
    Memory.putLong(frame + FRAME_AT, place + 8);
    Memory.putLong(frame + FRAME_LEFT, left - 1);
    long word = Memory.getLong(mode == IN_MAP ? scratch.stackAt(place) : place);
    open(word, bottom, maxBytes, scratch);
  }

  private static void nextOfList(
      long at, long frame, long bottom, long maxBytes, TermScratch scratch) {
    TextBuffer text = scratch.text();
    boolean first = Memory.getLong(frame + FRAME_LEFT) == 0;
    Memory.putLong(frame + FRAME_LEFT, 1);
    if (Term.isCons(at)) {
      if (!first) {
        text.put(", ");
      }
      Memory.putLong(frame + FRAME_AT, Memory.getLong(at + CONS_TAIL));
      open(Memory.getLong(at + CONS_HEAD), bottom, maxBytes, scratch);
    } else if (at == Term.EMPTY_LIST) {
      text.put(']');
      scratch.unwind(scratch.depth() - FRAME_BYTES);
    } else {
      text.put(" | ");
      Memory.putLong(frame + FRAME_AT, Term.EMPTY_LIST);
      open(at, bottom, maxBytes, scratch);
    }
  }

  private static void close(int mode, long object, TermScratch scratch) {
    scratch.unwind(scratch.depth() - FRAME_BYTES);
    if (mode == IN_MAP) {
      scratch.unwind(object); // The depth at which its entries begin.
      scratch.text().put('}');
    } else {
      scratch.text().put(kind(Memory.getLong(object)) == TERM_ARRAY ? ']' : '}');
    }
  }

  /** Prints an immediate or a leaf; begins anything else. */
  private static void open(long term, long bottom, long maxBytes, TermScratch scratch) {
    TextBuffer text = scratch.text();
    if ((term & 7) != 0) {
      immediate(term, scratch);
      return;
    }
    long header = Memory.getLong(term);
    switch (kind(header)) {
      case CONS -> {
        text.put('[');
        pushFrame(IN_LIST, term, 0, term, scratch);
      }
      case TUPLE -> {
        text.put('{');
        pushFrame(IN_SEQUENCE, -1 - (term + ELEMENTS), size(header), term, scratch);
      }
      case TERM_ARRAY -> {
        long level = levelOf(term, bottom, scratch);
        if (level >= 0) {
          text.put("#cycle<");
          text.putDecimal(level);
          text.put('>');
        } else {
          text.put("term[");
          pushFrame(IN_SEQUENCE, -1 - (term + ELEMENTS), size(header), term, scratch);
        }
      }
      case MAP, MAP_ROOT -> openMap(term, maxBytes, scratch);
      default -> LeafPrinter.print(term, header, maxBytes, scratch);
    }
  }

  private static void openMap(long map, long maxBytes, TermScratch scratch) {
    scratch.text().put("%{");
    long depth = scratch.depth();
    long count = Maps.size(map);
    boolean hashed = kind(Memory.getLong(map)) == MAP_ROOT;
    boolean sorted = !hashed || maxBytes == Long.MAX_VALUE || count <= SORT_AT_MOST;
    MapCursor cursor = scratch.cursor;
    cursor.open(map);
    // As much as can be printed: an entry takes 8 bytes or more.
    for (long left = sorted ? count : Math.min(count, maxBytes); left > 0; left--) {
      cursor.next();
      scratch.push(0);
      scratch.push(cursor.key());
      scratch.push(cursor.value());
    }
    long pushed = (scratch.depth() - depth) / MapEntries.RECORD_BYTES;
    if (hashed && sorted) {
      MapEntries.sort(depth, pushed, false, scratch);
    }
    for (long i = 0; i < pushed; i++) {
      long from = scratch.stackAt(depth + i * MapEntries.RECORD_BYTES) + 8;
      long to = scratch.stackAt(depth + (i << 4));
      long key = Memory.getLong(from);
      long value = Memory.getLong(from + 8);
      Memory.putLong(to, key);
      Memory.putLong(to + 8, value);
    }
    scratch.unwind(depth + (pushed << 4));
    pushFrame(IN_MAP, -1 - depth, pushed << 1, depth, scratch);
  }

  private static void pushFrame(int mode, long at, long left, long object, TermScratch scratch) {
    scratch.push(mode);
    scratch.push(at);
    scratch.push(left);
    scratch.push(object);
  }

  /** How many levels above the innermost an array is being printed, or -1. */
  private static long levelOf(long array, long bottom, TermScratch scratch) {
    long level = 1;
    for (long depth = scratch.depth() - FRAME_BYTES; depth >= bottom; level++) {
      long frame = scratch.stackAt(depth);
      long object = Memory.getLong(frame + FRAME_OBJECT);
      boolean map = Memory.getLong(frame) == IN_MAP;
      if (!map && object == array) {
        scratch.charge(level);
        return level;
      }
      depth = (map ? object : depth) - FRAME_BYTES;
    }
    scratch.charge(level);
    return -1;
  }

  private static void immediate(long term, TermScratch scratch) {
    TextBuffer text = scratch.text();
    if ((term & 1) != 0) {
      text.putDecimal(term >> 1);
    } else if (Term.isAtom(term)) {
      LeafPrinter.atom(term, scratch);
    } else if (Term.isPid(term)) {
      text.put("#pid<");
      text.putDecimal(Term.pidNode(term));
      text.put('.');
      text.putDecimal(Term.pidIndex(term));
      text.put('.');
      text.putDecimal(Term.pidGeneration(term));
      text.put('>');
    } else if (Term.isRef(term)) {
      text.put("#ref<");
      text.putDecimal(Term.refNumber(term));
      text.put('>');
    } else {
      special(term, text);
    }
  }

  private static void special(long term, TextBuffer text) {
    if (term == Term.NIL) {
      text.put("nil");
    } else if (term == Term.EMPTY_LIST) {
      text.put("[]");
    } else if (Term.isBoolean(term)) {
      text.put(term == Term.TRUE ? "true" : "false");
    } else {
      text.put("#mark<");
      text.putDecimal(Term.specialOrdinal(term));
      text.put('>');
    }
  }
}
