package org.skerry.regex;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.List;
import org.skerry.regex.RegexFailure.Kind;

/**
 * What is put in the place of a match: texts, and numbers of groups.
 *
 * @param parts {@link String} or {@link Integer}
 */
record Replacement(List<Object> parts) {
  static Replacement of(String text, Pattern pattern) throws RegexFailure {
    List<Object> parts = new ArrayList<>();
    int at = 0;
    while (true) {
      int dollar = text.indexOf('$', at);
      parts.add(text.substring(at, dollar < 0 ? text.length() : dollar));
      if (dollar < 0) {
        return new Replacement(parts);
      }
      at = dollar + 1;
      if (text.startsWith("$", at)) {
        parts.add("$");
        at++;
        continue;
      }
      boolean isInBraces = text.startsWith("{", at);
      int start = isInBraces ? at + 1 : at;
      int end = isInBraces ? text.indexOf('}', at) : endOfNumber(text, at);
      String name = end < 0 ? "" : text.substring(start, end);
      parts.add(group(name, pattern));
      at = isInBraces ? end + 1 : end;
    }
  }

  private static int endOfNumber(String text, int start) {
    int end = start;
    while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
      end++;
    }
    return end;
  }

  private static Integer group(String name, Pattern pattern) throws RegexFailure {
    Integer group = pattern.namedGroups().get(name);
    if (group == null && name.matches("[0-9]{1,5}")) {
      group = Integer.valueOf(name);
    }
    if (group == null || group > pattern.groupCount()) {
      throw new RegexFailure(Kind.SYNTAX, "a replacement names no group: $" + name);
    }
    return group;
  }

  void append(Matcher matcher, String text, Regexes.Budget budget, StringBuilder result)
      throws RegexFailure {
    for (Object part : parts) {
      switch (part) {
        case Integer group -> {
          int start = matcher.start(group);
          if (start >= 0) {
            budget.take(matcher.end(group) - start);
            result.append(text, start, matcher.end(group));
          }
        }
        default -> {
          String literal = (String) part;
          budget.take(literal.length());
          result.append(literal);
        }
      }
    }
  }
}
