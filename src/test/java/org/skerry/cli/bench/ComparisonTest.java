package org.skerry.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  @Test
  void shouldTellWhatIsBetterWorseAndTheSame() throws Exception {
    Recording from =
        recording(
            run("fib", 35, 100, 101, 102, 103, 104)
                + run("ring", 9, 100, 101, 102, 103, 104)
                + run("fanin", 9, 100, 101, 102, 103, 104));
    Recording to =
        recording(
            run("fib", 35, 80, 81, 82, 83, 84)
                + run("ring", 9, 120, 121, 122, 123, 124)
                + run("fanin", 9, 99, 103, 104, 101, 102));

    assertThat(Comparison.of(from, to))
        .extracting(Change::benchmark, Change::verdict)
        .containsExactly(
            tuple("fib", Change.Verdict.BETTER),
            tuple("ring", Change.Verdict.WORSE),
            tuple("fanin", Change.Verdict.SAME));
  }

  @Test
  void shouldSayWhyItCannotTell() throws Exception {
    Recording from =
        recording(run("fib", 35, 1, 2, 3) + run("ring", 9, 1, 1, 1, 1, 1) + run("idle", 9, 5));
    Recording to =
        recording(run("fib", 35, 7, 8, 9) + run("ring", 8, 1, 1, 1, 1, 1) + run("skynet", 9, 5));

    assertThat(verdicts(from, to))
        .containsExactly(Change.Verdict.OPEN, Change.Verdict.OTHER_SIZE, Change.Verdict.NEW);
  }

  @Test
  void shouldCompareRoundsOfFewRunsTogether() throws Exception {
    String slow = run("fib", 35, 100, 101, 102) + run("fib", 35, 103, 104, 105);
    String fast = run("fib", 35, 10, 11, 12) + run("fib", 35, 13, 14, 15);

    assertThat(verdicts(recording(slow), recording(fast))).containsExactly(Change.Verdict.BETTER);
  }

  @Test
  void shouldCompareRunsWhereThereAreEnoughOfThem() throws Exception {
    // Rounds of a run agree with each other; runs do not, so that the rounds alone would mislead.
    StringBuilder from = new StringBuilder();
    StringBuilder to = new StringBuilder();
    for (int run = 0; run < Comparison.MIN_RUNS; run++) {
      int slow = run % 2 == 0 ? 100 : 200;
      from.append(run("fib", 35, slow, slow + 1, slow + 2));
      to.append(run("fib", 35, slow + 3, slow + 4, slow + 5));
    }

    List<Change> changes = Comparison.of(recording(from.toString()), recording(to.toString()));

    assertThat(changes)
        .singleElement()
        .satisfies(change -> {
          assertThat(change.verdict()).isEqualTo(Change.Verdict.SAME);
          assertThat(change.from()).isEqualTo(101);
        });
  }

  @Test
  void shouldCompareEachFigureThatMatters() throws Exception {
    String line =
        "{\"bench\":\"timers\",\"n\":5,\"round\":1,\"warmup\":false,"
            + "\"ns_per_op\":7,\"p50_ns\":1,\"p99_ns\":3,\"max_ns\":9}\n";

    assertThat(Comparison.of(recording(line), recording(line)))
        .extracting(Change::figure)
        .containsExactly("ns_per_op", "p99_ns");
  }

  @Test
  void shouldNotCountTheSameFigureTwice() throws Exception {
    String line =
        "{\"bench\":\"fairness\",\"n\":5,\"round\":1,\"warmup\":false,"
            + "\"ns_per_op\":3,\"p99_ns\":3}\n";

    assertThat(Comparison.of(recording(line), recording(line)))
        .extracting(Change::figure)
        .containsExactly("ns_per_op");
  }

  @Test
  void shouldLeaveWarmUpOut() throws Exception {
    Recording recording =
        recording(
            "{\"bench\":\"fib\",\"n\":35,\"round\":1,\"warmup\":true,\"ns_per_op\":900}\n"
                + run("fib", 35, 5, 6));

    assertThat(recording.runs("fib"))
        .singleElement()
        .satisfies(run -> assertThat(run.rounds()).hasSize(2));
  }

  @Test
  void shouldSayWhichLineIsNoRecord() {
    assertThatThrownBy(() -> Recording.read("old.json", run("fib", 35, 1) + "what\u0007ever\n"))
        .isInstanceOf(Recording.UnreadableException.class)
        .hasMessage("old.json:3: not a line of skerry bench --json: what?ever");
    assertThatThrownBy(() -> Recording.read("empty", "\n"))
        .hasMessage("empty: no round of a benchmark in it");
  }

  private static List<Change.Verdict> verdicts(Recording from, Recording to) {
    return Comparison.of(from, to).stream().map(Change::verdict).toList();
  }

  private static Recording recording(String text) throws Recording.UnreadableException {
    return Recording.read("test", text);
  }

  /** Lines of a run as {@code --json} prints them. */
  private static String run(String benchmark, long n, double... nsPerOp) {
    String rounds =
        Arrays.stream(nsPerOp)
            .mapToObj(ns ->
                new JsonLine()
                    .add("bench", benchmark)
                    .add("n", n)
                    .add("round", 1)
                    .add("warmup", false)
                    .add("ns_per_op", ns)
                    .toString())
            .collect(Collectors.joining("\n"));
    return rounds
        + "\n"
        + new JsonLine().add("bench", benchmark).add("n", n).add("median_ns_per_op", 1)
        + "\n";
  }
}
