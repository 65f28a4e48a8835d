package org.skerry.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResultsTest {
  @TempDir private Path directory;

  @Test
  void shouldTakeTheRatioWithinEachRound() throws Exception {
    // The machine is three times as slow in the second round: the ratios hardly change.
    Results results =
        results(
            row("pingpong", "skerry", 100, "-"),
            row("pingpong", "go", 200, "-"),
            row("pingpong", "skerry", 300, "-"),
            row("pingpong", "go", 500, "-"),
            row("pingpong", "skerry", 110, "-"),
            row("pingpong", "go", 200, "-"));

    assertThat(results.rounds()).isEqualTo(3);
    assertThat(results.ours(Question.PINGPONG)).containsExactly(100, 300, 110);
    assertThat(results.answers(Question.PINGPONG))
        .singleElement()
        .satisfies(answer -> {
          assertThat(answer.figure()).isEqualTo(200);
          assertThat(answer.ratio()).isCloseTo(0.55, within(1e-9));
          assertThat(answer.leastRatio()).isCloseTo(0.5, within(1e-9));
          assertThat(answer.greatestRatio()).isCloseTo(0.6, within(1e-9));
        });
  }

  @Test
  void shouldTakeTheBestVariantOfEach() throws Exception {
    Results results =
        results(
            row("pingpong", "skerry", 100, "-"),
            row("pingpong", "tokio", 240, "-"),
            row("pingpong", "tokio:unb", 170, "-"),
            row("pingpong", "erlang", 400, "-"));

    assertThat(results.answers(Question.PINGPONG))
        .extracting(Results.Answer::peer, Results.Answer::variant)
        .containsExactly(tuple(Peer.TOKIO, "unb"), tuple(Peer.ERLANG, ""));
  }

  @Test
  void shouldNotMixListsAndArrays() throws Exception {
    Results results =
        results(
            row("bigmsg", "skerry", 1_000, "-"),
            row("bigmsg", "skerry:cons", 8_000, "-"),
            row("bigmsg", "erlang", 6_000, "-"),
            row("bigmsg", "tokio", 400, "-"),
            row("bigmsg", "tokio:cons", 40_000, "-"));

    assertThat(results.ours(Question.LIST)).containsExactly(8_000);
    assertThat(results.ours(Question.ARRAY)).containsExactly(1_000);
    assertThat(figures(results, Question.LIST)).containsExactly(40_000.0, 6_000.0);
    assertThat(figures(results, Question.ARRAY)).containsExactly(400.0);
  }

  @Test
  void shouldReadFurtherFigures() throws Exception {
    Results results =
        results(
            row("timers", "skerry", 5_880, "p50_us:250;p99_us:1900;wall_ms:1176"),
            row("timers", "go", 6_000, "wall_ms:1250;p99_us:17000;check:x:y"),
            row("idle", "skerry", 300, "bytes_per_proc:543"),
            row("idle", "go", 300, "rss_mb:9"));

    assertThat(results.ours(Question.TIMERS_P99)).containsExactly(1_900_000);
    assertThat(figures(results, Question.TIMERS_P99)).containsExactly(17_000_000.0);
    assertThat(figures(results, Question.TIMERS_ALL)).containsExactly(1.25e9);
    assertThat(results.answers(Question.IDLE)).isEmpty();
    assertThat(Question.IDLE.shown(results.ours(Question.IDLE)[0])).isEqualTo("543 B");
  }

  @Test
  void shouldLeaveOutWhatFailedAndWhomItDoesNotKnow() throws Exception {
    Results results =
        results(
            row("fib", "skerry", 80e6, "-"),
            "2026-11-22\tfib\tjava\t-\t-\tfailed;rc:1",
            row("fib", "cobol", 1, "-"),
            "",
            "nonsense");

    assertThat(results.answers(Question.FIB)).isEmpty();
    assertThat(Table.of(results)).contains("| fib(35) | 80.0 ms | |");
  }

  @Test
  void shouldMakeATable() throws Exception {
    String table =
        Table.of(
            results(
                row("fib", "skerry", 80e6, "-"),
                row("fib", "java", 50e6, "-"),
                row("fib", "erlang", 160e6, "-"),
                row("fib", "skerry", 84e6, "-"),
                row("fib", "java", 50e6, "-")));

    assertThat(table.lines().toList())
        .containsExactly(
            "| Computing | Skerry (range) | by the best | Java | C | Go | LuaJIT | Erlang | Lua |",
            "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
            "| fib(35) | 82.0 ms (80.0 to 84.0 ms) | **1.64** | 1.64 (50.0 ms) |  |  |  |"
                + " 0.50 (160 ms) |  |",
            "");
  }

  @ParameterizedTest
  @CsvSource({
    "0.000038, 0.000038",
    "0.0471, 0.047",
    "0.1, 0.10",
    "0.999, 1.00",
    "2.04, 2.0",
    "38.4, 38",
    "1234, '1,234'"
  })
  void shouldShowRatios(double ratio, String shown) {
    assertThat(Numbers.ratio(ratio)).isEqualTo(shown);
  }

  private static List<Double> figures(Results results, Question question) {
    return results.answers(question).stream().map(Results.Answer::figure).toList();
  }

  private static String row(String bench, String peer, double nsPerOp, String extra) {
    return String.join("\t", "2026-11-22", bench, peer, "1", "" + nsPerOp, extra);
  }

  private Results results(String... rows) throws Exception {
    return Results.read(Files.write(directory.resolve("results.tsv"), List.of(rows)));
  }
}
