package org.skerry.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RatioIntervalTest {
  /** From printed tables: the greatest U that is significant at 1 %, on both sides; one more. */
  @ParameterizedTest
  @CsvSource({
    "4, 4, 0",
    "5, 5, 1",
    "5, 8, 3",
    "8, 8, 8",
    "10, 10, 17",
    "15, 15, 52",
    "20, 20, 106"
  })
  void shouldKnowTheDistributionOfTheStatistic(int m, int n, int outside) {
    assertThat(RatioInterval.outside(m, n)).isEqualTo(outside);
    assertThat(RatioInterval.outside(n, m)).isEqualTo(outside);
  }

  @Test
  void shouldGoOverToTheNormalDistributionWithoutAJump() {
    int exact = RatioInterval.outside(40, 40);
    int normal = RatioInterval.outside(41, 40);

    assertThat(normal - exact).isBetween(10, 20);
  }

  @Test
  void shouldSeeADifferenceThatNoRoundContradicts() {
    RatioInterval interval =
        RatioInterval.of(new double[] {10, 11, 10, 12, 10}, new double[] {20, 22, 21, 20, 24});

    assertThat(interval.low()).isGreaterThan(1);
    assertThat(interval.ratio()).isCloseTo(2, within(0.1));
    assertThat(interval.isOpen()).isFalse();
  }

  @Test
  void shouldBeTheInverseWhenTheSamplesChangePlaces() {
    double[] a = {10, 11, 10.5, 12, 9, 13};
    double[] b = {20, 22, 21, 20.5, 24};

    RatioInterval there = RatioInterval.of(a, b);
    RatioInterval back = RatioInterval.of(b, a);

    assertThat(back.ratio()).isCloseTo(1 / there.ratio(), within(0.01));
    assertThat(back.low()).isCloseTo(1 / there.high(), within(1e-9));
    assertThat(back.high()).isCloseTo(1 / there.low(), within(1e-9));
  }

  @Test
  void shouldTellNothingFromFewFigures() {
    RatioInterval interval = RatioInterval.of(new double[] {1, 1, 1, 1}, new double[] {9, 9, 9, 9});

    assertThat(interval.isOpen()).isTrue();
    assertThat(interval.ratio()).isEqualTo(9);
    assertThat(interval.high()).isInfinite();
  }

  @Test
  void shouldSeldomSeeADifferenceWhereThereIsNone() {
    Random random = new Random(4);
    int trials = 4_000;
    int alarms = 0;
    for (int trial = 0; trial < trials; trial++) {
      RatioInterval interval = RatioInterval.of(sample(random), sample(random));
      alarms += interval.low() > 1 || interval.high() < 1 ? 1 : 0;
    }

    assertThat(alarms / (double) trials).isBetween(0.001, RatioInterval.ALPHA * 1.5);
  }

  /** As rounds are: some are disturbed, and much slower. */
  private static double[] sample(Random random) {
    return random
        .doubles(8)
        .map(x -> 100 * (1 + x * x / 10) * (random.nextInt(6) == 0 ? 2 : 1))
        .toArray();
  }
}
