package org.skerry.assembly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Sources with every kind of mistake, and beside each what the assembler says of it; {@code
 * -Dskerry.notes=write} writes that anew, to be read before it is kept.
 */
class MistakesTest {
  private static final Path DIRECTORY = Path.of("src/test/resources/bad");

  static List<Path> sources() throws Exception {
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      return files.filter(file -> file.toString().endsWith(".ska")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("sources")
  void shouldSayWhatIsWrong(Path source) throws Exception {
    String name = source.getFileName().toString();
    String text = Files.readString(source);

    AssemblyException exception =
        catchThrowableOfType(AssemblyException.class, () -> Assembler.assemble(name, text));

    Path expected = source.resolveSibling(name.replace(".ska", ".txt"));
    assertThat(exception).isNotNull();
    if ("write".equals(System.getProperty("skerry.notes"))) {
      Files.writeString(expected, exception.getMessage() + "\n");
    }
    assertThat(exception.getMessage() + "\n").isEqualTo(Files.readString(expected));
  }

  @Test
  void shouldReportTwentyAndSayThatThereAreMore() throws Exception {
    String text = Files.readString(DIRECTORY.resolve("many.ska"));

    AssemblyException exception =
        catchThrowableOfType(AssemblyException.class, () -> Assembler.assemble("many.ska", text));

    assertThat(exception.errors()).hasSize(AssemblyException.MAX_ERRORS);
    assertThat(exception.hasMore()).isTrue();
    assertThat(exception.errors().getFirst().line()).isEqualTo(2);
    assertThat(exception.errors().getFirst().column()).isEqualTo(5);
  }
}
