package org.skerry.cli.bench;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Figures as people read them: three digits, and a unit that fits. */
final class Figures {
  private static final String[] UNITS = {"ns", "µs", "ms", "s"};
  private static final int DIGITS = 3;

  private Figures() {}

  /** A time: {@code 154 ns}, {@code 5.88 µs}. */
  static String time(double ns) {
    double value = rounded(ns);
    int unit = 0;
    while (value >= 1000 && unit < UNITS.length - 1) {
      value /= 1000;
      unit++;
    }
    return number(value) + " " + UNITS[unit];
  }

  /** Three digits; no exponent, and no digit behind the point that says nothing. */
  static String number(double value) {
    double rounded = rounded(value);
    int places = rounded >= 99.95 ? 0 : rounded >= 9.995 ? 1 : 2;
    return String.format(Locale.ROOT, "%,." + places + "f", rounded);
  }

  /** To the nearest whole number. */
  static String whole(double value) {
    return count(Math.round(value));
  }

  /** A number of things. */
  static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  static String percent(double part, double of) {
    double percent = of == 0 ? 0 : 100 * part / of;
    return String.format(Locale.ROOT, percent < 9.95 ? "%.1f %%" : "%.0f %%", percent);
  }

  private static double rounded(double value) {
    return new BigDecimal(value).round(new MathContext(DIGITS)).doubleValue();
  }
}
