package org.skerry.assembly;

/** Names and strings as they are written in a source. */
public final class Quoted {
  private Quoted() {}

  /** A string. */
  public static String string(String text) {
    StringBuilder out = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      switch (c) {
        case '\n' -> out.append("\\n");
        case '\t' -> out.append("\\t");
        case '\r' -> out.append("\\r");
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        default -> {
          if (isShown(c)) {
            out.appendCodePoint(c);
          } else {
            out.append("\\u{")
                .append(Integer.toHexString(c).toUpperCase(java.util.Locale.ROOT))
                .append('}');
          }
        }
      }
    }
    return out.append('"').toString();
  }

  private static boolean isShown(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }

  /** An atom. */
  public static String atom(String name) {
    return ":" + (Scanner.isName(name) ? name : string(name));
  }

  static String name(String name) {
    return Scanner.isName(name) ? name : string(name);
  }

  static String module(String name) {
    return isDotted(name) ? name : string(name);
  }

  /** A function as code names it. */
  static String function(String module, String name) {
    if (module == null) {
      return name(name);
    }
    return isDotted(module) && Scanner.isName(name)
        ? module + "." + name
        : string(module) + "." + string(name);
  }

  private static boolean isDotted(String name) {
    boolean start = true;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (start
          ? !(i == 0 ? Scanner.isNameStart(c) : Scanner.isNamePart(c))
          : !Scanner.isNamePart(c) && c != '.') {
        return false;
      }
      start = c == '.';
    }
    return !start;
  }

  /** A float as a literal; NaNs other than the usual one need their bits. */
  static String floating(long bits) {
    double value = Double.longBitsToDouble(bits);
    if (Double.isNaN(value)) {
      return bits == LiteralParser.floatBits("nan")
          ? "nan"
          : "nan(0x" + Long.toHexString(bits) + ")";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "inf" : "-inf";
    }
    return Double.toString(value);
  }
}
