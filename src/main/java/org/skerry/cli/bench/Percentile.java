package org.skerry.cli.bench;

import java.util.Map;
import org.HdrHistogram.Histogram;

/** The percentiles of lateness that are told. */
enum Percentile {
  P50("p50", 50),
  P90("p90", 90),
  P99("p99", 99),
  P999("p99.9", 99.9),
  MAX("max", 100);

  /** Above any lateness of a program that ends: an hour. */
  private static final long HIGHEST_NS = 3_600_000_000_000L;

  private static final int DIGITS = 3;

  private final String label;
  private final double percent;

  Percentile(String label, double percent) {
    this.label = label;
    this.percent = percent;
  }

  String label() {
    return label;
  }

  /** Its name in JSON. */
  String key() {
    return label.replace(".", "") + "_ns";
  }

  long of(Histogram lateness) {
    return lateness.getValueAtPercentile(percent);
  }

  static void addAll(Histogram lateness, Map<String, Double> figures) {
    for (Percentile percentile : values()) {
      figures.put(percentile.key(), (double) percentile.of(lateness));
    }
  }

  /** One for latencies in ns, right to three digits. */
  static Histogram newHistogram() {
    return new Histogram(HIGHEST_NS, DIGITS);
  }

  static void record(long ns, Histogram lateness) {
    lateness.recordValue(Math.clamp(ns, 0, HIGHEST_NS));
  }
}
