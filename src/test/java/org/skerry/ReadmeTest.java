package org.skerry;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.skerry.assembly.Assembler;
import org.skerry.module.VerifiedModule;
import org.skerry.verify.Verifier;

/** What a newcomer copies from the README works. */
class ReadmeTest {
  @Test
  void shouldShowProgramThatMayRun() throws Exception {
    String readme = Files.readString(Path.of("README.md"));
    Matcher program = Pattern.compile("```ska\n(.*?)```", Pattern.DOTALL).matcher(readme);
    assertThat(program.find()).isTrue();

    VerifiedModule module = Verifier.verify(Assembler.assemble("pingpong.ska", program.group(1)));

    assertThat(module.file().name()).isEqualTo("pingpong");
    assertThat(module.functions()).hasSize(2);
  }

  @Test
  void shouldNameTwoCommandsToSetUp() throws Exception {
    assertThat(Files.readAllLines(Path.of("README.md")))
        .contains("scripts/skerry run examples/skynet.ska", "mvn -q verify");
  }
}
