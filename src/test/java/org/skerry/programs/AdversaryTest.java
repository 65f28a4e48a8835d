package org.skerry.programs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.skerry.JitMode;
import org.skerry.Outcome;
import org.skerry.VmBuilder;

/**
 * Programs that go to a limit and beyond: each fails alone, says why, and leaves nothing behind.
 */
class AdversaryTest {
  private static final long SMALL_HEAP = 1L << 20;

  @Test
  void shouldTellWhereAnUncaughtErrorOfMainComesFrom() {
    ProgramRun run =
        run(
            """
            module m
            export function main() -> r
                i.call       x, outer(7)
                r.return     nil
            end
            function outer(i n) -> i
                i.call       x, inner(n)
                i.return     x
            end
            function inner(i n) -> i
                i.div        q, n, 0
                i.return     q
            end
            """);

    assertThat(run.exitStatus()).isEqualTo(1);
    assertThat(run.told().lines().toList())
        .satisfies(lines -> {
          assertThat(lines).hasSize(4);
          assertThat(lines.get(0))
              .matches(
                  "error in process #pid<.*> \\(main\\): \\{:division_by_zero, \"i\\.div 7, 0\"}");
          assertThat(lines.get(1)).contains("inner").contains("test.ska:11");
          assertThat(lines.get(2)).contains("outer").contains("test.ska:7");
          assertThat(lines.get(3)).contains("main").contains("test.ska:3");
        });
  }

  @Test
  void shouldReportAnUncaughtErrorOfAnotherProcessAndGoOn() {
    ProgramRun run =
        run(
            """
            module m
            export function main() -> r
                r.spawn      p, child(1)
            again:
                i.alive      alive, p
                yield
                i.jump.eq    alive, 1, @again
                r.return     :still_here
            end
            function child(r x) -> r
                r.call       y, fails(x)
                r.return     y
            end
            function fails(r x) -> r
                r.add        y, x, :a
                r.return     y
            end
            """);

    assertThat(run.lines()).containsExactly(":still_here");
    List<String> report = run.stderr().lines().toList();
    assertThat(report).hasSize(3);
    assertThat(report.get(0))
        .matches("error in process #pid<.*> \\(m\\.child/1\\): \\{:type_error, \"r\\.add 1, :a\"}");
    assertThat(report.get(1)).contains("fails").contains("test.ska:15");
    assertThat(report.get(2)).contains("child").contains("test.ska:11");
  }

  @Test
  void shouldKeepTheTraceOfAnErrorThatIsRaisedAgain() {
    ProgramRun run =
        run(
            """
            module m
            export function main() -> r
                try
                  try
                    r.call   x, thrower()
                    r.return x
                  catch e
                  rethrow    e
                catch e
                rethrow      e
            end
            function thrower() -> r
                throw        {:mine, 1}
            end
            """);

    List<String> report = run.told().lines().toList();
    assertThat(report.get(0)).endsWith("(main): {:mine, 1}");
    assertThat(report.get(1)).contains("thrower").contains("test.ska:13");
    assertThat(report.get(2)).contains("main").contains("test.ska:5");
  }

