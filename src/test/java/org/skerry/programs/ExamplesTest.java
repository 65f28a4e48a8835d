package org.skerry.programs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.skerry.JitMode;

/**
 * The examples print what they say, at small sizes, with one and two workers, under many seeds, and
 * under stress. A lateness that they print is a number without a sign: nobody wakes up early.
 */
class ExamplesTest {
  private static final Path FOLDER = Path.of("examples");
  private static final int SEEDS = 20;
  private static final List<Mode> STRESS =
      List.of(
          Mode.COLLECT_ALWAYS,
          Mode.SUSPEND_ALWAYS,
          Mode.BOTH_ALWAYS,
          Mode.BOTH_ALWAYS.compiled(JitMode.EAGER));

  /** Sizes where those that the examples name take long when everything is collected always. */
  private static final Map<String, String> STRESS_SIZES =
      Map.of(
          "biglist.ska", "200",
          "binarytrees.ska", "4",
          "fannkuch.ska", "5",
          "spectralnorm.ska", "20",
          "wordcount.ska", "200");

  @ParameterizedTest
  @MethodSource("examples")
  void shouldPrintWhatTheExampleSays(Path file) {
    check(file, Mode.ONE_WORKER);
    check(file, Mode.TWO_WORKERS);
    check(file, Mode.TWO_WORKERS.compiled(JitMode.EAGER));
  }

  @ParameterizedTest
  @MethodSource("examples")
  void shouldPrintWhatTheExampleSaysUnderStress(Path file) {
    for (Mode mode : STRESS) {
      String size = STRESS_SIZES.get(file.getFileName().toString());
      if (size == null) {
        check(file, mode);
      } else {
        ProgramRun plain = ProgramRun.of(Program.file(file), Mode.ONE_WORKER, size);
        ProgramRun stressed = ProgramRun.of(Program.file(file), mode, size);
        assertThat(plain.exitStatus()).as(plain.told()).isZero();
        assertThat(stressed.stdout())
            .as("%s in mode %s; told: %s", file, mode, stressed.told())
            .isEqualTo(plain.stdout())
            .isNotEmpty();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void shouldPrintWhatTheExampleSaysUnderEverySeed(Path file) {
    for (long seed = 1; seed <= SEEDS; seed++) {
      check(file, Mode.simulated(seed));
    }
  }

  @Test
  void shouldHaveAllExamples() throws IOException {
    assertThat(examples().map(file -> file.getFileName().toString().replace(".ska", "")))
        .contains("hello", "fib", "pingpong", "ring", "skynet", "fanin", "selective", "timeouts")
        .contains("sleepers", "fairness", "deep", "biglist", "wordcount", "nbody", "spectralnorm")
        .contains("fannkuch", "binarytrees", "nsieve", "mandelbrot", "supervised")
        .contains("philosophers", "bank", "counter", "backpressure", "barber", "smokers");
  }

  private static void check(Path file, Mode mode) {
    Expectations expectations = Expectations.of(Program.text(file));
    assertThat(expectations.isEmpty()).as("%s says what it prints", file).isFalse();
    ProgramRun run =
        ProgramRun.of(Program.file(file), mode, expectations.arguments().toArray(String[]::new));
    expectations.check(file.getFileName() + " in mode " + mode, run);
  }

  static Stream<Path> examples() throws IOException {
    try (Stream<Path> found = Files.list(FOLDER)) {
      return found
          .filter(file -> file.toString().endsWith(".ska"))
          .filter(file -> !isServer(file))
          .sorted()
          .toList()
          .stream();
    }
  }

  /** Whether a program serves until it is ended: those have tests of their own. */
  static boolean isServer(Path file) {
    return Program.text(file).contains("import tcp.listen");
  }
}
