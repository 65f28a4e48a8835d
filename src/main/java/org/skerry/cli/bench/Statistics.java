package org.skerry.cli.bench;

import java.util.Arrays;

/**
 * The middle and the spread of some figures.
 *
 * @param median half of them are not above it, half not below
 * @param deviation median absolute deviation: half of them are within that distance of the median
 * @param least of them
 * @param greatest of them
 */
record Statistics(double median, double deviation, double least, double greatest) {
  /**
   * Of at least one figure.
   *
   * @param figures in any order; left as they are
   */
  static Statistics of(double[] figures) {
    double[] sorted = figures.clone();
    Arrays.sort(sorted);
    double median = middle(sorted);
    double[] distances = Arrays.stream(sorted).map(figure -> Math.abs(figure - median)).toArray();
    Arrays.sort(distances);
    return new Statistics(median, middle(distances), sorted[0], sorted[sorted.length - 1]);
  }

  static double median(double[] figures) {
    return of(figures).median();
  }

  private static double middle(double[] sorted) {
    if (sorted.length == 0) {
      throw new IllegalArgumentException("there is no median of nothing");
    }
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }
}
