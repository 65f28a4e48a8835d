package org.skerry.programs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Small programs that say themselves what they print, and tables of instructions with their
 * results: each must do the same in every {@link Mode}, in checked memory.
 */
class ConformanceTest {
  private static final Path FOLDER = Path.of("src/test/resources/conformance");
  private static final int SEEDS = 3;

  @ParameterizedTest
  @MethodSource("programs")
  void shouldDoWhatTheProgramSays(Path file) {
    Expectations expectations = Expectations.of(Program.text(file));
    Program program = Program.file(file);
    for (Mode mode : Mode.all(SEEDS)) {
      ProgramRun run =
          ProgramRun.of(program, mode, expectations.arguments().toArray(String[]::new));
      expectations.check(file.getFileName() + " in mode " + mode, run);
    }
  }

  @ParameterizedTest
  @MethodSource("tables")
  void shouldGiveTheResultsOfTheTable(Path file) {
    CaseTable table = CaseTable.read(file);
    for (Mode mode : Mode.all(SEEDS)) {
      table.check(mode);
    }
  }

  @ParameterizedTest
  @MethodSource("tables")
  void shouldRaiseTypeErrorsForEveryOtherType(Path file) {
    for (CaseTable table : CaseTable.read(file).wrongTypes()) {
      table.check(Mode.ONE_WORKER);
      table.check(Mode.BOTH_ALWAYS);
    }
  }

  @Test
  void shouldHaveProgramsThatSaySomething() throws IOException {
    for (Path file : programs()) {
      boolean hasMain = Program.text(file).contains("export function main()");
      assertThat(Expectations.of(Program.text(file)).isEmpty()).as(file.toString()).isFalse();
      assertThat(hasMain).as(file.toString()).isTrue();
    }
  }

  /** What is imported by others stands in a folder of its own name, and is no program. */
  static List<Path> programs() throws IOException {
    return files(".ska").stream()
        .filter(file -> Program.text(file).contains("function main("))
        .toList();
  }

  static List<Path> tables() throws IOException {
    return files(".cases");
  }

  private static List<Path> files(String extension) throws IOException {
    try (Stream<Path> found = Files.list(FOLDER)) {
      return new ArrayList<>(
          found.filter(file -> file.toString().endsWith(extension)).sorted().toList());
    }
  }
}
