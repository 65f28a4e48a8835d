package org.skerry.assembly;

/**
 * Splits a source into tokens, one at a time. Between brackets a line's end is white space. Nothing
 * is allocated for a token but the text of names and strings, and that only when asked for.
 */
final class Scanner {
  private static final int MAX_SHOWN_CHARS = 40;

  private final Source source;
  private final String text;
  private final int textEnd;

  private Token token;
  private int start;
  private int end;
  private int depth;
  private long bits;
  private String string;

  Scanner(Source source) {
    this.source = source;
    this.text = source.text;
    this.textEnd = text.length();
  }

  Token token() {
    return token;
  }

  /** Offset of the token. */
  int start() {
    return start;
  }

  /** Offset behind the token. */
  int end() {
    return end;
  }

  /** Open brackets. */
  int depth() {
    return depth;
  }

  /** The token's characters. */
  String word() {
    return text.substring(start, end);
  }

  /** The value of an integer, distance or index; the bits of a float. */
  long bits() {
    return bits;
  }

  /** The contents of a string; the name of an atom, a label or a directive. */
  String string() {
    return string;
  }

  /** Goes on at an offset, outside of brackets. */
  void moveTo(int offset) {
    end = offset;
    depth = 0;
  }

  Mistake mistake(String message) {
    return new Mistake(start, token == Token.NEWLINE ? start : end, message);
  }

  /** What stands here, for an error. */
  String found() {
    return switch (token) {
      case WORD, DIRECTIVE, INTEGER, FLOAT, STRING, ATOM, LABEL, DISTANCE, INDEX -> shownWord();
      default -> token.text();
    };
  }

  private String shownWord() {
    return end - start > MAX_SHOWN_CHARS
        ? text.substring(start, start + MAX_SHOWN_CHARS) + "…"
        : word();
  }

  boolean isWord(String word) {
    return token == Token.WORD && end - start == word.length() && text.startsWith(word, start);
  }

  /**
   * Reads the next token. Where there is none the next call goes on behind what is wrong.
   *
   * @throws Mistake if no token can be read
   */
  Token next() {
    skipBlanks();
    start = end;
    if (end == textEnd) {
      return token = Token.END;
    }
    char c = text.charAt(end);
    if (isNameStart(c)) {
      skipDottedName();
      return token = Token.WORD;
    }
    if (isDigit(c) || c == '-' && end + 1 < textEnd && isDigit(text.charAt(end + 1))) {
      return token = number();
    }
    end++;
    token = punctuation(c);
    if (token.opens()) {
      depth++;
    } else if (token.closes() && depth > 0) {
      depth--;
    }
    return token;
  }

  private void skipBlanks() {
    while (end < textEnd) {
      char c = text.charAt(end);
      if (c == ';') {
        int lineFeed = text.indexOf('\n', end);
        end = lineFeed < 0 ? textEnd : lineFeed;
      } else if (c == ' ' || c == '\t' || c == '\r' || c == '\n' && depth > 0) {
        end++;
      } else {
        return;
      }
    }
  }

  private Token punctuation(char c) {
    switch (c) {
      case '\n':
        return Token.NEWLINE;
      case ',':
        return Token.COMMA;
      case '|':
        return Token.BAR;
      case '(':
        return Token.PAREN_OPEN;
      case ')':
        return Token.PAREN_CLOSE;
      case '[':
        return Token.BRACKET_OPEN;
      case ']':
        return Token.BRACKET_CLOSE;
      case '{':
        return Token.BRACE_OPEN;
      case '}':
        return Token.BRACE_CLOSE;
      case '"':
        string = quoted('"');
        return Token.STRING;
      case '\'':
        return character();
      default:
        return prefixed(c);
    }
  }

  private Token prefixed(char c) {
    char following = end < textEnd ? text.charAt(end) : 0;
    switch (c) {
      case ':' -> {
        if (isNameStart(following)) {
          string = name();
          return Token.ATOM;
        }
        if (following == '"') {
          end++;
          string = quoted('"');
          return Token.ATOM;
        }
        return Token.COLON;
      }
      case '@' -> {
        return label(following);
      }
      case '.' -> {
        if (isNameStart(following)) {
          string = name();
          return Token.DIRECTIVE;
        }
        if (following == '"') {
          end++;
          string = quoted('"');
          return Token.DIRECTIVE;
        }
      }
      case '#' -> {
        if (isDigit(following)) {
          number();
          return Token.INDEX;
        }
      }
      default -> {
        Token token = pair(c, following);
        if (token != null) {
          end++;
          return token;
        }
        if (c == '=') {
          return Token.EQUALS;
        }
        if (c == '-' && text.startsWith("inf", end)) {
          skipDottedName();
          return Token.WORD;
        }
      }
    }
    end = start + Character.charCount(text.codePointAt(start));
    throw new Mistake(start, end, "unexpected character " + shown(text.codePointAt(start)));
  }

