package org.skerry.compare;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.Locale;

/** Figures as people read them, and their middle. */
final class Numbers {
  private static final String[] UNITS = {"ns", "µs", "ms", "s"};

  private Numbers() {}

  /** Three digits or so, and a unit that fits. */
  static String time(double ns) {
    double value = ns;
    int unit = 0;
    while (value >= 999.5 && unit < UNITS.length - 1) {
      value /= 1000;
      unit++;
    }
    return threeDigits(value) + " " + UNITS[unit];
  }

  static String whole(double value) {
    return String.format(Locale.ROOT, "%,d", Math.round(value));
  }

  /** {@code 0.0075}, {@code 0.047}, {@code 0.81}, {@code 1.5}, {@code 38}. */
  static String ratio(double value) {
    if (value > 0 && value < 0.0995) {
      return new BigDecimal(value).round(new MathContext(2)).toPlainString();
    }
    int places = value < 1.995 ? 2 : value < 9.95 ? 1 : 0;
    return String.format(Locale.ROOT, "%,." + places + "f", value);
  }

  /** Two times or sizes, with the unit once where it is the same: {@code 150 to 160 ns}. */
  static String range(String least, String greatest) {
    String unit = least.substring(least.lastIndexOf(' '));
    String from = greatest.endsWith(unit) ? least.substring(0, least.lastIndexOf(' ')) : least;
    return from + " to " + greatest;
  }

  private static String threeDigits(double value) {
    int places = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
    return String.format(Locale.ROOT, "%,." + places + "f", value);
  }

  /** Of at least one. */
  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }
}
