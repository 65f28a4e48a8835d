package org.skerry.assembly;

import java.util.Arrays;
import java.util.List;
import org.agrona.collections.IntArrayList;
import org.skerry.module.ModuleFile.Literal;
import org.skerry.module.ModuleFormat;
import org.skerry.term.LeafImages;
import org.skerry.term.Term;
import org.skerry.term.TermBuilder;
import org.skerry.term.TermError;

/** Reads terms. Nesting costs memory of ours, not stack: a literal may be as deep as it is long. */
final class LiteralParser {
  static final List<String> WORDS = List.of("nil", "false", "true", "nan", "inf", "-inf");

  private static final Token[] TOKENS = Token.values();
  private static final int FRAME_INTS = 4;

  private final Scanner scanner;
  private final ModulePool pool;
  private final LiteralBuilder builder;
  private TermBuilder terms;

  /**
   * For each open container: its opening token's ordinal, 1 behind a list's bar, its offset, and
   * how many parts it has so far.
   */
  private final IntArrayList open = new IntArrayList();

  LiteralParser(Scanner scanner, ModulePool pool, LiteralBuilder builder) {
    this.scanner = scanner;
    this.pool = pool;
    this.builder = builder;
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
    Literal immediate = immediate();
    if (immediate != null) {
      scanner.next();
      return immediate;
    }
    int start = scanner.start();
    int end = scanner.end();
    try {
      byte[] leaf = leaf();
      if (leaf != null) {
        scanner.next();
        return new Literal(0, leaf);
      }
      terms = builder.begin();
      open.clear();
      return parseTerm();
    } catch (TermError error) {
      throw new Mistake(start, end, LiteralBuilder.problem(error));
    }
  }

  /** The literal that the token is, or null where memory is needed to know. */
  private Literal immediate() {
    return switch (scanner.token()) {
      case INTEGER ->
          Term.fitsSmallInt(scanner.bits())
              ? new Literal(Term.smallInt(scanner.bits()), null)
              : null;
      case ATOM -> new Literal(Term.atom(atomIndex()), null);
      case WORD -> special() == Term.NONE ? null : new Literal(special(), null);
      default -> null;
    };
  }

  /** The image of what holds no other term, which needs no builder; or null. */
  private byte[] leaf() {
    return switch (scanner.token()) {
      case INTEGER -> LeafImages.ofInt(scanner.bits());
      case FLOAT -> LeafImages.ofFloat(Double.longBitsToDouble(scanner.bits()));
      case STRING -> LeafImages.ofString(scanner.string());
      case BYTES_OPEN -> LeafImages.ofBytes(bytes());
      case WORD -> isFloatWord() ? LeafImages.ofFloat(floatOf(scanner.word())) : null;
      default -> null;
    };
  }

  private Literal parseTerm() {
    while (true) {
      if (opens()) {
        continue;
      }
      simple();
      while (!open.isEmpty() && closes()) {
        close();
      }
      if (open.isEmpty()) {
        return builder.finish();
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
    open.addInt(0);
    return !scanner.next().closes();
  }

  private void simple() {
    Token token = scanner.token();
    if (token.closes() && !open.isEmpty() && parts() == 0) {
      close();
      return;
    }
    switch (token) {
      case INTEGER -> terms.pushInt(scanner.bits());
      case FLOAT -> terms.pushFloat(Double.longBitsToDouble(scanner.bits()));
      case STRING -> terms.pushString(scanner.string());
      case ATOM -> builder.pushAtom(scanner.string(), atomIndex());
      case WORD -> word();
      case BYTES_OPEN -> terms.pushInlineBytes(bytes());
      default -> throw unclosed("a term");
    }
    scanner.next();
  }

  private int atomIndex() {
    int index = pool.atom(scanner.string());
    if (index < 0) {
      throw scanner.mistake(
          ModulePool.fits(scanner.string())
              ? "a module has at most " + ModuleFormat.MAX_ENTRIES + " atoms"
              : "an atom has at most " + ModuleFormat.MAX_NAME_BYTES + " bytes");
    }
    return index;
  }

  /** The special term that the token names, or NONE. */
  private long special() {
    return switch (scanner.word()) {
      case "nil" -> Term.NIL;
      case "false" -> Term.FALSE;
      case "true" -> Term.TRUE;
      default -> Term.NONE;
    };
  }

  private void word() {
    if (special() != Term.NONE) {
      terms.pushImmediate(special());
      return;
    }
    String word = scanner.word();
    switch (word) {
      case "nan", "inf", "-inf" -> terms.pushFloat(floatOf(word));
      case "i64", "f64", "u8", "term" ->
          throw scanner.mistake(
              "a mutable array has no constant; an instruction such as i64.new makes one");
      default ->
          throw scanner.mistake(
              "expected a term, found "
                  + word
                  + "; an atom begins with a colon"
                  + Suggestions.hint(word, WORDS));
    }
  }

  private boolean isFloatWord() {
    return scanner.isWord("nan") || scanner.isWord("inf") || scanner.isWord("-inf");
  }

  private static double floatOf(String word) {
    return switch (word) {
      case "nan" -> Double.NaN;
      case "inf" -> Double.POSITIVE_INFINITY;
      default -> Double.NEGATIVE_INFINITY;
    };
  }

  static long floatBits(String word) {
    return Double.doubleToRawLongBits(floatOf(word));
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
        throw Brackets.mistake(scanner, opened, "a byte or '>>'");
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

  private int parts() {
    return open.getInt(open.size() - 1);
  }

  private Token opener() {
    return TOKENS[open.getInt(open.size() - FRAME_INTS)];
  }

  private boolean inTail() {
    return open.getInt(open.size() - 3) == 1;
  }

  /** Counts a term as part of the innermost container and says whether that ends there. */
  private boolean closes() {
    open.setInt(open.size() - 1, parts() + 1);
    Token token = scanner.token();
    Token opener = opener();
    if (opener == Token.MAP_OPEN && parts() % 2 == 1) {
      if (token != Token.FAT_ARROW) {
        throw unclosed("'=>' and the key's value");
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
      String end = opener == Token.BRACKET_OPEN ? "']'" : "'}'";
      boolean map = token == Token.FAT_ARROW && opener == Token.BRACE_OPEN;
      throw map
          ? scanner.mistake("expected ',' or '}', found '=>'; a map begins with %{")
          : unclosed(inTail() ? end : "',' or " + end);
    }
    scanner.next();
    return false;
  }

  /** Builds the innermost container; the token is its closing bracket. */
  private void close() {
    Token opener = opener();
    Token closer = opener == Token.BRACKET_OPEN ? Token.BRACKET_CLOSE : Token.BRACE_CLOSE;
    if (scanner.token() != closer) {
      throw unclosed(closer.text());
    }
    int parts = parts();
    switch (opener) {
      case BRACE_OPEN -> terms.makeTuple(parts);
      case MAP_OPEN -> terms.makeMap(parts / 2);
      default -> {
        if (inTail()) {
          terms.makeListWithTail(parts - 1);
        } else {
          terms.makeList(parts);
        }
      }
    }
    for (int i = 0; i < FRAME_INTS; i++) {
      open.removeAt(open.size() - 1);
    }
    scanner.next();
  }

  /** What was expected; where a bracket opened on an earlier line, that it may be the culprit. */
  private Mistake unclosed(String expected) {
    return Brackets.mistake(scanner, open.isEmpty() ? -1 : open.getInt(open.size() - 2), expected);
  }
}
