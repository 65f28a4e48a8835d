package org.skerry.term;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LeafImagesTest {
  private static byte[] built(Consumer<TermBuilder> push) {
    try (TermFixture f = new TermFixture();
        TermBuilder builder = new TermBuilder(f.scratch)) {
      push.accept(builder);
      return builder.popFileImage(atom -> 0);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "1234567", "12345678", "123456789", "é", "日本語 and ASCII", "😀"})
  void shouldMakeTheImageThatTheBuilderMakesOfAString(String text) {
    assertThat(LeafImages.ofString(text)).isEqualTo(built(builder -> builder.pushString(text)));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 8, 9, 256, 257, 100_000})
  void shouldMakeTheImageThatTheBuilderMakesOfBytes(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (i * 31 + 1);
    }

    assertThat(LeafImages.ofBytes(bytes))
        .isEqualTo(built(builder -> builder.pushInlineBytes(bytes)));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.0, -0.0, 1.5, Double.NaN, Double.NEGATIVE_INFINITY, Double.MIN_VALUE})
  void shouldMakeTheImageThatTheBuilderMakesOfAFloat(double value) {
    assertThat(LeafImages.ofFloat(value)).isEqualTo(built(builder -> builder.pushFloat(value)));
  }

  @Test
  void shouldMakeTheImageThatTheBuilderMakesOfALargeInteger() {
    assertThat(LeafImages.ofInt(Long.MIN_VALUE))
        .isEqualTo(built(builder -> builder.pushInt(Long.MIN_VALUE)));
    assertThat(LeafImages.ofInt(Long.MAX_VALUE))
        .isEqualTo(built(builder -> builder.pushInt(Long.MAX_VALUE)));
  }
}
