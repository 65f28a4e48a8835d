package org.skerry.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MeasuredTest {
  @Test
  void shouldReadWhatARoundGives() {
    assertThat(Measured.parse("{1234, 5, {73196, 38}}", false))
        .isEqualTo(new Measured(1234, 5, "{73196, 38}", null));
    assertThat(Measured.parse("{1, 2, :ok}", false).result()).isEqualTo(":ok");
  }

  @Test
  void shouldReadLateness() {
    Measured measured = Measured.parse("{9, 3, {1, 2}, i64[100 0 50000]}", true);

    assertThat(measured.result()).isEqualTo("{1, 2}");
    assertThat(measured.lateness().getTotalCount()).isEqualTo(3);
    assertThat(Percentile.P50.of(measured.lateness())).isEqualTo(100);
    assertThat(Percentile.MAX.of(measured.lateness())).isBetween(50_000L, 50_100L);
    assertThat(Measured.parse("{9, 3, 3, i64[]}", true).lateness().getTotalCount()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"nil", "{1, 2}", "{-1, 2, 3}", "{1, 2, 3", "{x, 2, 3}", "{1, 2, 3} "})
  void shouldRefuseAnyOtherForm(String term) {
    assertThat(Measured.parse(term, false)).isNull();
  }

  @Test
  void shouldAskForLatenessWhereItIsMeasured() {
    assertThat(Measured.parse("{9, 3, 3}", true)).isNull();
  }
}
