package org.skerry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code skerry bench} as a user types it, at tiny sizes. */
class BenchCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({
    "pingpong, 10",
    "ring, 10",
    "spawn, 10",
    "skynet, 10",
    "fanin, 8",
    "bigmsg:list, 2",
    "bigmsg:array, 2",
    "rwlock, 128",
    "fib, 10",
    "nbody, 10",
    "spectralnorm, 10",
    "fannkuch, 5",
    "binarytrees, 4",
    "nsieve, 100",
    "mandelbrot, 8"
  })
  void shouldMeasure(String name, String size) {
    int status = run("bench", name, "--size", size, "--rounds=2", "--warmup=1", "--json");

    assertThat(status).as(err.toString()).isZero();
    List<String> lines = out.toString().lines().toList();
    assertThat(lines).hasSize(4);
    assertThat(lines.get(0)).startsWith(head(name, size) + ",\"round\":1,\"warmup\":true,");
    assertThat(lines.get(1)).startsWith(head(name, size) + ",\"round\":1,\"warmup\":false,");
    assertThat(lines.get(2)).startsWith(head(name, size) + ",\"round\":2,\"warmup\":false,");
    assertThat(lines.get(3))
        .startsWith(head(name, size) + ",\"median_ns_per_op\":")
        .contains("\"rounds\":2,\"warmup_rounds\":1,");
  }

  @ParameterizedTest
  @CsvSource({"timers, 20", "fairness, 5"})
  void shouldMeasureLateness(String name, String size) {
    int status = run("bench", name, "-n", size, "--rounds=1", "--warmup=0", "--json");

    assertThat(status).as(err.toString()).isZero();
    assertThat(out.toString().lines().toList())
        .hasSize(2)
        .allSatisfy(line -> assertThat(line).contains("\"p50_ns\":", "\"p99_ns\":", "\"max_ns\":"));
  }

  @Test
  void shouldMeasureMemory() {
    int status =
        run("bench", "idle", "idle:mailbox", "-n", "1000", "--rounds=1", "--json", "--workers=1");

    assertThat(status).as(err.toString()).isZero();
    List<String> lines = out.toString().lines().toList();
    assertThat(lines).hasSize(4).allSatisfy(line -> assertThat(line).contains("bytes_per_process"));
    assertThat(lines.get(1)).contains("\"bench\":\"idle\"", "\"workers\":1,");
    assertThat(lines.get(3)).contains("\"bench\":\"idle:mailbox\"");
    // Exact, and more than the block of a process: the ring too, where there is a mailbox.
    assertThat(usedBytes(lines.get(0))).isBetween(512.0, 640.0);
    assertThat(usedBytes(lines.get(2))).isBetween(1_280.0, 2_000.0);
  }

  private static double usedBytes(String line) {
    return Double.parseDouble(line.replaceAll(".*\"used_bytes_per_process\":([0-9.]+).*", "$1"));
  }

  @ParameterizedTest
  @CsvSource({"--jit=off", "--no-jit", "--jit=eager", "--idle=park", "--pin=none"})
  void shouldRunAsAsked(String option) {
    int status = run("bench", "fib", "-n", "12", "--rounds=1", "--warmup=0", option);

    assertThat(status).as(err.toString()).isZero();
    assertThat(out.toString().lines().toList())
        .hasSize(2)
        .last()
        .asString()
        .startsWith("fib ")
        .contains(" a run ");
  }

  @Test
  void shouldListAll() {
    assertThat(run("bench", "--list")).isZero();

    assertThat(out.toString())
        .contains("pingpong      n  1,000,000  one operation: a message", "bigmsg:list ")
        .hasLineCount(19);
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void shouldSuggestAName() {
    assertThat(run("bench", "fib", "pinpong")).isEqualTo(2);

    assertThat(err.toString())
        .startsWith("skerry: there is no benchmark pinpong; did you mean pingpong?\n");
    assertThat(out.toString()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "--rounds=0, --rounds is 0: it must be from 1 to",
    "--warmup=-1, --warmup is -1: it must be from 0 to",
    "--workers=0, --workers is 0: it must be from 1 to 1024",
    "--pin=3-1, is not a pinning",
    "--size=0, --size is 0: it must be at least 1",
    "--size=5, --size needs a NAME",
    "--budget=soon, is not a duration",
    "--with=x, --with goes with --compare OLD.json",
    "--compare=nowhere.json, no such file: nowhere.json",
  })
  void shouldSayWhatIsWrongWithAnOption(String option, String message) {
    assertThat(run("bench", option)).isEqualTo(2);

    assertThat(err.toString()).startsWith("skerry: ").contains(message);
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void shouldSayThatNothingIsDone() {
    assertThat(run("bench", "fanin", "-n", "3")).isEqualTo(1);

    assertThat(err.toString()).endsWith("skerry: fanin: 3 is too small: nothing is done\n");
  }

  @Test
  void shouldSpendItsBudgetAndCountOneRoundAtLeast() {
    assertThat(run("bench", "fib", "-n", "5", "--budget=1ns", "--json")).isZero();

    assertThat(out.toString()).contains("\"rounds\":1,\"warmup_rounds\":0,").hasLineCount(2);
  }

  @Test
  void shouldCompareWithWhatWasRecorded() throws Exception {
    run("bench", "fib", "-n", "10", "--rounds=5", "--warmup=0", "--json");
    Path old = Files.writeString(directory.resolve("old.json"), out.toString());
    out.getBuffer().setLength(0);

    int status = run("bench", "fib", "-n", "11", "--rounds=1", "--warmup=0", "--compare", "" + old);

    assertThat(status).isZero();
    assertThat(out.toString())
        .containsPattern("\nfib +ns_per_op +.* of another size before\n")
        .endsWith("with 5 runs in each file, runs are.\n");
  }

  @Test
  void shouldFailWhereSomethingIsWorse() throws Exception {
    Path fast = Files.writeString(directory.resolve("fast.json"), rounds(10, 11, 12, 13, 14));
    Path slow = Files.writeString(directory.resolve("slow.json"), rounds(20, 21, 22, 23, 24));

    assertThat(run("bench", "--compare", "" + fast, "--with", "" + slow)).isEqualTo(1);
    assertThat(out.toString()).containsPattern("fib +ns_per_op +12.0 ns +22.0 ns .* worse\n");
    assertThat(run("bench", "--compare", "" + slow, "--with", "" + fast, "--json")).isZero();
    assertThat(out.toString()).endsWith("\"verdict\":\"better\"}\n");
  }

  @Test
  void shouldCompareRunsWhereThereAreMany() throws Exception {
    String run = rounds(10) + head("fib", "35") + ",\"median_ns_per_op\":10}\n";
    Path runs = Files.writeString(directory.resolve("runs.json"), run.repeat(5));

    assertThat(run("bench", "--compare", "" + runs, "--with", "" + runs)).isZero();
    assertThat(out.toString()).endsWith(" no change beyond the noise\n");
  }

  private static String rounds(int... nsPerOp) {
    StringBuilder lines = new StringBuilder();
    for (int ns : nsPerOp) {
      lines.append(head("fib", "35") + ",\"round\":1,\"warmup\":false,\"ns_per_op\":" + ns + "}\n");
    }
    return lines.toString();
  }

  private static String head(String name, String size) {
    return "{\"bench\":\"" + name + "\",\"n\":" + size;
  }

  private int run(String... args) {
    return CommandRunner.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
  }
}
