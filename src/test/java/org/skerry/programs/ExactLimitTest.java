package org.skerry.programs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Limits are exact: for each way to come to one there is a least limit with which a program works,
 * and with one less it gets the error that is documented, while the rest of the machine goes on.
 * Simulated, so that the same limit gives the same run; closing finds leaks.
 */
class ExactLimitTest {
  /** Main starts a child, waits for its end, and then starts another that needs little. */
  private static final String PARENT =
      """
      module m
      export function main() -> r
          r.self       me
          r.spawn.with p, %%{:max_heap => %d}, child(me)
          r.call       m, message()
        try
          send         p, m
          jump         @wait
        catch e
          r.tuple.get  kind, e, 0
          print        kind
      wait:
          r.const      m, nil
          r.const      e, nil
          collect
          r.receive.timeout answer, 1_000_000, @none
          print        answer
          jump         @next
      none:
          print        :none
      next:
          r.spawn      q, small(me)
          r.receive    answer
          r.return     answer
      end
      function small(r to) -> r
          send         to, {:goes, "on"}
          r.return     nil
      end
      function message() -> r
          %s
      end
      function child(r to) -> r
          %s
          send         to, :done
          r.return     nil
      end
      """;

  private static final String NO_MESSAGE = "r.return nil";

  private static final String LONG_LIST =
      """
          r.const      l, []
          i.const      n, 500
      more:
          r.string.from.i s, n
          r.tuple      t, (s, l)
          r.cons       l, t, l
          i.add        n, n, -1
          i.jump.gt    n, 0, @more
      """;

  private static String body(String way) {
    return switch (way) {
      case "allocation" -> LONG_LIST;
      case "array" -> "i64.new a, 777";
      case "text" -> "r.const s, \"0123456789\"\n" + "r.string.concat s, s, s\n".repeat(8);
      case "collection" -> "i64.new a, 500\n i64.new b, 300\n collect\n i.array.length n, a";
      case "stack" -> "i.call n, down(200)";
      case "message" -> "r.receive m\n i.const n, 0";
      case "selection" -> "select.begin\n r.select.next m\n select.take";
      default -> throw new AssertionError(way);
    };
  }

