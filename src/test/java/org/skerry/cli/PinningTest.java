package org.skerry.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class PinningTest {
  private final Pinning.Converter converter = new Pinning.Converter();

  @Test
  void shouldReadWords() {
    assertThat(converter.convert("auto").mode()).isEqualTo(Pinning.Mode.AUTO);
    assertThat(converter.convert("none").mode()).isEqualTo(Pinning.Mode.NONE);
  }

  @Test
  void shouldReadCoresAndRangesInOrder() {
    Pinning pinning = converter.convert("3,0,4-6");

    assertThat(pinning.mode()).isEqualTo(Pinning.Mode.LIST);
    assertThat(pinning.cores()).containsExactly(3, 0, 4, 5, 6);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "all", "1,", ",1", "1-2-3", "3-1", "-1", "1,1", "0-3,2", "4096", "0-99999"})
  void shouldRejectWhatIsNoPinning(String text) {
    assertThatThrownBy(() -> converter.convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageStartingWith("'" + text + "' ");
  }
}
