package org.skerry.io;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SizesTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "1023, 1023 B",
    "1024, 1 KiB",
    "1536, 1.5 KiB",
    "67108864, 64 MiB",
    "1610612736, 1.5 GiB",
    "9223372036854775807, 8 EiB"
  })
  void shouldPrintLargestFittingUnit(long bytes, String text) {
    assertThat(Sizes.text(bytes)).isEqualTo(text);
  }
}
