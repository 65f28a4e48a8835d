package org.skerry.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.skerry.JitMode;
import org.skerry.Modules;
import org.skerry.Outcome;
import org.skerry.Vm;

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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "lengths-of-arrays",
        "accesses-together",
        "nested-loops",
        "floats-across-chunks",
        "nan-constants"
      })
  void shouldDoTheSameWhereSlicesGoOn(String name) throws Exception {
    Path file = Path.of("src/test/resources/tiers", name + ".ska");
    FuzzedProgram program = new FuzzedProgram(Files.readString(file));

    assertThat(AllWays.threaded().difference(List.of(program.verified()))).isNull();
  }

  /** A function whose methods are written as short as they can be. */
  @ParameterizedTest
  @ValueSource(ints = {1, 7, 200})
  void shouldDoTheSameInALargeFunction(int reductions) throws Exception {
    StringBuilder text = new StringBuilder("module m\nexport function main() -> i\ni.const n, 1\n");
    for (int i = 0; i < 100; i++) {
      text.append("i.add x%d, n, %d\n".formatted(i, i));
    }
    text.append("r.from.i r, x99\n");
    for (int i = 0; i < 100; i++) {
      text.append("i.const c, 3\nloop%d:\ni.add n, n, x%d\n".formatted(i, i));
      text.append("i.add c, c, -1\ni.jump.gt c, 0, @loop%d\n".formatted(i));
    }
    text.append("i.from.r t, r\ni.xor n, n, t\n");
    text.append("i.return n\nend\n");

    assertSame(new Circumstances(1, 1, reductions, true, 262_144, JitMode.EAGER), text.toString());
  }

  /** As exact as where each slice is the scheduler's: all but what the last one spent. */
  @Test
  void shouldCountReductionsWhereSlicesGoOn() throws Exception {
    String source =
        """
        module m
        export function main() -> r
            i.const      n, 1_000_000
        again:
            i.add        n, n, -1
            i.jump.gt    n, 0, @again
            r.process.info spent, :reductions
            i.from.r     n, spent
            i.jump.lt    n, 990_000, @less
            r.return     :enough
        less:
            r.return     spent
        end
        """;
    try (Vm vm = Vm.builder().workers(1).pin("none").jit(JitMode.EAGER).start()) {
      Modules.load(vm, new FuzzedProgram(source).verified());

      assertThat(vm.run("m")).isEqualTo(new Outcome.Returned(":enough", false));
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