  private static Token pair(char first, char second) {
    return switch (first) {
      case '-' -> second == '>' ? Token.ARROW : null;
      case '=' -> second == '>' ? Token.FAT_ARROW : null;
      case '%' -> second == '{' ? Token.MAP_OPEN : null;
      case '<' -> second == '<' ? Token.BYTES_OPEN : null;
      case '>' -> second == '>' ? Token.BYTES_CLOSE : null;
      default -> null;
    };
  }

  private Token label(char following) {
    if (isNameStart(following)) {
      string = name();
      return Token.LABEL;
    }
    if ((following == '+' || following == '-')
        && end + 1 < textEnd
        && isDigit(text.charAt(end + 1))) {
      int from = ++end;
      number();
      if (token == Token.FLOAT || bits < 0) {
        throw new Mistake(from, end, "a distance is a number of words");
      }
      bits = following == '-' ? -bits : bits;
      return Token.DISTANCE;
    }
    throw new Mistake(start, end, "expected a label's name behind @");
  }

  private String name() {
    int from = end;
    while (end < textEnd && isNamePart(text.charAt(end))) {
      end++;
    }
    return text.substring(from, end);
  }

  private void skipDottedName() {
    while (end < textEnd) {
      char c = text.charAt(end);
      boolean dot =
          c == '.' && end + 1 < textEnd && isNamePart(text.charAt(end + 1)) && end > start;
      if (!isNamePart(c) && !dot) {
        return;
      }
      end++;
    }
  }

  private Token number() {
    NumberScanner number = new NumberScanner(text, end);
    try {
      token = number.scan();
    } finally {
      // Behind a wrong number too: who goes on after a mistake must not meet it again.
      end = number.end();
    }
    bits = number.bits();
    return token;
  }

  private Token character() {
    String content = quoted('\'');
    if (content.isEmpty() || content.codePointCount(0, content.length()) != 1) {
      throw new Mistake(start, end, "expected one character between the quotes");
    }
    bits = content.codePointAt(0);
    return Token.INTEGER;
  }

  private String quoted(char quote) {
    StringBuilder content = null;
    int from = end;
    while (true) {
      char c = end < textEnd ? text.charAt(end) : '\n';
      if (c == quote) {
        String rest = text.substring(from, end++);
        String all = content == null ? rest : content.append(rest).toString();
        checkSurrogates(all);
        return all;
      }
      if (c == '\n') {
        throw new Mistake(start, end, "the closing " + quote + " is missing on this line");
      }
      if (c == '\\') {
        content = content == null ? new StringBuilder() : content;
        content.append(text, from, end);
        escape(content);
        from = end;
      } else {
        end++;
      }
    }
  }

  private void checkSurrogates(String content) {
    for (int i = 0; i < content.length(); ) {
      int codePoint = content.codePointAt(i);
      if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
        throw new Mistake(start, end, "half of a surrogate pair is no character");
      }
      i += Character.charCount(codePoint);
    }
  }

  private void escape(StringBuilder content) {
    int from = end;
    end = Math.min(end + 2, textEnd);
    switch (from + 1 < textEnd ? text.charAt(from + 1) : '\n') {
      case 'n' -> content.append('\n');
      case 't' -> content.append('\t');
      case 'r' -> content.append('\r');
      case '0' -> content.append('\0');
      case 'e' -> content.append('\u001b');
      case '\\' -> content.append('\\');
      case '"' -> content.append('"');
      case '\'' -> content.append('\'');
      case 'u' -> content.appendCodePoint(unicodeEscape(from));
      default ->
          throw new Mistake(
              from, end, "unknown escape; there are \\n \\t \\r \\0 \\e \\\\ \\\" \\' \\u{1F600}");
    }
  }

  private int unicodeEscape(int from) {
    int close = end < textEnd && text.charAt(end) == '{' ? text.indexOf('}', end) : -1;
    if (close >= 0 && close - end <= 7 && close > end + 1) {
      int codePoint = hex(end + 1, close);
      end = close + 1;
      boolean surrogate =
          codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
      if (codePoint >= 0 && codePoint <= Character.MAX_CODE_POINT && !surrogate) {
        return codePoint;
      }
    }
    throw new Mistake(from, end, "expected a code point such as \\u{1F600}");
  }

  private int hex(int from, int to) {
    int value = 0;
    for (int i = from; i < to; i++) {
      int digit = Character.digit(text.charAt(i), 16);
      if (digit < 0) {
        return -1;
      }
      value = value << 4 | digit;
    }
    return value;
  }

  private static String shown(int codePoint) {
    int type = Character.getType(codePoint);
    boolean isInvisible = type == Character.FORMAT || type == Character.SURROGATE;
    return isInvisible || Character.isISOControl(codePoint)
        ? "U+" + String.format("%04X", codePoint)
        : Character.toString(codePoint);
  }

  static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  static boolean isNameStart(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_';
  }

  static boolean isNamePart(char c) {
    return isNameStart(c) || isDigit(c);
  }

  /** Whether text can stand as a name without quotes. */
  static boolean isName(String text) {
    if (text.isEmpty() || !isNameStart(text.charAt(0))) {
      return false;
    }
    return text.chars().allMatch(c -> isNamePart((char) c));
  }

  Source source() {
    return source;
  }
}
