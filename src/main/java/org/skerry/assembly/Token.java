package org.skerry.assembly;

/** What the scanner finds. */
enum Token {
  /** A name, or names with dots between them; also {@code -inf}. */
  WORD("a name"),
  /** A name with a dot before it; also the quoted name of a function behind its module's. */
  DIRECTIVE("a directive"),
  INTEGER("an integer"),
  FLOAT("a float"),
  STRING("a string"),
  ATOM("an atom"),
  /** A name behind {@code @}. */
  LABEL("a label"),
  /** A signed number behind {@code @}. */
  DISTANCE("a distance"),
  /** A number behind {@code #}. */
  INDEX("an index"),
  COMMA("','"),
  COLON("':'"),
  ARROW("'->'"),
  FAT_ARROW("'=>'"),
  EQUALS("'='"),
  BAR("'|'"),
  PAREN_OPEN("'('"),
  PAREN_CLOSE("')'"),
  BRACKET_OPEN("'['"),
  BRACKET_CLOSE("']'"),
  BRACE_OPEN("'{'"),
  MAP_OPEN("'%{'"),
  BRACE_CLOSE("'}'"),
  BYTES_OPEN("'<<'"),
  BYTES_CLOSE("'>>'"),
  NEWLINE("the end of the line"),
  END("the end of the file");

  private final String text;

  Token(String text) {
    this.text = text;
  }

  /** What an error calls it. */
  String text() {
    return text;
  }

  boolean opens() {
    return this == PAREN_OPEN
        || this == BRACKET_OPEN
        || this == BRACE_OPEN
        || this == MAP_OPEN
        || this == BYTES_OPEN;
  }

  boolean closes() {
    return this == PAREN_CLOSE
        || this == BRACKET_CLOSE
        || this == BRACE_CLOSE
        || this == BYTES_CLOSE;
  }
}
