package org.skerry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands that take modules and sources, on good files and bad ones. */
class ModuleCommandsTest {
  private static final String SMALL =
      """
      module small

      export function main() -> r
          r.const  result, 42
          r.return result
      end
      """;

  @TempDir private Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void shouldAssembleBesideSource() throws IOException {
    Path source = write("small.ska", SMALL);

    assertThat(run("asm", source)).isZero();

    assertThat(directory.resolve("small.skb")).isNotEmptyFile();
    assertThat(out.toString() + err).isEmpty();
    assertThat(run("verify", source, directory.resolve("small.skb"))).isZero();
    assertThat(out.toString()).contains("small.ska: ok, functions: 1", "small.skb: ok");
  }

  @Test
  void shouldAssembleToNamedFile() throws IOException {
    Path module = directory.resolve("other.bin");

    assertThat(run("asm", write("small.ska", SMALL), "-o", module)).isZero();
    assertThat(run("verify", module)).isZero();
    assertThat(run("asm", write("small.ska", SMALL), "-o", directory.resolve("no/where")))
        .isEqualTo(2);
    assertThat(err.toString()).contains("skerry: no such directory: ");
  }

  @Test
  void shouldListMistakesOfSourceWithTheirPlaces() throws IOException {
    Path source = write("bad.ska", SMALL.replace("r.return result", "r.retrun result"));

    assertThat(run("asm", source)).isEqualTo(3);

    assertThat(err.toString()).startsWith(source + ":5:").contains("r.return", "^");
    assertThat(directory.resolve("bad.skb")).doesNotExist();
  }

  @Test
  void shouldSayWhatTheVerifierRejects() throws IOException {
    Path source =
        write(
            "bad.ska",
            """
            module small

            export function main() -> r
                r.const   a, 1
                r.jump.is a, 1, @over
                r.const   b, 2
            over:
                r.return  b
            end
            """);

    assertThat(run("verify", source)).isEqualTo(3);

    assertThat(err.toString()).contains("bad.ska: rejected by the verifier").contains("small.main");
  }

  @Test
  void shouldDisassembleToWhatAssemblesToTheSameBytes() throws IOException {
    Path text = directory.resolve("again.ska");
    Path again = directory.resolve("again.skb");
    assertThat(run("asm", write("small.ska", SMALL))).isZero();

    assertThat(run("dis", directory.resolve("small.skb"))).isZero();
    assertThat(out.toString()).contains("module small", "r.return");
    assertThat(run("dis", directory.resolve("small.skb"), "-o", text)).isZero();
    assertThat(text).hasContent(out.toString());
    assertThat(run("asm", text)).isZero();
    assertThat(again).hasSameBinaryContentAs(directory.resolve("small.skb"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"asm", "dis", "verify"})
  void shouldSayWhichFileCannotBeRead(String command) {
    assertThat(run(command, directory.resolve("none.ska"))).isEqualTo(2);
    assertThat(err.toString())
        .isEqualTo("skerry: no such file: %s/none.ska%n".formatted(directory));
    err.getBuffer().setLength(0);
    assertThat(run(command, directory)).isEqualTo(2);
    assertThat(err.toString()).isEqualTo("skerry: is a directory: %s%n".formatted(directory));
    err.getBuffer().setLength(0);
    assertThat(run(command, "")).isEqualTo(2);
    assertThat(err.toString()).isEqualTo("skerry: the name of the file is empty%n".formatted());
  }

  @Test
  void shouldRejectWhatIsNeitherModuleNorSource() throws IOException {
    Path file = directory.resolve("binary.ska");
    Files.write(file, new byte[] {'m', (byte) 0xFF, 0});

    assertThat(run("verify", file)).isEqualTo(3);
    assertThat(err.toString()).contains("neither a module nor a source: byte 1 is not UTF-8");
  }

  @Test
  void shouldRejectEmptyFiles() throws IOException {
    assertThat(run("verify", write("empty.skb", ""))).isEqualTo(3);
    assertThat(err.toString()).contains("the file is empty: ");
    assertThat(run("verify", write("empty.ska", ""))).isEqualTo(3);
  }

  @Test
  void shouldRejectTruncatedModule() throws IOException {
    assertThat(run("asm", write("small.ska", SMALL))).isZero();
    byte[] module = Files.readAllBytes(directory.resolve("small.skb"));
    Path cut = directory.resolve("cut");
    Files.write(cut, Arrays.copyOf(module, module.length - 1));

    assertThat(run("verify", cut)).isEqualTo(3);
    assertThat(err.toString()).contains("cut: malformed module at byte");
  }

  @Test
  void shouldReportTheWorstOfSeveralFiles() throws IOException {
    Path good = write("small.ska", SMALL);
    Path bad = write("bad.ska", "module");

    assertThat(run("verify", directory.resolve("none"), bad, good)).isEqualTo(3);
    assertThat(out.toString()).contains("small.ska: ok");
  }

  @Test
  void shouldNotOverwriteModuleWithItself() throws IOException {
    assertThat(run("asm", write("small.ska", SMALL))).isZero();

    assertThat(run("asm", directory.resolve("small.skb"))).isEqualTo(2);
    assertThat(err.toString()).contains("is a module already");
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  private int run(Object... args) {
    return CommandRunner.run(
        new PrintWriter(out, true),
        new PrintWriter(err, true),
        Arrays.stream(args).map(Object::toString).toArray(String[]::new));
  }
}
