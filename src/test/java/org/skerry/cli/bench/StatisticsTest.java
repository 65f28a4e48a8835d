package org.skerry.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class StatisticsTest {
  @Test
  void shouldFindTheMiddleAndTheSpread() {
    double[] figures = {9, 1, 3, 2, 100};

    assertThat(Statistics.of(figures)).isEqualTo(new Statistics(3, 2, 1, 100));
    assertThat(figures).containsExactly(9, 1, 3, 2, 100);
  }

  @Test
  void shouldTakeTheMeanOfTheTwoInTheMiddle() {
    assertThat(Statistics.of(new double[] {4, 1, 2, 9})).isEqualTo(new Statistics(3, 1.5, 1, 9));
  }

  @Test
  void shouldHaveNoSpreadForOneFigure() {
    assertThat(Statistics.of(new double[] {7})).isEqualTo(new Statistics(7, 0, 7, 7));
  }

  @Test
  void shouldRefuseNothing() {
    assertThatIllegalArgumentException().isThrownBy(() -> Statistics.median(new double[0]));
  }
}
