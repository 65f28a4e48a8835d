package org.skerry.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.skerry.JitMode;
import org.skerry.Outcome;

/** Programs that once did something else compiled than interpreted. */
class TierRegressionTest {
  private static final List<Integer> REDUCTIONS = List.of(1, 2, 3, 5, 17, 200);

  @ParameterizedTest
  @MethodSource("programs")
  void shouldDoTheSameInBothTiers(Path file) throws Exception {
    String text = Files.readString(file);
    Circumstances first = Circumstances.parse(text.lines().findFirst().orElseThrow().substring(2));

    assertSame(first, text);
    for (int reductions : REDUCTIONS) {
      for (JitMode jit : List.of(JitMode.EAGER, JitMode.HOT)) {
        for (boolean collects : List.of(false, true)) {
          assertSame(
              new Circumstances(1, 2, reductions, collects, first.maxHeapBytes(), jit), text);
        }
      }
    }
  }

  private static void assertSame(Circumstances circumstances, String text) throws Exception {
    try (TwoTiers tiers = new TwoTiers(circumstances)) {
      TwoTiers.Runs runs = tiers.run(new FuzzedProgram(text).verified());

      assertThat(runs.outcome()).as(circumstances.toString()).isNotInstanceOf(Outcome.Defect.class);
      assertThat(runs.compiled()).as(circumstances.toString()).isEqualTo(runs.interpreted());
    }
  }

  static Stream<Path> programs() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("src/test/resources/tiers"))) {
      return files.sorted().toList().stream();
    }
  }
}
