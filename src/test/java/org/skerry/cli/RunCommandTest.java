package org.skerry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.skerry.Permissions;

/** How the command line of {@code skerry run} is read. */
class RunCommandTest {
  private final StringWriter err = new StringWriter();
  private RunRequest request;

  @Test
  void shouldRunWithDefaults() {
    assertThat(run("hello.ska")).isZero();

    assertThat(request).isEqualTo(RunRequest.of(Path.of("hello.ska"), List.of()));
  }

  @Test
  void shouldReadEveryOption() {
    assertThat(
            run(
                "--workers=3",
                "--pin",
                "0,2-3",
                "--idle",
                "park",
                "--max-memory",
                "1g",
                "--max-heap=64m",
                "--max-processes",
                "1000",
                "--deadline",
                "5s",
                "--seed",
                "-7",
                "--stats",
                "--wait",
                "p.skb"))
        .isZero();

    assertThat(request.workers()).isEqualTo(3);
    assertThat(request.pinning()).isEqualTo("0,2,3");
    assertThat(request.idle()).isEqualTo(RunRequest.Idle.PARK);
    assertThat(request.maxMemoryBytes()).isEqualTo(1L << 30);
    assertThat(request.maxHeapBytes()).isEqualTo(64L << 20);
    assertThat(request.maxProcesses()).isEqualTo(1000);
    assertThat(request.deadline()).isEqualTo(Duration.ofSeconds(5));
    assertThat(request.seed()).isEqualTo(-7);
    assertThat(request.stats()).isTrue();
    assertThat(request.waitForAll()).isTrue();
    assertThat(request.file()).isEqualTo(Path.of("p.skb"));
  }

  @Test
  void shouldLeaveEverythingBehindTheFileToTheProgram() {
    assertThat(run("--stats", "p.ska", "--workers", "-x", "--help", "--", "@x", "", "a b"))
        .isZero();

    assertThat(request.arguments())
        .containsExactly("--workers", "-x", "--help", "--", "@x", "", "a b");
    assertThat(request.workers()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "--workers, 0, must be from 1 to 1024",
    "--workers, 1025, must be from 1 to 1024",
    "--workers, many, many",
    "--pin, 3-1, is not a pinning",
    "--idle, sleep, sleep",
    "--max-memory, 64x, is not a size",
    "--max-memory, 100k, must be at least 16",
    "--max-heap, 0, must be above zero",
    "--max-processes, -1, must be from 1 to",
    "--deadline, soon, is not a duration",
    "--seed, x, x",
    "--colour, red, --colour",
  })
  void shouldSayWhatIsWrongWithAnOption(String option, String value, String message) {
    assertThat(run(option, value, "p.ska")).isEqualTo(2);

    assertThat(request).isNull();
    assertThat(err.toString()).contains(message).contains("skerry: ");
  }

  @Test
  void shouldReadWhatIsAllowed(@TempDir Path in, @TempDir Path out) {
    assertThat(run("p.ska")).isZero();
    assertThat(request.permissions()).isEqualTo(Permissions.NONE);

    assertThat(
            run(
                "--allow-read=" + in,
                "--allow-read=" + out,
                "--allow-write",
                out.toString(),
                "--allow-env=HOME",
                "--allow-run=sh",
                "--allow-net=localhost:80",
                "--allow-net=[::1]:*",
                "p.ska"))
        .isZero();
    assertThat(request.permissions())
        .isEqualTo(
            Permissions.builder()
                .read(in)
                .read(out)
                .write(out)
                .environment("HOME")
                .run("sh")
                .net("[::1]:*")
                .net("localhost:80")
                .build());

    assertThat(run("--allow-all", "p.ska")).isZero();
    assertThat(request.permissions()).isEqualTo(Permissions.ALL);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--allow-read", "--allow-write", "--allow-run"})
  void shouldRefuseToAllowWhatIsNotThere(String option, @TempDir Path folder) {
    assertThat(run(option + "=" + folder.resolve("nothing"), "p.ska")).isEqualTo(2);
    assertThat(err.toString()).contains(option).contains("nothing");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "host", "host:", ":80", "::1:80", "a b:80", "*.org:1", "h:65536"})
  void shouldRefuseToAllowWhatIsNoAddress(String address) {
    assertThat(run("--allow-net=" + address, "p.ska")).isEqualTo(2);
    assertThat(err.toString()).contains("--allow-net", "HOST:PORT");
  }

  @Test
  void shouldAskForFile() {
    assertThat(run("--stats")).isEqualTo(2);
    assertThat(err.toString()).contains("FILE");
  }

  private int run(String... args) {
    String[] all = new String[args.length + 1];
    all[0] = "run";
    System.arraycopy(args, 0, all, 1, args.length);
    ProgramRunner runner =
        (asked, unused) -> {
          request = asked;
          return ExitStatus.SUCCESS.code();
        };
    PrintWriter out = new PrintWriter(err, true);
    return CommandRunner.newCommandLine(runner).setOut(out).setErr(out).execute(all);
  }
}
