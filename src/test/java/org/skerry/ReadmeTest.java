package org.skerry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.skerry.assembly.Assembler;
import org.skerry.verify.Verifier;

/** What a newcomer copies from the README works. */
class ReadmeTest {
  @Test
  void shouldShowWhatItsProgramPrints() throws Exception {
    String readme = Files.readString(Path.of("README.md"));
    String program = block(readme, "```ska\n(.*?)```");
    String shown = block(readme, "\\$ scripts/skerry run pingpong.ska\n(.*?)\n```");
    ByteArrayOutputStream printed = new ByteArrayOutputStream();

    Outcome outcome;
    try (Vm vm = Vm.builder().workers(1).pin("none").output(printed, printed).start()) {
      Modules.load(vm, List.of(Verifier.verify(Assembler.assemble("pingpong.ska", program))));
      outcome = vm.run("pingpong");
    }

    assertThat(outcome).isInstanceOf(Outcome.Returned.class);
    assertThat(printed + ((Outcome.Returned) outcome).value()).isEqualTo(shown);
  }

  private static String block(String page, String pattern) {
    Matcher found = Pattern.compile(pattern, Pattern.DOTALL).matcher(page);
    assertThat(found.find()).isTrue();
    return found.group(1);
  }

  @Test
  void shouldNameTwoCommandsToSetUp() throws Exception {
    assertThat(Files.readAllLines(Path.of("README.md")))
        .contains("scripts/skerry run examples/skynet.ska", "mvn -q verify");
  }
}
