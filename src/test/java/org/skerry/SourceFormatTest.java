package org.skerry;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.googlejavaformat.java.Formatter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The sources are as google-java-format leaves them; {@code scripts/format} brings them there. */
class SourceFormatTest {
  private static final List<Path> ROOTS = List.of(Path.of("src"), Path.of("jmh"));

  /**
   * A table of one row a line, which the formatter would tear apart; scripts/format leaves it too.
   */
  private static final String TABLE = "Opcode.java";

  @Test
  void shouldBeFormatted() throws Exception {
    List<Path> files = new ArrayList<>();
    for (Path root : ROOTS) {
      if (Files.isDirectory(root)) {
        try (Stream<Path> found = Files.walk(root)) {
          found
              .filter(file -> file.toString().endsWith(".java"))
              .filter(file -> !file.endsWith(TABLE))
              .forEach(files::add);
        }
      }
    }
    assertThat(files).isNotEmpty();

    List<Path> unformatted = files.parallelStream().filter(file -> !isFormatted(file)).toList();

    assertThat(unformatted)
        .as("files to format with: scripts/format %s", spaced(unformatted))
        .isEmpty();
  }

  private static boolean isFormatted(Path file) {
    try {
      String source = Files.readString(file);
      return new Formatter().formatSourceAndFixImports(source).equals(source);
    } catch (Exception e) {
      throw new AssertionError("cannot format " + file, e);
    }
  }

  private static String spaced(List<Path> files) {
    return String.join(" ", files.stream().map(Path::toString).toList());
  }
}
