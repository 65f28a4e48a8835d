package org.skerry.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReportsTest {
  private final StringWriter text = new StringWriter();
  private final PrintWriter out = new PrintWriter(text, true);

  @ParameterizedTest
  @CsvSource({
    "0.432, 0.43 ns",
    "9.996, 10.0 ns",
    "154.4, 154 ns",
    "999.6, 1.00 µs",
    "5_880, 5.88 µs",
    "63_140_000, 63.1 ms",
    "1_176_000_000, 1.18 s",
    "12_345_000_000_000, '12,300 s'",
    "0, 0.00 ns"
  })
  void shouldShowTimesInThreeDigits(String ns, String shown) {
    assertThat(Figures.time(Double.parseDouble(ns.replace("_", "")))).isEqualTo(shown);
  }

  @Test
  void shouldSumRoundsUp() {
    Summary summary = Summary.of(Benchmark.TIMERS, rounds());

    assertThat(summary.rounds()).isEqualTo(2);
    assertThat(summary.warmupRounds()).isEqualTo(1);
    assertThat(summary.figures().get("ns_per_op"))
        .isEqualTo(new Statistics(6000, 1000, 5000, 7000));
    assertThat(summary.lateness().getTotalCount()).isEqualTo(2);
  }

  @Test
  void shouldTellPeople() {
    new TextReport(out).finished(Summary.of(Benchmark.TIMERS, rounds()));

    assertThat(text.toString().lines().toList())
        .hasSize(3)
        .satisfies(lines -> {
          assertThat(lines.get(0)).startsWith("benchmark").contains("median", "± MAD");
          assertThat(lines.get(1))
              .matches("timers +200,000 +6\\.00 µs a sleeper +17 % +5\\.00 µs … 7\\.00 µs \\(2\\)");
          assertThat(lines.get(2)).contains("late by p50 1.00 µs, p90 2.00 µs, p99 2.00 µs");
        });
  }

  @Test
  void shouldTellPrograms() {
    JsonReport report = new JsonReport(out, RunSettings.defaults(), "1.2");
    rounds().forEach(round -> report.done(Benchmark.TIMERS, round));
    report.finished(Summary.of(Benchmark.TIMERS, rounds()));

    List<String> lines = text.toString().lines().toList();
    assertThat(lines).hasSize(4);
    assertThat(lines.get(1))
        .isEqualTo(
            "{\"bench\":\"timers\",\"n\":200000,\"round\":1,\"warmup\":false,\"ns_per_op\":5000}");
    assertThat(lines.get(3)).startsWith("{\"bench\":\"timers\",\"n\":200000,\"median_ns_per_op\":");
    Map<String, Object> summary = JsonLine.parse(lines.get(3));
    assertThat(summary)
        .containsEntry("median_ns_per_op", 6000.0)
        .containsEntry("mad_ns_per_op", 1000.0)
        .containsEntry("samples", 2.0)
        .containsEntry("op", "sleeper")
        .containsEntry("rounds", 2.0)
        .containsEntry("jit", "hot")
        .containsEntry("skerry", "1.2")
        .containsKeys("p50_ns", "p90_ns", "p99_ns", "p999_ns", "max_ns", "workers", "jdk");
  }

  @Test
  void shouldRewriteALineOnATerminal() {
    Progress progress = new Progress(out, true, 2);
    progress.starting(Benchmark.FIB, true, 1, 3);
    progress.done(Benchmark.FIB, round(Benchmark.FIB, 1, true, 1_500));
    progress.starting(Benchmark.FIB, false, 1, 8);
    progress.finished(null);

    assertThat(text)
        .hasToString(
            "\r\u001b[K[1/2] fib: warm-up 1/3\r\u001b[K[1/2] fib: round 1/8, 1.50 µs a run"
                + "\r\u001b[K");
  }

  @Test
  void shouldWriteALineForEachBenchmarkElsewhere() {
    Progress progress = new Progress(out, false, 2);
    progress.starting(Benchmark.FIB, true, 1, 3);
    progress.starting(Benchmark.FIB, false, 1, 8);
    progress.finished(null);
    progress.starting(Benchmark.RING, true, 1, 3);

    assertThat(text.toString().lines()).containsExactly("[1/2] fib", "[2/2] ring");
  }

  private static List<Round> rounds() {
    return List.of(
        round(Benchmark.TIMERS, 1, true, 9_000),
        round(Benchmark.TIMERS, 1, false, 5_000),
        round(Benchmark.TIMERS, 2, false, 7_000));
  }

  private static Round round(Benchmark benchmark, int number, boolean isWarmup, double nsPerOp) {
    Histogram lateness = Percentile.newHistogram();
    Percentile.record(number * 1_000L, lateness);
    return new Round(
        benchmark.label(),
        number,
        isWarmup,
        benchmark.size(),
        Map.of(Round.NS_PER_OP, nsPerOp),
        lateness);
  }
}
