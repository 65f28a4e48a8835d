package org.skerry.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonLineTest {
  @Test
  void shouldReadWhatItWrites() {
    String odd = "quote \" backslash \\ line\n control \u0001 é €";
    JsonLine line =
        new JsonLine()
            .add("text", odd)
            .add("count", 1_000_000L)
            .add("ns", 154.23456789)
            .add("small", 0.000_012_345)
            .add("yes", true)
            .add("none", Double.POSITIVE_INFINITY);

    Map<String, Object> members = JsonLine.parse(line.toString());

    assertThat(members)
        .containsEntry("text", odd)
        .containsEntry("count", 1e6)
        .containsEntry("ns", 154.235)
        .containsEntry("small", 0.000_012_345)
        .containsEntry("yes", true)
        .containsEntry("none", null)
        .hasSize(6);
  }

  @Test
  void shouldWriteNumbersWithoutExponent() {
    assertThat(new JsonLine().add("a", 1.5e12).add("b", 2e-7).add("c", 3.0))
        .hasToString("{\"a\":1500000000000,\"b\":0.0000002,\"c\":3}");
  }

  @Test
  void shouldReadJsonThatOthersWrote() {
    assertThat(JsonLine.parse(" { \"a\" : -1.5E3 ,\"b\":\"\\u0041\\/\\n\" } "))
        .containsEntry("a", -1500.0)
        .containsEntry("b", "A/\n");
    assertThat(JsonLine.parse("{}")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "text",
        "[]",
        "{",
        "{\"a\"}",
        "{\"a\":1",
        "{\"a\":1}x",
        "{\"a\":[1]}",
        "{\"a\":1,}",
        "{\"a\":tru}",
        "{\"a:1}",
        "{\"a\":\"b}",
        "{\"a\":{\"b\":1}}"
      })
  void shouldRefuseAnythingElse(String line) {
    assertThat(JsonLine.parse(line)).isNull();
  }
}
