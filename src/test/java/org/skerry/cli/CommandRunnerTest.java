package org.skerry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandRunnerTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void shouldListCommandsAndExitStatusesInHelp() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString()).contains("doctor", "completion", "130", "interrupted");
    assertThat(err.toString()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "asm", "dis", "verify", "lint", "doctor", "completion"})
  void shouldHaveHelpAndVersionForEachCommand(String command) {
    assertThat(run(command, "--help")).isZero();
    assertThat(out.toString()).contains("Usage: skerry " + command);
    out.getBuffer().setLength(0);
    assertThat(run(command, "--version")).isZero();
    assertThat(out.toString()).contains("skerry ");
  }

  @Test
  void shouldAskForCommand() {
    assertThat(run()).isEqualTo(2);
    assertThat(err.toString()).contains("skerry: say what to do: ").contains("doctor");
  }

  @Test
  void shouldSuggestCommandForMisspeltOne() {
    assertThat(run("docter")).isEqualTo(2);
    assertThat(err.toString()).contains("docter").contains("Did you mean").contains("doctor");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void shouldRejectUnknownOption() {
    assertThat(run("doctor", "--colour")).isEqualTo(2);
    assertThat(err.toString()).contains("--colour").contains("skerry doctor --help");
  }

  @Test
  void shouldGenerateCompletionScript() {
    assertThat(run("completion")).isZero();
    assertThat(out.toString()).contains("complete -F").contains("doctor");
  }

  private int run(String... args) {
    return CommandRunner.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
  }
}
