package org.skerry.cli.bench;

import java.util.Arrays;

/**
 * By what factor figures differ from others, and how sure that is: the Hodges–Lehmann estimate (the
 * median of all ratios of a new figure to an old one) with the interval that belongs to the
 * Mann–Whitney test. No distribution is assumed, and a round that was disturbed moves it little.
 *
 * @param ratio new by old
 * @param low the least factor that the figures do not contradict; 0 where there are too few
 * @param high the greatest; infinite where there are too few
 */
record RatioInterval(double ratio, double low, double high) {
  /** How often the interval misses the factor when nothing but chance is at work. */
  static final double ALPHA = 0.01;

  /** Beyond that many ratios their exact distribution is not needed: it is normal. */
  private static final int MAX_EXACT = 40 * 40;

  /** Standard deviations that {@link #ALPHA} leaves on both sides of a normal distribution. */
  private static final double NORMAL_QUANTILE = 2.5758293035489004;

  /** Whether there are too few figures to tell anything. */
  boolean isOpen() {
    return low == 0;
  }

  /**
   * Compares two samples, each of positive figures and not empty.
   *
   * @param from what the ratio is to
   * @param to what is compared
   */
  static RatioInterval of(double[] from, double[] to) {
    double[] ratios = new double[from.length * to.length];
    for (int i = 0; i < from.length; i++) {
      for (int j = 0; j < to.length; j++) {
        ratios[i * to.length + j] = to[j] / from[i];
      }
    }
    Arrays.sort(ratios);
    double middle = Statistics.median(ratios);
    int outside = outside(from.length, to.length);
    return outside == 0
        ? new RatioInterval(middle, 0, Double.POSITIVE_INFINITY)
        : new RatioInterval(middle, ratios[outside - 1], ratios[ratios.length - outside]);
  }

  /**
   * How many ratios at each end have to be passed for the interval: the greatest k with P(U &lt; k)
   * ≤ α/2, where U is the Mann–Whitney statistic of two samples of these sizes.
   */
  static int outside(int m, int n) {
    if (m * n > MAX_EXACT) {
      double deviation = Math.sqrt(m * (double) n * (m + n + 1) / 12);
      return (int) Math.floor(m * (double) n / 2 - NORMAL_QUANTILE * deviation);
    }
    double[] ways = ways(m, n);
    double all = Arrays.stream(ways).sum();
    double below = 0;
    int k = 0;
    while (below + ways[k] <= ALPHA / 2 * all) {
      below += ways[k];
      k++;
    }
    return k;
  }

  /** In how many orders of m and n figures the statistic is 0, 1, … m n. */
  private static double[] ways(int m, int n) {
    // The largest of all is one of the m, and above all n, or one of the n.
    double[][] byM = new double[m + 1][];
    for (int i = 0; i <= m; i++) {
      byM[i] = new double[] {1};
    }
    for (int j = 1; j <= n; j++) {
      for (int i = 1; i <= m; i++) {
        double[] sum = new double[i * j + 1];
        add(byM[i - 1], j, sum);
        add(byM[i], 0, sum);
        byM[i] = sum;
      }
    }
    return byM[m];
  }

  private static void add(double[] ways, int shift, double[] sum) {
    for (int u = 0; u < ways.length; u++) {
      sum[u + shift] += ways[u];
    }
  }
}