  @Test
  void shouldEndAProcessThatRecursesWithoutEnd() {
    ProgramRun run =
        run(
            Mode.ONE_WORKER,
            builder -> builder.maxHeap(SMALL_HEAP),
            """
            module m
            export function main() -> r
                i.call       n, deeper(0)
                r.return     nil
            end
            function deeper(i n) -> i
                i.add        n, n, 1
                i.call       n, deeper(n)
                i.add        n, n, 1
                i.return     n
            end
            """);

    assertThat(run.exitStatus()).isEqualTo(4);
    assertThat(run.told())
        .contains("{:limit_exceeded, :heap}")
        .containsPattern("at m\\.deeper/1 \\(test\\.ska:8\\), [0-9]{5} times\n.*at m\\.main/0")
        .hasLineCount(4);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "r.cons x, 1, x",
        "r.tuple x, (x, x, x)",
        "i64.new x, 100_000_000_000",
        "term.new x, 1_099_511_627_776, nil",
        "r.string.concat s, s, s",
        "r.list.append l, l, l"
      })
  void shouldEndAProcessThatAllocatesWithoutEnd(String allocation) {
    ProgramRun run =
        run(
            Mode.TWO_WORKERS,
            builder -> builder.maxHeap(SMALL_HEAP),
            """
            module m
            export function main() -> r
                r.spawn      p, hungry()
            again:
                i.alive      alive, p
                sleep        1_000_000
                i.jump.eq    alive, 1, @again
                r.return     :still_here
            end
            function hungry() -> r
                r.const      x, []
                r.const      s, "text"
                r.const      l, [1, 2, 3]
            more:
                %s
                jump         @more
            end
            """
                .formatted(allocation));

    assertThat(run.lines()).containsExactly(":still_here");
    assertThat(run.stderr()).contains("hungry").contains("limit_exceeded").contains("test.ska:15");
  }

  @Test
  void shouldEndAProcessThatTheMemoryOfTheVmDoesNotSuffice() {
    ProgramRun run =
        run(
            Mode.TWO_WORKERS,
            builder -> builder.maxMemory(32L << 20),
            """
            module m
            export function main() -> r
                r.const      x, []
            more:
                r.cons       x, 1, x
                jump         @more
            end
            """);

    assertThat(run.exitStatus()).isEqualTo(4);
    assertThat(run.told()).contains("limit_exceeded");
  }

  @Test
  void shouldTellASenderThatTheVmHasNoMemoryForItsMessage() {
    ProgramRun run =
        run(
            Mode.ONE_WORKER,
            builder -> builder.maxMemory(32L << 20),
            """
            module m
            export function main() -> r
                r.spawn.with p, %{:max_mailbox => 10_000_000, :max_mailbox_bytes => 1_000_000_000}, deaf()
                try
            more:
                  send       p, {"a message", [1, 2, 3, 4, 5, 6, 7, 8, 9], "of the heap"}
                  jump       @more
                catch e
                r.tuple.get  kind, e, 0
                r.return     kind
            end
            function deaf() -> r
                sleep        3_600_000_000_000
                r.return     nil
            end
            """);

    assertThat(run.lines()).as(run.told()).containsExactly(":limit_exceeded");
  }

  @Test
  void shouldStartAsManyProcessesAsTheLimitSaysAndNoneMore() {
    ProgramRun run =
        run(
            Mode.ONE_WORKER,
            builder -> builder.maxProcesses(10),
            """
            module m
            export function main() -> r
                i.const      n, 1
                r.self       p
                try
            more:
                  r.spawn    p, waits()
                  i.add      n, n, 1
                  jump       @more
                catch e
                r.tuple.get  kind, e, 0
                r.from.i     m, n
                r.tuple      t, (m, kind)
                print        t
                ; One that ends makes room for one more.
                send         p, :end
            again:
                i.alive      alive, p
                yield
                i.jump.eq    alive, 1, @again
                r.spawn      p, waits()
                r.return     :one_more
            end
            function waits() -> r
                r.receive    m
                r.return     m
            end
            """);

    assertThat(run.lines()).containsExactly("{10, :limit_exceeded}", ":one_more");
  }

  @ParameterizedTest
  @ValueSource(strings = {"await", "fail", "drop", "kill"})
  void shouldFollowThePolicyOfAMailboxThatIsFull(String policy) {
    String source =
        """
        module m
        export function main() -> r
            r.spawn.with p, %%{:max_mailbox => 3, :mailbox_policy => :%s}, slow()
            send         p, 1
            send         p, 2
            send         p, 3
            i.send.try   sent, p, 4
            r.from.i     x, sent
            print        x
            r.send.after t, p, :go, 0
            try
              send       p, {5}
              print      :sent
              jump       @after
            catch e
            r.tuple.get  kind, e, 0
            print        kind
            jump         @after
        after:
            sleep        5_000_000
            i.alive      alive, p
            r.from.i     x, alive
            return       x
        end
        function slow() -> r
            sleep        2_000_000
        more:
            r.receive    m
            print        m
            jump         @more
        end
        """
            .formatted(policy)
            .replace("return       x", "r.return     x");
    List<String> expected =
        switch (policy) {
          case "await" -> List.of("0", "1", "2", "3", ":sent", "{5}", "1");
          case "fail" -> List.of("0", ":mailbox_full", "1", "2", "3", "1");
          case "drop" -> List.of("0", ":sent", "1", "2", "3", "1");
          default -> List.of("0", ":sent", "0");
        };

    Mode stressed = new Mode(2, 3L, true, true, JitMode.OFF);
    for (Mode mode : List.of(Mode.simulated(1), Mode.simulated(2), stressed)) {
      ProgramRun run = run(mode, builder -> builder, source);

      assertThat(run.lines().stream().filter(line -> !line.equals(":go")))
          .as("%s in mode %s; %s", policy, mode, run.told())
          .containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  @Test
  void shouldRaiseDeadlockWhereAProcessWouldWaitForItself() {
    ProgramRun run =
        run(
            """
            module m
            export function main() -> r
                r.self       me
                i.const      n, 0
                try
            more:
                  send       me, n_is_no_term
                  i.add      n, n, 1
                  jump       @more
                catch e
                r.tuple.get  kind, e, 0
                r.from.i     m, n
                r.tuple      t, (kind, m)
                r.return     t
            end
            """
                .replace("n_is_no_term", "{1}"));

    assertThat(run.lines()).containsExactly("{:deadlock, 1024}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jump @more",
        "i64.get i, a, 99\n jump @more",
        "i64.set a, 99, 0\n jump @more",
        "r.call.closure x, nil()\n jump @more",
        "i.div i, 1, 0\n jump @more",
        "r.head x, []\n jump @more",
        "throw :error",
        "tail.call.closure nil()"
      })
  void shouldEndATightLoopAtTheDeadline(String body) {
    String source =
        """
        module m
        export function main() -> r
            i64.new      a, 1
        more:
            try
              %s
            catch e
            jump         @more
        end
        """
            .formatted(body.replace("nil()", "no_closure()"))
            .replace("    try", "    r.const no_closure, nil\n    try");
    for (Mode mode : List.of(Mode.ONE_WORKER, Mode.simulated(1))) {
      ProgramRun run = run(mode, builder -> builder.deadline(Duration.ofMillis(20)), source);

      assertThat(run.exitStatus()).as("in mode %s", mode).isEqualTo(4);
      assertThat(run.told()).contains("deadline");
    }
  }

  @Test
  void shouldPreemptBulkWork() {
    ProgramRun run =
        run(
            """
            module m
            export function main() -> r
                i64.new      a, 1_000_000
                i64.new      b, 1_000_000
                i.const      n, 20
            more:
                i64.fill     a, 0, 1_000_000, 7
                array.copy   b, 0, a, 0, 1_000_000
                i.add        n, n, -1
                i.jump.gt    n, 0, @more
                r.return     nil
            end
            """);

    // 16 MB at 512 bytes a reduction are more than a slice, so each back edge ends one.
    assertThat(run.statistics().processes().preemptions()).isGreaterThanOrEqualTo(19);
  }

  @Test
  void shouldEitherCancelATimerOrDeliverItsMessage() {
    Program program =
        Program.source(
            """
            module m
            export function main() -> r
                r.self       me
                i.const      n, 0
                i.const      cancelled, 0
            more:
                r.send.after t, me, {:tick}, 20_000
                i.mul        ns, n, 1_000
                sleep        ns
                i.cancel     left, t
                i.jump.lt    left, 0, @sent
                i.add        cancelled, cancelled, 1
                r.receive.timeout m, 100_000, @next
                r.return     :cancelled_and_sent
            sent:
                r.receive.timeout m, 0, @lost
            next:
                i.add        n, n, 1
                i.jump.lt    n, 40, @more
                r.from.i     c, cancelled
                r.return     c
            lost:
                r.return     :neither
            end
            """);
    for (long seed = 0; seed < 50; seed++) {
      ProgramRun run = ProgramRun.of(program, Mode.simulated(seed));

      assertThat(run.lines()).as("seed %s", seed).hasSize(1);
      assertThat(run.lines().getFirst()).as("seed %s", seed).matches("[0-9]+");
    }
  }

  @Test
  void shouldRecurseAMillionFramesDeep() {
    ProgramRun run =
        run(
            """
            module m
            export function main() -> r
                r.call       n, depth(1_000_000)
                r.return     n
            end
            function depth(i n) -> r
                i.jump.eq    n, 0, @bottom
                r.from.i     here, n
                i.add        n, n, -1
                r.call       below, depth(n)
                r.jump.ge    below, here, @wrong
                r.return     here
            bottom:
                r.return     0
            wrong:
                throw        {below, here}
            end
            """
                .replace("throw        {below, here}", "throw        below"));

    assertThat(run.lines()).as(run.told()).containsExactly("1000000");
  }

  @Test
  void shouldNeedNoStackForTailCalls() {
    ProgramRun run =
        run(
            Mode.ONE_WORKER,
            builder -> builder.maxHeap(SMALL_HEAP),
            """
            module m
            export function main() -> r
                r.closure    f, small()
                r.closure    g, large()
                i.const      n, 2_500_000
                r.from.i     count, n
                r.call       x, small(count, f, g)
                print        x
                i.call       y, even(2_500_000)
                r.from.i     x, y
                r.return     x
            end
            function small(r n, r f, r g) -> r
                r.jump.is    n, 0, @done
                r.add        n, n, -1
                tail.call.closure g(n, f, g)
            done:
                r.return     :done
            end
            ; A frame of another size, that does not fit where the small one was.
            function large(r n, r f, r g) -> r
                r.tuple      a, (n, f)
                r.move       b, a
                r.move       c, b
                r.move       d, c
                f.const      x, 1.5
                f.move       y, x
                i.const      i, 1
                i.move       j, i
                tail.call.closure f(n, f, g)
            end
            function even(i n) -> i
                i.jump.eq    n, 0, @yes
                i.add        n, n, -1
                tail.call    odd(n, 1, 2, 3)
            yes:
                i.return     1
            end
            function odd(i n, r a, r b, r c) -> i
                i.jump.eq    n, 0, @no
                i.add        n, n, -1
                tail.call    even(n)
            no:
                i.return     0
            end
            """);

    assertThat(run.lines()).as(run.told()).containsExactly(":done", "1");
  }

  @Test
  void shouldGiveBackLargeBytesThatWereSentAround() {
    ProgramRun run =
        run(
            Mode.TWO_WORKERS,
            builder -> builder.maxMemory(64L << 20),
            """
            module m
            export function main() -> r
                r.self       me
                i.const      n, 0
            next:
                u8.new       a, 1_000_000
                r.bytes.from.u8 bytes, a, 0, 1_000_000
                r.spawn      p, passes(me, bytes)
                r.bytes.slice part, bytes, 1_000, 500_000
                send         p, part
                r.receive    x
                i.bytes.length length, x
                i.jump.ne    length, 500_000, @wrong
                i.add        n, n, 1
                i.jump.lt    n, 500, @next
                r.return     :all_back
            wrong:
                r.return     :wrong
            end
            function passes(r to, r whole) -> r
                r.receive    m
                send         to, m
                r.return     nil
            end
            """);

    assertThat(run.lines()).as(run.told()).containsExactly(":all_back");
  }

  @Test
  void shouldRunTheSameAgainWithTheSameSeed() {
    Program racy = racy();
    Set<String> orders = new HashSet<>();
    for (long seed = 0; seed < 10; seed++) {
      ProgramRun first = ProgramRun.of(racy, Mode.simulated(seed));
      ProgramRun second = ProgramRun.of(racy, Mode.simulated(seed));

      assertThat(second.outcome()).isEqualTo(first.outcome());
      assertThat(second.stdout()).isEqualTo(first.stdout());
      assertThat(second.statistics().toString()).isEqualTo(first.statistics().toString());
      assertThat(first.outcome()).isInstanceOf(Outcome.Returned.class);
      orders.add(first.stdout());
    }
    assertThat(orders).hasSizeGreaterThan(1);
  }

  @Test
  void shouldTellWhoWaitsForWhatWhereNothingCanHappenAnyMore() {
    ProgramRun run =
        run(
            Mode.simulated(1),
            builder -> builder,
            """
            module m
            export function main() -> r
                r.spawn      p, waits()
                r.receive    m
                r.return     m
            end
            function waits() -> r
                r.receive    m
                r.return     m
            end
            """);

    assertThat(run.outcome()).isInstanceOf(Outcome.AwaitingForever.class);
    assertThat(run.told()).contains("(main) waits for a message", "m.waits", "test.ska:8");
  }

  /** Prints numbers, and random ones, in the order in which processes get their turn. */
  private static Program racy() {
    return Program.source(
        """
        module racy
        export function main() -> r
            r.self       me
            i.const      n, 0
        start:
            r.from.i     m, n
            r.spawn      p, racer(me, m)
            i.add        n, n, 1
            i.jump.lt    n, 8, @start
        finish:
            r.receive    m
            print        m
            i.add        n, n, -1
            i.jump.gt    n, 0, @finish
            i.time       now
            r.from.i     now, now_ns
            r.return     now
        end
        function racer(r to, r number) -> r
            i.random.below k, 50
        spin:
            yield
            i.add        k, k, -1
            i.jump.gt    k, 0, @spin
            send         to, number
            r.return     nil
        end
        """
            .replace("i.time       now\n", "i.time       now_ns\n"));
  }

  private static ProgramRun run(String source) {
    return run(Mode.TWO_WORKERS, builder -> builder, source);
  }

  private static ProgramRun run(Mode mode, UnaryOperator<VmBuilder> options, String source) {
    return ProgramRun.of(Program.source(source), mode, options);
  }
}
