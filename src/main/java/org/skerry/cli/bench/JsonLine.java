package org.skerry.cli.bench;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A JSON object on a line whose values are strings, numbers, true, false or null: all that
 * benchmarks are recorded with.
 */
final class JsonLine {
  private static final int DIGITS = 6;

  private static final Pattern MEMBER =
      Pattern.compile(
          "\\s*\"((?:[^\"\\\\]|\\\\.)*)\"\\s*:\\s*"
              + "(?:\"((?:[^\"\\\\]|\\\\.)*)\"|(-?\\d+(?:\\.\\d+)?(?:[eE][-+]?\\d+)?)|(true|false|null))"
              + "\\s*(,|})");

  private final StringBuilder text = new StringBuilder("{");

  JsonLine add(String name, String value) {
    return member(name, quoted(value));
  }

  JsonLine add(String name, long value) {
    return member(name, Long.toString(value));
  }

  JsonLine add(String name, boolean value) {
    return member(name, Boolean.toString(value));
  }

  /** With six digits: more would be noise. */
  JsonLine add(String name, double value) {
    if (!Double.isFinite(value)) {
      return member(name, "null");
    }
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(DIGITS)).stripTrailingZeros();
    return member(name, rounded.toPlainString());
  }

  private JsonLine member(String name, String value) {
    text.append(text.length() == 1 ? "" : ",").append(quoted(name)).append(':').append(value);
    return this;
  }

  @Override
  public String toString() {
    return text + "}";
  }

  private static String quoted(String value) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ' || Character.isSurrogate(c)) {
        quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }

  /**
   * Reads one.
   *
   * @return its members: strings, doubles, booleans, nulls; null where the line is no such object
   */
  static Map<String, Object> parse(String line) {
    Map<String, Object> members = new LinkedHashMap<>();
    String text = line.strip();
    if (!text.startsWith("{")) {
      return null;
    }
    if (text.substring(1).strip().equals("}")) {
      return members;
    }
    Matcher matcher = MEMBER.matcher(text);
    int at = 1;
    String end = ",";
    while (end.equals(",")) {
      matcher.region(at, text.length());
      if (!matcher.lookingAt()) {
        return null;
      }
      members.put(unquoted(matcher.group(1)), value(matcher));
      end = matcher.group(5);
      at = matcher.end();
    }
    return at == text.length() ? members : null;
  }

  private static Object value(Matcher matcher) {
    if (matcher.group(2) != null) {
      return unquoted(matcher.group(2));
    }
    if (matcher.group(3) != null) {
      return Double.valueOf(matcher.group(3));
    }
    String word = matcher.group(4);
    return word.equals("null") ? null : Boolean.valueOf(word);
  }

  private static String unquoted(String text) {
    if (text.indexOf('\\') < 0) {
      return text;
    }
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '\\') {
        plain.append(c);
        continue;
      }
      c = text.charAt(++i);
      if (c == 'u' && text.substring(i + 1).matches("(?s)[0-9a-fA-F]{4}.*")) {
        plain.append((char) Integer.parseInt(text.substring(i + 1, i + 5), 16));
        i += 4;
      } else {
        int at = "bfnrt".indexOf(c);
        plain.append(at < 0 ? c : "\b\f\n\r\t".charAt(at));
      }
    }
    return plain.toString();
  }
}
