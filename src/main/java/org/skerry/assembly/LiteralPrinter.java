package org.skerry.assembly;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.skerry.module.ModuleFile.Literal;
import org.skerry.term.ObjectLayout;
import org.skerry.term.Term;
import org.skerry.term.TermImage;

/**
 * Writes literals as terms. Not every image is one that a term in a source gives: whoever prints
 * has to read the text back and compare.
 */
final class LiteralPrinter {
  /** Text that is longer, by sharing or by a cycle, is none. */
  private static final int MAX_CHARS_PER_BYTE = 16;

  private static final Map<Long, String> SPECIALS =
      Map.of(Term.NIL, "nil", Term.FALSE, "false", Term.TRUE, "true", Term.EMPTY_LIST, "[]");

  private final List<String> atoms;
  private final StringBuilder out = new StringBuilder();

  /** What is to be written next: text, or a term. */
  private final ArrayDeque<Object> work = new ArrayDeque<>();

  private ByteBuffer image;

  LiteralPrinter(List<String> atoms) {
    this.atoms = atoms;
  }

  /** The term as text, or null where it has none. */
  String print(Literal literal) {
    out.setLength(0);
    work.clear();
    if (literal.image() == null) {
      return immediate(literal.word()) ? out.toString() : null;
    }
    image = ByteBuffer.wrap(literal.image()).order(ByteOrder.LITTLE_ENDIAN);
    long most = 64 + (long) MAX_CHARS_PER_BYTE * literal.image().length;
    try {
      work.push(image.getLong(8));
      while (!work.isEmpty()) {
        Object next = work.pop();
        if (next instanceof String text) {
          out.append(text);
        } else if (!term((Long) next)) {
          return null;
        }
        if (out.length() > most || work.size() > most) {
          return null;
        }
      }
    } catch (IndexOutOfBoundsException malformed) {
      return null;
    }
    return out.toString();
  }

  private boolean immediate(long word) {
    if (Term.isSmallInt(word)) {
      out.append(Term.smallIntValue(word));
    } else if (Term.isAtom(word) && word >= 0 && Term.atomIndex(word) < atoms.size()) {
      out.append(Quoted.atom(atoms.get(Term.atomIndex(word))));
    } else if (SPECIALS.containsKey(word)) {
      out.append(SPECIALS.get(word));
    } else {
      return false;
    }
    return true;
  }

  private boolean term(long word) {
    if (!Term.isObject(word)) {
      return immediate(word);
    }
    int at = checked(word);
    long header = image.getLong(at);
    long size = ObjectLayout.size(header);
    return switch (ObjectLayout.kind(header)) {
      case ObjectLayout.BOXED_I64 -> append(Long.toString(image.getLong(at + 8)));
      case ObjectLayout.BOXED_F64 -> floating(image.getLong(at + 8));
      case ObjectLayout.STRING ->
          append(Quoted.string(new String(bytes(at, size), StandardCharsets.UTF_8)));
      case ObjectLayout.BYTES -> bytesText(bytes(at, size));
      case ObjectLayout.TUPLE -> tuple(at, size);
      case ObjectLayout.CONS -> list(at);
      case ObjectLayout.MAP -> map(at, size);
      case ObjectLayout.MAP_ROOT -> hashedMap(image.getLong(at + ObjectLayout.ROOT_NODE));
      default -> false;
    };
  }

  private int checked(long offset) {
    if (offset < TermImage.HEADER_BYTES || offset > image.capacity() - 8) {
      throw new IndexOutOfBoundsException();
    }
    return (int) offset;
  }

  private boolean append(String text) {
    out.append(text);
    return true;
  }

  private boolean floating(long bits) {
    String text = Quoted.floating(bits);
    return !text.startsWith("nan(") && append(text);
  }

  private byte[] bytes(int at, long size) {
    if (size < 0 || size > image.capacity()) {
      throw new IndexOutOfBoundsException();
    }
    byte[] bytes = new byte[(int) size];
    image.get(at + 8, bytes);
    return bytes;
  }

  private boolean bytesText(byte[] bytes) {
    out.append("<<");
    for (int i = 0; i < bytes.length; i++) {
      out.append(i == 0 ? "" : " ").append(bytes[i] & 0xFF);
    }
    return append(">>");
  }

  private boolean tuple(int at, long size) {
    work.push("}");
    for (long i = elements(size, 1) - 1; i >= 0; i--) {
      work.push(image.getLong(at + 8 + 8 * (int) i));
      work.push(i == 0 ? "" : ", ");
    }
    work.push("{");
    return true;
  }

  private boolean map(int at, long size) {
    List<Long> entries = new ArrayList<>();
    for (int i = 0; i < elements(size, 2); i++) {
      entries.add(image.getLong(at + 8 + 8 * i));
      entries.add(image.getLong(at + 8 + 8 * (int) (size + i)));
    }
    return map(entries);
  }

  /** The entries of a tree of nodes, in no order: the map is the same in any. */
  private boolean hashedMap(long root) {
    List<Long> entries = new ArrayList<>();
    ArrayDeque<Long> nodes = new ArrayDeque<>();
    nodes.push(root);
    while (!nodes.isEmpty()) {
      int at = checked(nodes.pop());
      long header = image.getLong(at);
      long words = ObjectLayout.size(header);
      long entryWords = words;
      if (ObjectLayout.kind(header) == ObjectLayout.MAP_NODE) {
        entryWords = 2L * Integer.bitCount((int) image.getLong(at + ObjectLayout.NODE_RAW));
      } else if (ObjectLayout.kind(header) != ObjectLayout.MAP_COLLISION) {
        return false;
      }
      for (int i = 0; i < words; i++) {
        long word = image.getLong(at + ObjectLayout.NODE_CONTENT + 8 * i);
        if (i < entryWords) {
          entries.add(word);
        } else {
          nodes.push(word);
        }
      }
      if (entries.size() + nodes.size() > image.capacity()) {
        return false;
      }
    }
    return entries.size() % 2 == 0 && map(entries);
  }

  private boolean map(List<Long> entries) {
    work.push("}");
    for (int i = entries.size() - 2; i >= 0; i -= 2) {
      work.push(entries.get(i + 1));
      work.push(" => ");
      work.push(entries.get(i));
      work.push(i == 0 ? "" : ", ");
    }
    work.push("%{");
    return true;
  }

  private long elements(long size, int words) {
    if (size < 0 || size > image.capacity() / (8 * words)) {
      throw new IndexOutOfBoundsException();
    }
    return size;
  }

  /** The cells of a list, up to a tail that is none. */
  private boolean list(int first) {
    ArrayDeque<Object> cells = new ArrayDeque<>();
    long cell = first;
    long limit = image.capacity() / ObjectLayout.CONS_BYTES;
    while (true) {
      cells.add(image.getLong((int) cell + ObjectLayout.CONS_HEAD));
      long tail = image.getLong((int) cell + ObjectLayout.CONS_TAIL);
      boolean isCell =
          Term.isObject(tail) && image.getLong(checked(tail)) == ObjectLayout.CONS_HEADER;
      if (!isCell) {
        if (tail != Term.EMPTY_LIST) {
          cells.add(" | ");
          cells.add(tail);
        }
        break;
      }
      cells.add(", ");
      cell = tail;
      if (--limit < 0) {
        return false;
      }
    }
    work.push("]");
    cells.descendingIterator().forEachRemaining(work::push);
    work.push("[");
    return true;
  }
}
