package org.skerry.programs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a test program says about itself in comments: see {@code native-notes/assembly.md}.
 *
 * @param stdout a test for each line: its text, or {@code /pattern/}
 * @param bytes all of stdout in hexadecimal, or null
 * @param stderr what some line of stderr or of the report contains
 * @param exitStatus of the command line
 * @param arguments of the program
 */
public record Expectations(
    List<String> stdout,
    String bytes,
    List<String> stderr,
    int exitStatus,
    List<String> arguments) {
  private static final Pattern COMMENT =
      Pattern.compile("; (expect|expect-match|expect-bytes|expect-error|exit|args):(?: (.*))?$");

  static Expectations of(String source) {
    List<String> stdout = new ArrayList<>();
    String bytes = null;
    List<String> stderr = new ArrayList<>();
    int exitStatus = 0;
    List<String> arguments = List.of();
    for (String line : source.lines().toList()) {
      Matcher comment = COMMENT.matcher(line);
      if (!comment.find()) {
        continue;
      }
      String value = comment.group(2) == null ? "" : comment.group(2);
      switch (comment.group(1)) {
        case "expect" -> stdout.add(value);
        case "expect-match" -> stdout.add("/" + value + "/");
        case "expect-bytes" -> bytes = value.strip();
        case "expect-error" -> stderr.add(value);
        case "exit" -> exitStatus = Integer.parseInt(value.strip());
        case "args" -> arguments = List.of(value.strip().split(" +"));
        default -> throw new AssertionError(line);
      }
    }
    return new Expectations(stdout, bytes, stderr, exitStatus, arguments);
  }

  boolean isEmpty() {
    return stdout.isEmpty() && bytes == null && stderr.isEmpty() && exitStatus == 0;
  }

  /** Checks that a run did what the program says. */
  void check(String what, ProgramRun run) {
    if (bytes != null) {
      assertThat(run.bytes()).as("stdout of %s; told: %s", what, run.told()).isEqualTo(bytes);
    } else {
      checkLines(what, run);
    }
    for (String text : stderr) {
      assertThat(run.told()).as("errors of %s", what).contains(text);
    }
    if (stderr.isEmpty() && exitStatus == 0) {
      assertThat(run.stderr()).as("stderr of %s", what).isEmpty();
    }
    assertThat(run.exitStatus())
        .as("exit status of %s; told: %s", what, run.told())
        .isEqualTo(exitStatus);
  }

  private void checkLines(String what, ProgramRun run) {
    List<String> lines = run.lines();
    List<String> shown = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String expected = i < stdout.size() ? stdout.get(i) : "";
      boolean pattern = expected.length() > 1 && expected.startsWith("/") && expected.endsWith("/");
      boolean matches =
          pattern && lines.get(i).matches(expected.substring(1, expected.length() - 1));
      shown.add(matches ? expected : lines.get(i));
    }
    assertThat(shown).as("stdout of %s; told: %s", what, run.told()).isEqualTo(stdout);
  }
}
