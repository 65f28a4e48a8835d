package org.skerry.assembly;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The programs that the pages show are programs. */
class NotesTest {
  private static final Pattern PROGRAM = Pattern.compile("```ska\n(.*?)```", Pattern.DOTALL);

  @TestFactory
  List<DynamicTest> shouldAssembleWhatThePagesShow() throws Exception {
    List<Path> pages = new ArrayList<>(List.of(Path.of("README.md")));
    try (Stream<Path> notes = Files.list(Path.of("native-notes"))) {
      notes.filter(page -> page.toString().endsWith(".md")).sorted().forEach(pages::add);
    }
    List<DynamicTest> tests = new ArrayList<>();
    for (Path page : pages) {
      Matcher matcher = PROGRAM.matcher(Files.readString(page));
      while (matcher.find()) {
        String program = matcher.group(1);
        String name = page + ", program " + (tests.size() + 1);
        tests.add(
            DynamicTest.dynamicTest(
                name,
                () -> assertThat(Assembler.assemble(name, program).functions()).isNotEmpty()));
      }
    }
    assertThat(tests).hasSizeGreaterThan(3);
    return tests;
  }
}
