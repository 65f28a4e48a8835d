package org.skerry.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples that do what tools of the system do, beside those tools. */
@Timeout(120)
class ToolExamplesTest {
  private record Ran(int status, String out, String err) {}

  @TempDir private Path folder;
  private final List<String> files = new ArrayList<>();

  @BeforeEach
  void write() throws IOException {
    Random random = new Random(17);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 30_000; i++) {
      text.append(
          switch (random.nextInt(8)) {
            case 0 -> "\n";
            case 1 -> "\t \n";
            case 2 -> "word" + random.nextInt(1_000) + "\r\n";
            case 3 -> "\f\u000b";
            default -> "x".repeat(random.nextInt(12)) + " ";
          });
    }
    file("empty", "");
    file("text", text.toString());
    file("no end", "the last line\nhas no word7 end");
    file("long", "y".repeat(200_000) + "word1\n" + "z".repeat(70_000) + "\n");
  }

  private void file(String name, String text) throws IOException {
    files.add(Files.writeString(folder.resolve(name), text).toString());
  }

  private Ran tool(Path in, String... command) throws Exception {
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().put("LC_ALL", "C.UTF-8");
    int status = builder.redirectInput(in.toFile()).start().waitFor();
    return new Ran(status, Files.readString(out, UTF_8), Files.readString(err, UTF_8));
  }

  private Ran example(Path in, String name, String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-exports",
                "java.base/jdk.internal.misc=ALL-UNNAMED",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "org.skerry.cli.Main",
                "run",
                "--allow-read=" + folder,
                "examples/" + name + ".ska"));
    command.addAll(Arrays.asList(arguments));
    return tool(in, command.toArray(String[]::new));
  }

  private static List<List<String>> columns(String out) {
    return out.lines().map(line -> List.of(line.strip().split(" +", 4))).toList();
  }

  @Test
  void shouldCountAsWcDoes() throws Exception {
    List<String> command = new ArrayList<>(List.of("wc"));
    command.addAll(files);
    Path none = Path.of("/dev/null");
    Ran wc = tool(none, command.toArray(String[]::new));
    Ran ours = example(none, "wc", files.toArray(String[]::new));
    assertThat(ours.err).isEmpty();
    assertThat(columns(ours.out)).isEqualTo(columns(wc.out)).hasSize(files.size() + 1);
    for (String file : files) {
      assertThat(columns(example(Path.of(file), "wc").out))
          .isEqualTo(columns(tool(Path.of(file), "wc").out));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"word1", "word[0-9]*7", "^$", "^x+ *x$", "(word1|z{100})", "nowhere", "d"})
  void shouldFindAsGrepDoes(String pattern) throws Exception {
    Path none = Path.of("/dev/null");
    for (List<String> some : List.of(files, List.of(files.get(1)), List.of(files.get(2)))) {
      List<String> command = new ArrayList<>(List.of("grep", "-E", pattern));
      command.addAll(some);
      Ran grep = tool(none, command.toArray(String[]::new));
      List<String> arguments = new ArrayList<>(List.of(pattern));
      arguments.addAll(some);
      assertThat(example(none, "grep", arguments.toArray(String[]::new))).isEqualTo(grep);
    }
  }

  @Test
  void shouldSayWhatGrepCannotDo() throws Exception {
    Path none = Path.of("/dev/null");
    Ran missing = example(none, "grep", "last", files.get(2), folder.resolve("none").toString());
    assertThat(missing.status).isEqualTo(2);
    assertThat(missing.out).isEqualTo(files.get(2) + ":the last line\n");
    assertThat(missing.err).startsWith("grep: ").contains(":not_found");
    Ran wrong = example(none, "grep", "(", files.get(2));
    assertThat(wrong.status).isEqualTo(2);
    assertThat(wrong.err).contains(":regex_error");
    assertThat(example(none, "grep").status).isEqualTo(2);
    assertThat(example(none, "grep", "x", "/etc/hostname").err).contains(":not_permitted");
  }
}
