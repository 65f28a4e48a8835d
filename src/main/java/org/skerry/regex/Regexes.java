package org.skerry.regex;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.skerry.regex.RegexFailure.Kind;

/**
 * Patterns, and what is found by them in time linear in the length of the text. Patterns are kept
 * once compiled. Any thread.
 */
public final class Regexes {
  /** The most that the texts of a result have, in characters. */
  public static final long MAX_RESULT_CHARACTERS = 64 << 20;

  /** About the memory of a short text, and of what holds it, in characters. */
  private static final int PIECE_CHARACTERS = 48;

  /** Where there are more, all are forgotten. */
  private static final int MAX_KEPT = 256;

  /** A step for each place of the pattern and each character: so many take some microseconds. */
  private static final long SHORT_STEPS = 4_000;

  private final Map<String, Pattern> kept = new ConcurrentHashMap<>();

  /** None is kept yet. */
  public Regexes() {}

  /** Whether to look through a text takes microseconds. */
  public boolean isShort(String pattern, CharSequence text) {
    Pattern compiled = kept.get(pattern);
    return compiled != null && (long) compiled.programSize() * text.length() <= SHORT_STEPS;
  }

  private Pattern compile(String pattern) throws RegexFailure {
    Pattern known = kept.get(pattern);
    if (known != null) {
      return known;
    }
    PatternSize.check(pattern);
    try {
      Pattern compiled = Pattern.compile(pattern);
      if (kept.size() >= MAX_KEPT) {
        kept.clear();
      }
      kept.put(pattern, compiled);
      return compiled;
    } catch (PatternSyntaxException e) {
      throw new RegexFailure(Kind.SYNTAX, e.getDescription() + ": " + e.getPattern());
    } catch (StackOverflowError e) {
      throw new RegexFailure(Kind.TOO_LARGE, "a pattern too deep");
    }
  }

  private Matcher matcher(String pattern, String text) throws RegexFailure {
    Pattern compiled = compile(pattern);
    return compiled.matcher(new PatientText(text, compiled.programSize()));
  }

  /** Whether a pattern is found in a text. */
  public boolean isMatch(String pattern, String text) throws RegexFailure {
    return matcher(pattern, text).find();
  }

  /** The first that is found, and its groups, null for those that took no part; null for none. */
  public List<String> match(String pattern, String text) throws RegexFailure {
    Matcher matcher = matcher(pattern, text);
    return matcher.find() ? groups(matcher, text, new Budget()) : null;
  }

  /** All that are found, as {@link #match} gives one. */
  public List<List<String>> matchAll(String pattern, String text) throws RegexFailure {
    Matcher matcher = matcher(pattern, text);
    Budget budget = new Budget();
    List<List<String>> all = new ArrayList<>();
    while (matcher.find()) {
      all.add(groups(matcher, text, budget));
    }
    return all;
  }

  /** The groups with names of the first that is found; null for none. */
  public Map<String, String> named(String pattern, String text) throws RegexFailure {
    Matcher matcher = matcher(pattern, text);
    if (!matcher.find()) {
      return null;
    }
    Map<String, String> named = new LinkedHashMap<>();
    Budget budget = new Budget();
    for (Map.Entry<String, Integer> name : matcher.pattern().namedGroups().entrySet()) {
      named.put(name.getKey(), group(matcher, text, name.getValue(), budget));
    }
    return named;
  }

  /**
   * A text with all that are found replaced.
   *
   * @param replacement {@code $1} and {@code ${name}} stand for groups, {@code $$} for {@code $}
   */
  public String replace(String pattern, String text, String replacement) throws RegexFailure {
    Matcher matcher = matcher(pattern, text);
    Replacement parts = Replacement.of(replacement, matcher.pattern());
    Budget budget = new Budget();
    StringBuilder result = new StringBuilder();
    int end = 0;
    while (matcher.find()) {
      budget.take(matcher.start() - end);
      result.append(text, end, matcher.start());
      parts.append(matcher, text, budget, result);
      end = matcher.end();
    }
    return result.append(text, end, text.length()).toString();
  }

  /** The parts of a text between those that are found; empty ones are kept, also at the ends. */
  public List<String> split(String pattern, String text) throws RegexFailure {
    Matcher matcher = matcher(pattern, text);
    Budget budget = new Budget();
    List<String> parts = new ArrayList<>();
    int end = 0;
    while (matcher.find()) {
      if (matcher.end() == matcher.start()
          && (matcher.end() == 0 || matcher.end() == text.length() || matcher.end() == end)) {
        continue; // nothing between two characters parts them, but no part is made of nothing
      }
      budget.takePiece(0); // together the parts are no longer than the text
      parts.add(text.substring(end, matcher.start()));
      end = matcher.end();
    }
    parts.add(text.substring(end));
    return parts;
  }

  /** A pattern that finds a text. */
  public static String escape(String text) {
    return Pattern.quote(text);
  }

  private static List<String> groups(Matcher matcher, String text, Budget budget)
      throws RegexFailure {
    String[] groups = new String[matcher.groupCount() + 1];
    for (int i = 0; i < groups.length; i++) {
      groups[i] = group(matcher, text, i, budget);
    }
    return Arrays.asList(groups);
  }

  private static String group(Matcher matcher, String text, int group, Budget budget)
      throws RegexFailure {
    int start = matcher.start(group);
    if (start < 0) {
      return null;
    }
    budget.takePiece(matcher.end(group) - start);
    return text.substring(start, matcher.end(group));
  }

  /** What a result may still have. */
  static final class Budget {
    private long left = MAX_RESULT_CHARACTERS;

    /** Takes some characters, and what it costs to look at them. */
    void take(long characters) throws RegexFailure {
      left -= characters + 1;
      if (left < 0) {
        throw new RegexFailure(
            Kind.TOO_LARGE, "a result of more than 67_108_864 characters, 48 more for each piece");
      }
    }

    /** As {@link #take}, and as much memory as a text of its own takes on the Java heap. */
    void takePiece(long characters) throws RegexFailure {
      take(characters + PIECE_CHARACTERS);
    }
  }
}
