package org.skerry.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The command line in a JVM of its own: signals, and streams and files that are not as usual. With
 * checked memory, so a machine that does not close cleanly says so on stderr.
 */
@Timeout(120)
class CommandProcessTest {
  private static final String BUSY =
      """
      module busy
      export function main() -> r
          r.spawn      p, idle()
          print        "ready"
      again:
          jump         @again
      end
      function idle() -> r
          sleep        3_600_000_000_000
          r.return     nil
      end
      """;

  private static final String IDLE =
      BUSY.replace("again:\n    jump         @again", "r.call       x, idle()\n    r.return     x");

  private static final String DEEP =
      """
      module deep
      export function main() -> r
          r.const      x, 1
          i.const      n, 60
      more:
          r.tuple      x, (x, x)
          i.add        n, n, -1
          i.jump.gt    n, 0, @more
          print        "ready"
      again:
        try
          r.hash       h, x
          r.return     :hashed
        catch e
          jump         @again
      end
      """;

  private static final String CHATTY =
      """
      module chatty
      export function main() -> r
          r.spawn      p, chat()
          r.call       x, chat()
          r.return     x
      end
      function chat() -> r
      again:
          print        "a line of some length, so that a pipe is soon full"
          jump         @again
      end
      """;

  @TempDir private Path directory;
  private Path out;
  private Path err;

  @BeforeEach
  void name() {
    out = directory.resolve("out");
    err = directory.resolve("err");
  }

  @ParameterizedTest
  @CsvSource({"INT, 130", "TERM, 143"})
  void shouldCloseCleanlyOnASignal(String signal, int status) throws Exception {
    for (String program : List.of(BUSY, IDLE, DEEP)) {
      Process process = command("run", "--workers=2", write("p.ska", program)).start();
      try (BufferedReader reader = process.inputReader()) {
        assertThat(reader.readLine()).as(Files.readString(err)).isEqualTo("ready");
        signal(process, signal);

        assertThat(process.waitFor()).as("%s of %s", signal, program).isEqualTo(status);
        assertThat(Files.readString(err)).isEmpty();
        assertThat(reader.readLine()).isNull();
      }
    }
  }

  @Test
  void shouldCloseThoughNobodyReadsItsOutput() throws Exception {
    Process process = command("run", write("chatty.ska", CHATTY)).start();
    try (BufferedReader reader = process.inputReader()) {
      assertThat(reader.readLine()).startsWith("a line"); // and then nothing more
      signal(process, "INT");

      assertThat(process.waitFor()).isEqualTo(130);
      assertThat(Files.readString(err)).isEmpty();
    }
  }

