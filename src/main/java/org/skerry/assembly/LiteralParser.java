package org.skerry.assembly;

import java.util.Arrays;
import java.util.List;
import org.agrona.collections.IntArrayList;
import org.skerry.module.ModuleFile.Literal;
import org.skerry.module.ModuleFormat;

/** Reads terms. Nesting costs memory of ours, not stack: a literal may be as deep as it is long. */
final class LiteralParser {
  static final List<String> WORDS = List.of("nil", "false", "true", "nan", "inf", "-inf");

  private static final Token[] TOKENS = Token.values();
  private static final int FRAME_INTS = 4;

  private final Scanner scanner;
  private final ModulePool pool;
  private final LiteralBuilder builder = new LiteralBuilder();

  /** Elements of the open containers, the innermost's last. */
  private long[] values = new long[16];

  private int valueCount;

  /**
   * For each open container: its opening token's ordinal, 1 behind a list's bar, its offset, and
   * its first value.
   */
  private final IntArrayList open = new IntArrayList();

  LiteralParser(Scanner scanner, ModulePool pool) {
    this.scanner = scanner;
    this.pool = pool;
  }

  /** Whether a term, and no register, begins at the token. */
  static boolean begins(Scanner scanner) {
    return switch (scanner.token()) {
      case INTEGER, FLOAT, STRING, ATOM, BRACKET_OPEN, BRACE_OPEN, MAP_OPEN, BYTES_OPEN -> true;
      case WORD -> WORDS.contains(scanner.word());
      default -> false;
    };
  }

  /** Reads the term that begins at the token; afterwards the token is the one behind it. */
  Literal parse() {
    builder.clear();
    valueCount = 0;
    open.clear();
    while (true) {
      if (opens()) {
        continue;
      }
      long term = simple();
      while (!open.isEmpty() && closes(term)) {
        term = close();
      }
      if (open.isEmpty()) {
        return LiteralBuilder.isImmediate(term)
            ? new Literal(term, null)
            : new Literal(0, builder.finish(term));
      }
    }
  }

  /** Takes an opening bracket; false where a simple term stands, or a container that is empty. */
  private boolean opens() {
    Token token = scanner.token();
    if (token != Token.BRACE_OPEN && token != Token.BRACKET_OPEN && token != Token.MAP_OPEN) {
      return false;
    }
    open.addInt(token.ordinal());
    open.addInt(0);
    open.addInt(scanner.start());
    open.addInt(valueCount);
    return !scanner.next().closes();
  }

  private long simple() {
    Token token = scanner.token();
    if (token.closes() && !open.isEmpty() && valueCount == base()) {
      return close();
    }
    long term =
        switch (token) {
          case INTEGER -> builder.integer(scanner.bits());
          case FLOAT -> builder.floating(scanner.bits());
          case STRING -> builder.string(scanner.string());
          case ATOM -> atom();
          case WORD -> word();
          case BYTES_OPEN -> builder.bytes(bytes());
          default -> throw unclosed("a term");
        };
    scanner.next();
    return term;
  }

  private long atom() {
    int index = pool.atom(scanner.string());
    if (index < 0) {
      throw scanner.mistake(
          ModulePool.fits(scanner.string())
              ? "a module has at most " + ModuleFormat.MAX_ENTRIES + " atoms"
              : "an atom has at most " + ModuleFormat.MAX_NAME_BYTES + " bytes");
    }
    return builder.atom(index);
  }

  private long word() {
    String word = scanner.word();
    return switch (word) {
      case "nil" -> builder.special(0);
      case "false" -> builder.special(1);
      case "true" -> builder.special(2);
      case "nan", "inf", "-inf" -> builder.floating(floatBits(word));
      case "i64", "f64", "u8", "term" ->
          throw scanner.mistake("an array can be written to, so it is no literal: make a new one");
      default ->
          throw scanner.mistake(
              "expected a term, found "
                  + word
                  + "; an atom begins with a colon"
                  + Suggestions.hint(word, WORDS));
    };
  }

  static long floatBits(String word) {
    return Double.doubleToRawLongBits(
        switch (word) {
          case "nan" -> Double.NaN;
          case "inf" -> Double.POSITIVE_INFINITY;
          default -> Double.NEGATIVE_INFINITY;
        });
  }

  byte[] bytes() {
    int opened = scanner.start();
    byte[] bytes = new byte[16];
    int count = 0;
    while (scanner.next() != Token.BYTES_CLOSE) {
      if (scanner.token() == Token.COMMA && count > 0) {
        scanner.next();
      }
      if (scanner.token() != Token.INTEGER) {
        throw unclosed(opened, "a byte or >>");
      }
      if (scanner.bits() < 0 || scanner.bits() > 255) {
        throw scanner.mistake("a byte is from 0 to 255");
      }
      if (count == bytes.length) {
        bytes = Arrays.copyOf(bytes, 2 * count);
      }
      bytes[count++] = (byte) scanner.bits();
    }
    return Arrays.copyOf(bytes, count);
  }

  private int base() {
    return open.getInt(open.size() - 1);
  }

  private Token opener() {
    return TOKENS[open.getInt(open.size() - 4)];
  }

  private boolean inTail() {
    return open.getInt(open.size() - 3) == 1;
  }

  /** Adds a term to the innermost container and says whether that ends there. */
  private boolean closes(long term) {
    if (valueCount == values.length) {
      values = Arrays.copyOf(values, 2 * valueCount);
    }
    values[valueCount++] = term;
    Token token = scanner.token();
    Token opener = opener();
    if (opener == Token.MAP_OPEN && (valueCount - base()) % 2 == 1) {
      if (token != Token.FAT_ARROW) {
        throw unclosed("=> and the key's value");
      }
      scanner.next();
      return false;
    }
    if (token == (opener == Token.BRACKET_OPEN ? Token.BRACKET_CLOSE : Token.BRACE_CLOSE)) {
      return true;
    }
    if (token == Token.BAR && opener == Token.BRACKET_OPEN && !inTail()) {
      open.setInt(open.size() - 3, 1);
    } else if (token != Token.COMMA || inTail()) {
      String end = opener == Token.BRACKET_OPEN ? "]" : "}";
      throw unclosed(inTail() ? end : ", or " + end);
    }
    scanner.next();
    return false;
  }

  /** Builds the innermost container; the token is its closing bracket. */
  private long close() {
    Token opener = opener();
    Token closer = opener == Token.BRACKET_OPEN ? Token.BRACKET_CLOSE : Token.BRACE_CLOSE;
    if (scanner.token() != closer) {
      throw unclosed(closer.text());
    }
    int base = base();
    long term =
        switch (opener) {
          case BRACE_OPEN -> builder.tuple(values, base, valueCount);
          case MAP_OPEN -> map(base);
          default -> list(base);
        };
    valueCount = base;
    for (int i = 0; i < FRAME_INTS; i++) {
      open.removeAt(open.size() - 1);
    }
    scanner.next();
    return term;
  }

  private long list(int base) {
    int last = valueCount;
    long tail = builder.special(3);
    if (inTail()) {
      tail = values[--last];
    }
    for (int i = last - 1; i >= base; i--) {
      tail = builder.cons(values[i], tail);
    }
    return tail;
  }

  private long map(int base) {
    throw scanner.mistake("maps as literals are not there yet");
  }

  private Mistake unclosed(String expected) {
    return unclosed(open.isEmpty() ? -1 : open.getInt(open.size() - 2), expected);
  }

  /** What was expected; where a bracket opened on an earlier line, that it may be the culprit. */
  private Mistake unclosed(int opened, String expected) {
    return Brackets.mistake(scanner, opened, expected);
  }
}