  private static String source(String way, long maxHeap) {
    boolean receives = way.equals("message") || way.equals("selection");
    String source =
        PARENT.formatted(maxHeap, receives ? LONG_LIST + "r.return l" : NO_MESSAGE, body(way));
    return source
        + """
        function down(i n) -> i
            i.jump.eq    n, 0, @bottom
            i.add        less, n, -1
            i.call       less, down(less)
            i.return     n
        bottom:
            i.return     0
        end
        """;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"allocation", "array", "text", "collection", "stack", "message", "selection"})
  void shouldKeepTheHeapLimitExactly(String way) {
    LongFunction<ProgramRun> run =
        limit -> ProgramRun.of(Program.source(source(way, limit)), Mode.simulated(1));
    long least = least(run, 600, 1 << 20);

    assertThat(run.apply(least).lines()).containsExactly(":done", "{:goes, \"on\"}");
    ProgramRun beyond = run.apply(least - 1);
    assertThat(beyond.lines()).containsExactly(":none", "{:goes, \"on\"}");
    assertThat(beyond.stderr())
        .contains("limit exceeded in process", "{:limit_exceeded, :heap}", "(m.child/1)");
    assertThat(beyond.exitStatus()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"array", "collection", "message"})
  void shouldKeepTheMemoryLimitExactly(String way) {
    String large =
        source(way, 1L << 40)
            .replace(LONG_LIST, "i64.new l, 1_400_000\n")
            .replace("500", "1_200_000")
            .replace("300", "900_000")
            .replace("777", "3_000_000");
    LongFunction<ProgramRun> run =
        limit ->
            ProgramRun.of(
                Program.source(large), Mode.simulated(1), options -> options.maxMemory(limit));
    long least = least(run, 16L << 20, 1L << 26);

    assertThat(run.apply(least).lines()).containsExactly(":done", "{:goes, \"on\"}");
    ProgramRun beyond = run.apply(least - 1);
    if (beyond.exitStatus() == 0) {
      assertThat(beyond.stdout()).endsWith(":none\n{:goes, \"on\"}\n");
    } else {
      // What is short is the machine's memory: a message's sender may be who asks for the last.
      assertThat(way).isEqualTo("message");
      assertThat(beyond.exitStatus()).isEqualTo(4);
    }
    assertThat(beyond.told() + beyond.stdout()).contains("limit_exceeded");
  }

  /** The same in main: its end is that of the program, with status 4. */
  @ParameterizedTest
  @CsvSource({"heap, 1048576", "memory, 67108864"})
  void shouldEndMainAtItsLimitWithStatusFour(String kind, long most) {
    String source =
        """
        module m
        export function main() -> r
            i64.new      a, 4_000
            i64.new      b, %s
            i.array.length n, a
            r.return     :done
        end
        """
            .formatted(kind.equals("heap") ? "40_000" : "3_000_000");
    LongFunction<ProgramRun> run =
        limit ->
            ProgramRun.of(
                Program.source(source),
                Mode.simulated(1),
                options -> kind.equals("heap") ? options.maxHeap(limit) : options.maxMemory(limit));
    long least = least(run, kind.equals("heap") ? 600 : 16L << 20, most);

    assertThat(run.apply(least).exitStatus()).isZero();
    ProgramRun beyond = run.apply(least - 1);
    assertThat(beyond.exitStatus()).isEqualTo(4);
    assertThat(beyond.told()).contains("{:limit_exceeded, :" + kind + "}").contains("test.ska:4");
  }

  @ParameterizedTest
  @ValueSource(strings = {"fail", "drop", "kill", "await"})
  void shouldKeepTheByteLimitOfAMailboxExactly(String policy) {
    LongFunction<ProgramRun> run =
        limit ->
            ProgramRun.of(
                Program.source(
                    """
                    module m
                    export function main() -> r
                        r.spawn.with p, %%{:max_mailbox_bytes => %d, :mailbox_policy => :%s}, waits()
                        r.const      m, {"a message", [1, 2, 3]}
                        i.send.try   one, p, m
                        i.send.try   two, p, m
                        i.send.try   three, p, m
                        i.add        n, one, two
                        i.add        n, n, three
                        sleep        1_000
                        i.jump.eq    n, 3, @all
                        r.return     :full
                    all:
                        r.return     :done
                    end
                    function waits() -> r
                        sleep        3_600_000_000_000
                        r.return     nil
                    end
                    """
                        .formatted(limit, policy)),
                Mode.simulated(1));
    long least = least(run, 16, 1 << 16);

    ProgramRun beyond = run.apply(least - 1);
    boolean isRefused = policy.equals("fail") || policy.equals("await");
    assertThat(run.apply(least).lines()).containsExactly(":done");
    assertThat(beyond.lines()).containsExactly(isRefused ? ":full" : ":done");
    assertThat(beyond.statistics().messages().dropped()).isEqualTo(policy.equals("drop") ? 1 : 0);
    assertThat(beyond.stderr().contains("{:limit_exceeded, :mailbox}"))
        .isEqualTo(policy.equals("kill"));
    assertThat(least % 3).as("three messages of the same size").isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 1023})
  void shouldKeepTheCountLimitOfAMailboxExactly(int limit) {
    ProgramRun run =
        ProgramRun.of(
            Program.source(
                """
                module m
                export function main() -> r
                    r.spawn.with p, %%{:max_mailbox => %d, :mailbox_policy => :fail}, waits()
                    i.const      n, 0
                  try
                more:
                    send         p, :message
                    i.add        n, n, 1
                    jump         @more
                  catch e
                    r.tuple.get  kind, e, 0
                    r.from.i     sent, n
                    r.tuple      t, (kind, sent)
                    r.return     t
                end
                function waits() -> r
                    sleep        3_600_000_000_000
                    r.return     nil
                end
                """
                    .formatted(limit)),
            Mode.simulated(1));

    assertThat(run.lines()).containsExactly("{:mailbox_full, " + limit + "}");
  }

  @Test
  void shouldKeepTheProcessLimitExactly() {
    LongFunction<ProgramRun> run =
        limit ->
            ProgramRun.of(
                Program.source(
                    """
                    module m
                    export function main() -> r
                        i.const      n, 7
                    more:
                        r.spawn      p, waits()
                        i.add        n, n, -1
                        i.jump.gt    n, 0, @more
                        r.return     :done
                    end
                    function waits() -> r
                        sleep        3_600_000_000_000
                        r.return     nil
                    end
                    """),
                Mode.simulated(1),
                options -> options.maxProcesses((int) limit));

    assertThat(least(run, 1, 100)).isEqualTo(8);
    assertThat(run.apply(7).exitStatus()).isEqualTo(4);
    assertThat(run.apply(7).told()).contains("{:limit_exceeded, \"r.spawn");
  }

  private static boolean works(ProgramRun run) {
    return run.stdout().contains(":done")
        && run.stderr().isEmpty()
        && run.statistics().messages().dropped() == 0;
  }

  /** The least limit with which the program does all that it should; there is one. */
  private static long least(LongFunction<ProgramRun> run, long low, long high) {
    assertThat(works(run.apply(high))).isTrue();
    assertThat(works(run.apply(low))).isFalse();
    long fails = low;
    long works = high;
    while (works - fails > 1) {
      long middle = (fails + works) >>> 1;
      if (works(run.apply(middle))) {
        works = middle;
      } else {
        fails = middle;
      }
    }
    return works;
  }
}