  @Test
  void shouldEndWhenTheReaderGoes() throws Exception {
    Process process = command("run", write("chatty.ska", CHATTY)).start();
    process.inputReader().readLine();
    process.inputReader().close();

    assertThat(process.waitFor()).isEqualTo(1);
    assertThat(Files.readString(err))
        .startsWith("skerry: cannot write the program's output: ")
        .hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"print :text\n r.return nil", "r.return :text"})
  void shouldTellThatTheOutputIsFull(String body) throws Exception {
    Path full = Path.of("/dev/full");
    assumeThat(full).exists();
    Path program = write("p.ska", "module p\nexport function main() -> r\n" + body + "\nend\n");

    int status = command("run", program).redirectOutput(full.toFile()).start().waitFor();

    assertThat(status).isEqualTo(1);
    assertThat(Files.readString(err))
        .startsWith("skerry: cannot write the program's output: ")
        .hasLineCount(1);
  }

  @Test
  void shouldTellThatTheListingCannotBeWritten() throws Exception {
    Path full = Path.of("/dev/full");
    assumeThat(full).exists();

    int status =
        command("dis", write("p.ska", CHATTY)).redirectOutput(full.toFile()).start().waitFor();

    assertThat(status).isEqualTo(1);
    assertThat(Files.readString(err)).isEqualTo("skerry: cannot write to stdout\n");
  }

  @Test
  void shouldRunWithoutStandardInput() throws Exception {
    List<String> command = new ArrayList<>(List.of("bash", "-c", "exec \"$@\" <&-", "bash"));
    command.addAll(command("run", Path.of("examples/hello.ska")).command());

    Process process = new ProcessBuilder(command).redirectOutput(out.toFile()).start();

    assertThat(process.waitFor()).isZero();
    assertThat(Files.readString(out)).isNotEmpty();
  }

  /** The other end stays open: neither a process that reads nor the one that is killed ends. */
  @Test
  void shouldReadLinesAndEndThoughOneIsAwaited() throws Exception {
    String program =
        """
        module p
        import stdin.read_line() -> r
        export function main() -> r
            r.call       line, stdin.read_line()
            print        line
            r.spawn      reader, read()
            r.spawn      killed, read()
            exit.signal  killed, :kill
            r.return     :done
        end
        function read() -> r
            r.call       line, stdin.read_line()
            r.return     line
        end
        """;
    Process process = command("run", write("p.ska", program)).start();
    BufferedWriter writer = process.outputWriter();
    writer.write("first\n");
    writer.flush();

    try (BufferedReader reader = process.inputReader()) {
      assertThat(reader.lines()).containsExactly("first", ":done");
      assertThat(process.waitFor()).isZero();
      assertThat(Files.readString(err)).isEmpty();
    }
  }

  @Test
  void shouldEndAtTheDeadlineThoughAnInstructionTakesLong() throws Exception {
    int status =
        command("run", "--deadline", "200ms", write("deep.ska", DEEP))
            .redirectOutput(out.toFile())
            .start()
            .waitFor();

    assertThat(status).isEqualTo(4);
    assertThat(Files.readString(err)).isEqualTo("skerry: the deadline of 200 ms is over\n");
  }

  /** Each frame uses up a slice, goes on from memory, and calls the next. */
  @Test
  void shouldGoOnInEachFrameOfADeepStack() throws Exception {
    String program =
        """
        module p
        export function main() -> r
            i.const n, 20_000
            i.call x, f(n)
            r.from.i z, x
            r.return z
        end
        function f(i n) -> i
            i.const k, 9_000
        l:
            i.add k, k, -1
            i.jump.gt k, 0, @l
            i.jump.le n, 0, @e
            i.add n, n, -1
            i.call n, f(n)
        e:
            i.return n
        end
        """;
    List<String> command =
        new ArrayList<>(command("run", "--jit=eager", write("p.ska", program)).command());
    command.add(1, "-Xss256k");

    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();

    assertThat(process.waitFor()).as(Files.readString(err)).isZero();
    assertThat(Files.readString(out)).isEqualTo("0\n");
  }

  @Test
  void shouldReportAProgramThatWaitsForEver() throws Exception {
    String program =
        """
        module p
        export function main() -> r
            r.receive m
            r.return  m
        end
        """;

    int status = command("run", write("p.ska", program)).start().waitFor();

    assertThat(status).isEqualTo(1);
    assertThat(Files.readString(err).lines().toList())
        .first()
        .isEqualTo("every process waits, and nothing is left that could wake one");
  }

  @Test
  void shouldWarnInOneLineWhereAWorkerCannotBePinned() throws Exception {
    String source = "module p\nexport function main() -> r\n    r.return :ran\nend\n";
    Process process = command("run", "--workers=1", "--pin=1023", write("p.ska", source)).start();
    try (BufferedReader reader = process.inputReader()) {
      assertThat(reader.readLine()).isEqualTo(":ran");
      assertThat(process.waitFor()).isZero();
      assertThat(Files.readAllLines(err))
          .singleElement()
          .asString()
          .startsWith("skerry: warning: cannot pin worker 0 to core 1023: ");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "export function other() -> r, p has no function main",
    "function main() -> r, p.main is not exported: write `export function main`",
    "export function main(r x) -> r, 'p.main is (r) -> r, but it must take nothing'",
  })
  void shouldSayWhatIsWrongWithMain(String header, String message) throws Exception {
    Path program = write("p.ska", "module p\n" + header + "\n    r.return :ran\nend\n");

    assertThat(run("run", program)).isEqualTo(3);
    assertThat(Files.readString(err)).startsWith("skerry: ").contains(message);
    assertThat(out).isEmptyFile();
  }

  @Test
  void shouldSayThatAFileMayNotBeRead() throws Exception {
    Path program = write("secret.ska", CHATTY);
    program.toFile().setReadable(false);
    assumeThat(Files.isReadable(program)).as("root may read every file").isFalse();

    assertThat(run("run", program)).isEqualTo(2);
    assertThat(Files.readString(err))
        .isEqualTo("skerry: no permission to read: %s\n".formatted(program));
  }

  @Test
  void shouldNotReadADeviceWithoutEnd() throws Exception {
    Path zero = Path.of("/dev/zero");
    assumeThat(zero).exists();

    assertThat(run("run", zero)).isEqualTo(3);
    assertThat(Files.readString(err))
        .isEqualTo("skerry: /dev/zero is too large: no end in sight, at most 16 MiB\n");
    assertThat(run("run", Path.of("/dev/null"))).isEqualTo(3);
    assertThat(Files.readString(err)).isEqualTo("skerry: the file is empty: /dev/null\n");
  }

  @Test
  void shouldRunAProgramThatComesThroughAPipe() throws Exception {
    Path pipe = directory.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    Process process = command("run", pipe).redirectOutput(out.toFile()).start();
    Files.write(pipe, Files.readAllBytes(Path.of("examples/hello.ska")));

    assertThat(process.waitFor()).as(Files.readString(err)).isZero();
    assertThat(Files.readString(out)).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"two words", "new\nline", "$(x)'\"", "%s%n", "grün"})
  void shouldRunAFileWhateverItsName(String name) throws Exception {
    Path program = write(name + ".ska", "module p\nexport function main() -> r\nthrow :x\nend\n");

    assertThat(run("run", program)).isEqualTo(1);
    assertThat(Files.readString(err)).contains("error in process").contains(":x");
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  private int run(Object... args) throws Exception {
    return command(args).redirectOutput(out.toFile()).start().waitFor();
  }

  private static void signal(Process process, String name) throws Exception {
    String[] kill = {"kill", "-" + name, Long.toString(process.pid())};
    assertThat(new ProcessBuilder(kill).start().waitFor()).isZero();
  }

  private ProcessBuilder command(Object... args) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--add-exports", "java.base/jdk.internal.misc=ALL-UNNAMED"));
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-Dskerry.memory=checked"));
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx128m", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add("org.skerry.cli.Main");
    for (Object arg : args) {
      command.add(arg.toString());
    }
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(err.toFile());
    builder.environment().put("LC_ALL", "C.UTF-8");
    return builder;
  }
}
