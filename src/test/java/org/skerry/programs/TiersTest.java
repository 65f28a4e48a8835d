package org.skerry.programs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.skerry.JitMode;

/**
 * A program cannot tell whether it is compiled: with the same seed it does the same, down to the
 * number of slices, messages and collections.
 */
class TiersTest {
  private static final int SEEDS = 4;

  @ParameterizedTest
  @MethodSource("programs")
  void shouldDoTheSameWithTheSameSeed(Path file) {
    Program program = Program.file(file);
    String[] arguments = Expectations.of(Program.text(file)).arguments().toArray(String[]::new);
    for (long seed = 1; seed <= SEEDS; seed++) {
      Mode mode = Mode.simulated(seed);
      ProgramRun interpreted = ProgramRun.of(program, mode, arguments);
      for (JitMode jit : List.of(JitMode.EAGER, JitMode.HOT)) {
        ProgramRun compiled = ProgramRun.of(program, mode.compiled(jit), arguments);

        assertThat(described(compiled))
            .as("%s in mode %s", file.getFileName(), mode.compiled(jit))
            .isEqualTo(described(interpreted));
      }
    }
  }

  /** All but the memory that is in use, of which compiled code is a part. */
  private static String described(ProgramRun run) {
    String statistics = run.statistics().toString();
    return run.stdout()
        + run.told()
        + run.exitStatus()
        + "\n"
        + statistics.substring(0, statistics.indexOf("memory"));
  }

  static Stream<Path> programs() throws IOException {
    try (Stream<Path> examples = Files.list(Path.of("examples"));
        Stream<Path> conformance = Files.list(Path.of("src/test/resources/conformance"))) {
      return Stream.concat(examples, conformance)
          .filter(file -> file.toString().endsWith(".ska"))
          .filter(file -> Program.text(file).contains("function main()"))
          .filter(file -> !ExamplesTest.isServer(file))
          .sorted()
          .toList()
          .stream();
    }
  }
}
