package org.skerry.cli;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a duration such as {@code 5s}, {@code 100ms} or {@code 1.5h}. */
final class DurationConverter implements ITypeConverter<Duration> {
  private static final Pattern DURATION =
      Pattern.compile("(\\d{1,18}(?:\\.\\d{1,9})?)(ns|us|µs|ms|s|m|h|d)");
  private static final Map<String, Long> UNIT_NS =
      Map.of(
          "ns", 1L,
          "us", 1_000L,
          "µs", 1_000L,
          "ms", 1_000_000L,
          "s", 1_000_000_000L,
          "m", 60_000_000_000L,
          "h", 3_600_000_000_000L,
          "d", 86_400_000_000_000L);

  @Override
  public Duration convert(String text) {
    Matcher matcher = DURATION.matcher(text.strip());
    if (!matcher.matches()) {
      throw new TypeConversionException(
          "'"
              + text
              + "' is not a duration: write a number and ns, us, ms, s, m, h or d, as in 5s or"
              + " 100ms");
    }
    BigDecimal ns =
        new BigDecimal(matcher.group(1))
            .multiply(BigDecimal.valueOf(UNIT_NS.get(matcher.group(2))));
    if (ns.signum() == 0) {
      throw new TypeConversionException("'" + text + "' is no duration: it must be above zero");
    }
    if (ns.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
      throw new TypeConversionException("'" + text + "' is too long: at most 292 years");
    }
    return Duration.ofNanos(ns.longValue());
  }
}
