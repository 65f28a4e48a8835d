package org.skerry.cli.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What one round of a benchmark gave.
 *
 * @param benchmark its name
 * @param number from 1, of those that count and those that do not apart
 * @param isWarmup whether it does not count
 * @param size of the work
 * @param figures by name, in the order in which they are shown; {@link #NS_PER_OP} comes first
 * @param lateness of each wake-up, in ns; null where that is not measured or not kept
 */
record Round(
    String benchmark,
    int number,
    boolean isWarmup,
    long size,
    Map<String, Double> figures,
    Histogram lateness) {
  /** Time of an operation; for fairness the lateness at p99. */
  static final String NS_PER_OP = "ns_per_op";

  static final String BYTES_PER_PROCESS = "bytes_per_process";
  static final String USED_BYTES_PER_PROCESS = "used_bytes_per_process";

  Round {
    figures = new LinkedHashMap<>(figures);
  }
}
