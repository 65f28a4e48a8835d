package org.skerry.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class DurationConverterTest {
  private final DurationConverter converter = new DurationConverter();

  @ParameterizedTest
  @CsvSource({
    "5s, 5000000000",
    "100ms, 100000000",
    "250us, 250000",
    "7ns, 7",
    "1.5s, 1500000000",
    "2m, 120000000000",
    "1h, 3600000000000",
    "1d, 86400000000000"
  })
  void shouldReadDuration(String text, long ns) {
    assertThat(converter.convert(text)).hasNanos(ns);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5", "s", "5 s s", "-5s", "five", "0s", "0.1ns1", "999999d"})
  void shouldRejectWhatIsNoDuration(String text) {
    assertThatThrownBy(() -> converter.convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageStartingWith("'" + text + "' is ");
  }
}
