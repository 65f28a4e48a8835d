package org.skerry.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class ByteSizeConverterTest {
  private final ByteSizeConverter converter = new ByteSizeConverter();

  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "4096, 4096",
    "512b, 512",
    "64k, 65536",
    "64m, 67108864",
    "64MiB, 67108864",
    "1.5g, 1610612736",
    "1G, 1073741824",
    "2t, 2199023255552",
    "8388607t, 9223370937343148032"
  })
  void shouldReadSize(String text, long bytes) {
    assertThat(converter.convert(text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "64x", "m", "-1", "1 2", "0x10", "1e3", "64mm", "0", "0k", "9999999t"})
  void shouldRejectWhatIsNoSize(String text) {
    assertThatThrownBy(() -> converter.convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageStartingWith("'" + text + "' is ");
  }
}
