package org.skerry;

import static org.skerry.SystemArguments.bad;
import static org.skerry.SystemArguments.map;
import static org.skerry.SystemArguments.text;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The module {@code time}: what moments are called. Moments are ns since 1970-01-01T00:00:00Z, as
 * the instruction {@code i.time.wall} gives them. See {@code native-notes/system-modules.md}.
 */
final class TimeModule {
  private static final long NS_PER_SECOND = 1_000_000_000L;

  /** Of fixed length but for the fraction: nothing to go back for. */
  private static final Pattern RFC_3339 =
      Pattern.compile(
          "(\\d{4})-(\\d\\d)-(\\d\\d)[Tt ](\\d\\d):(\\d\\d):(\\d\\d)(?:\\.(\\d+))?"
              + "(?:[Zz]|([+-])(\\d\\d):(\\d\\d))");

  private static final int MAX_TEXT = 100;

  private static final List<String> FIELDS =
      List.of("year", "month", "day", "hour", "minute", "second", "nanosecond");

  private TimeModule() {}

  static HostModule module() {
    return HostModule.builder("time")
        .inline("fields(i ns) -> r", call -> fields(call.asLong(0)))
        .inlineLong("from_fields(r fields) -> i", call -> fromFields(call.term(0)))
        .inline("to_rfc3339(i ns) -> r", call -> instant(call.asLong(0)).toString())
        .inlineLong("from_rfc3339(r text) -> i", call -> fromText(text(call, 0)))
        .build();
  }

  private static Instant instant(long ns) {
    return Instant.ofEpochSecond(
        Math.floorDiv(ns, NS_PER_SECOND), Math.floorMod(ns, NS_PER_SECOND));
  }

  private static Map<Term, Object> fields(long ns) {
    OffsetDateTime time = instant(ns).atOffset(ZoneOffset.UTC);
    Map<Term, Object> fields = new LinkedHashMap<>();
    fields.put(Term.atom("year"), time.getYear());
    fields.put(Term.atom("month"), time.getMonthValue());
    fields.put(Term.atom("day"), time.getDayOfMonth());
    fields.put(Term.atom("hour"), time.getHour());
    fields.put(Term.atom("minute"), time.getMinute());
    fields.put(Term.atom("second"), time.getSecond());
    fields.put(Term.atom("nanosecond"), time.getNano());
    fields.put(Term.atom("weekday"), time.getDayOfWeek().getValue());
    fields.put(Term.atom("day_of_year"), time.getDayOfYear());
    return fields;
  }

  private static long fromFields(Term term) {
    Map<Term, Term> fields = map(term, "fields");
    int[] values = new int[FIELDS.size()];
    for (int i = 0; i < values.length; i++) {
      Term value = fields.getOrDefault(Term.atom(FIELDS.get(i)), Term.of(i == 1 || i == 2 ? 1 : 0));
      if (value.type() != TermType.INTEGER || value.asLong() != (int) value.asLong()) {
        throw bad(":" + FIELDS.get(i) + " is no number of one: " + value);
      }
      values[i] = (int) value.asLong();
    }
    if (!fields.containsKey(Term.atom("year"))) {
      throw bad("fields without :year");
    }
    try {
      return ns(
          LocalDateTime.of(
              values[0], values[1], values[2], values[3], values[4], values[5], values[6]),
          0);
    } catch (DateTimeException e) {
      throw bad("no such time: " + e.getMessage());
    }
  }

  private static long ns(LocalDateTime time, long offsetSeconds) {
    try {
      long seconds = time.toEpochSecond(ZoneOffset.UTC) - offsetSeconds;
      // Through the second after, so that the first moments of all do not overflow on the way.
      return seconds < 0
          ? Math.addExact(
              Math.multiplyExact(seconds + 1, NS_PER_SECOND), time.getNano() - NS_PER_SECOND)
          : Math.addExact(Math.multiplyExact(seconds, NS_PER_SECOND), time.getNano());
    } catch (ArithmeticException e) {
      throw bad("a time from 1677-09-21 to 2262-04-11 is told in 64 bits of ns, not " + time);
    }
  }

  private static long fromText(String text) {
    Matcher matcher = RFC_3339.matcher(text);
    if (text.length() > MAX_TEXT || !matcher.matches()) {
      throw bad("no time as RFC 3339 has it: " + Term.of(text));
    }
    int[] part = new int[6];
    for (int i = 0; i < part.length; i++) {
      part[i] = Integer.parseInt(matcher.group(i + 1));
    }
    boolean isLeap = part[5] == 60;
    try {
      LocalDateTime time =
          LocalDateTime.of(
              part[0], part[1], part[2], part[3], part[4], isLeap ? 59 : part[5], nano(matcher));
      long offset = offset(matcher);
      if (isLeap) {
        LocalDateTime utc = time.minusSeconds(offset);
        if (utc.getHour() != 23 || utc.getMinute() != 59) {
          throw bad("a leap second is the last of a day: " + text);
        }
        time = time.plusSeconds(1);
      }
      return ns(time, offset);
    } catch (DateTimeException e) {
      throw bad("no such time: " + text);
    }
  }

  /** Digits behind the ninth are cut off. */
  private static int nano(Matcher matcher) {
    String fraction = matcher.group(7);
    return fraction == null ? 0 : Integer.parseInt((fraction + "00000000").substring(0, 9));
  }

  private static long offset(Matcher matcher) {
    if (matcher.group(8) == null) {
      return 0;
    }
    int hours = Integer.parseInt(matcher.group(9));
    int minutes = Integer.parseInt(matcher.group(10));
    if (hours > 23 || minutes > 59) {
      throw new DateTimeException("no such offset");
    }
    long seconds = 3_600L * hours + 60L * minutes;
    return matcher.group(8).equals("-") ? -seconds : seconds;
  }
}
