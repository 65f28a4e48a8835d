package org.skerry.programs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Processes that wait for each other: exactly one hears of it, and nobody who does not. */
@Timeout(120)
class DeadlockTest {
  private static final int SEEDS = 3;

  static List<Mode> modes() {
    return Mode.all(SEEDS);
  }

  /**
   * So many processes hold an MVar each, and then ask for that of the next. Prints the number of
   * deadlocks, and how many processes each names.
   */
  private static Program ring(int size) {
    StringBuilder source = new StringBuilder("module ring\n");
    for (int i = 0; i < size; i++) {
      source.append("mvar m").append(i).append(" = ").append(i).append('\n');
    }
    source.append(
        """
        export function main() -> r
            r.self       me
            r.const      all, []
        """);
    for (int i = 0; i < size; i++) {
      source.append("    r.spawn p, hold").append(i).append("(me)\n");
      source.append("    r.cons all, p, all\n");
    }
    source.append(
        """
            i.const      n, 0
        held:
            r.receive    x
            i.add        n, n, 1
            i.jump.lt    n, SIZE, @held
        go:
            r.jump.is    all, [], @gone
            r.head       p, all
            r.tail       all, all
            send         p, :go
            jump         @go
        gone:
            i.const      deadlocks, 0
            i.const      n, 0
        join:
            r.receive    x
            r.jump.is    x, :ok, @next
            i.add        deadlocks, deadlocks, 1
            r.tuple.get  kind, x, 0
            print        kind
            r.tuple.get  members, x, 2
            i.list.length count, members
            r.from.i     c, count
            print        c
        next:
            i.add        n, n, 1
            i.jump.lt    n, SIZE, @join
            r.from.i     d, deadlocks
            r.return     d
        end
        """
            .replace("SIZE", Integer.toString(size)));
    for (int i = 0; i < size; i++) {
      source.append(
          """
          function holdI(r parent) -> r
              mvar.lock.write mI
              send         parent, :held
              r.receive    x
              try
                mvar.lock.write mNEXT
                mvar.unlock mNEXT
                jump       @free
              catch e
              mvar.unlock  mI
              send         parent, e
              r.return     nil
          free:
              mvar.unlock  mI
              send         parent, :ok
              r.return     nil
          end
          """
              .replace("NEXT", Integer.toString((i + 1) % size))
              .replace("holdI", "hold" + i)
              .replace("mI", "m" + i));
    }
    return Program.source(source.toString());
  }

  @ParameterizedTest
  @MethodSource("modes")
  void shouldFindTheCycle(Mode mode) {
    for (int size : new int[] {2, 3, 50}) {
      ProgramRun run = ProgramRun.of(ring(size), mode);

      assertThat(run.told()).isEmpty();
      assertThat(run.lines()).containsExactly(":deadlock", Integer.toString(size), "1");
    }
  }

  @Test
  void shouldNameProcessesAndPlaces() {
    Program program =
        Program.source(
            "names.ska",
            """
            module names
            mvar a = 0
            mvar b = 0
            export function main() -> r
                r.self       me
                r.spawn      p, other(me)
                r.receive    x
                mvar.lock.read a
                send         p, :go
                r.receive    x
                mvar.lock.write b
                mvar.unlock  b
                mvar.unlock  a
                r.receive    error
                r.tuple.get  text, error, 1
                print        text
                r.tuple.get  members, error, 2
                r.head       first, members
                r.tuple.get  waits, first, 1
                print        waits
                r.tuple.get  holds, first, 2
                print        holds
                r.tuple.get  where, first, 3
                print        where
                r.return     nil
            end
            function other(r parent) -> r
                mvar.lock.write b
                send         parent, :held
                r.receive    x
                send         parent, :asking
                try
                  sleep      1_000_000
                  r.const    v, 1
                  mvar.write a, v
                  mvar.unlock b
                  jump       @free
                catch e
                mvar.unlock  b
                send         parent, e
            free:
                r.return     nil
            end
            """);

    ProgramRun run = ProgramRun.of(program, Mode.simulated(1));

    assertThat(run.told()).isEmpty();
    assertThat(run.lines()).hasSize(4);
    assertThat(run.lines().get(0))
        .matches(
            "#pid<\\S+> asks to write names.a at names.other/1 \\(names.ska:35\\), holds names.b"
                + " for writing since names.other/1 \\(names.ska:28\\); #pid<\\S+> asks to write"
                + " names.b at names.main/0 \\(names.ska:11\\), holds names.a for reading since"
                + " names.main/0 \\(names.ska:8\\)");
    assertThat(run.lines().subList(1, 4))
        .containsExactly(
            "{:write, \"names.a\"}",
            "[{:write, \"names.b\", \"names.other/1 (names.ska:28)\"}]",
            "names.other/1 (names.ska:35)");
  }

  private static final String UPGRADES =
      """
      module m
      mvar a = 0
      export function main() -> r
          r.self       me
          r.spawn      p, upgrades(me)
          r.spawn      q, upgrades(me)
          r.receive    x
          r.receive    x
          send         p, :go
          send         q, :go
          r.receive    x
          r.receive    y
          r.jump.is    x, :ok, @second
          r.tuple      t, (y, x)
          r.return     t
      second:
          r.tuple      t, (x, y)
          r.return     t
      end
      function upgrades(r parent) -> r
          mvar.lock.read a
          send         parent, :reads
          r.receive    x
          try
            mvar.lock.write a
            mvar.unlock a
            jump       @done
          catch e
          mvar.unlock  a
          r.tuple.get  kind, e, 0
          send         parent, kind
          r.return     nil
      done:
          mvar.unlock  a
          send         parent, :ok
          r.return     nil
      end
      """;

  @ParameterizedTest
  @MethodSource("modes")
  void shouldRefuseTheSecondOfTwoUpgrades(Mode mode) {
    ProgramRun run = ProgramRun.of(Program.source(UPGRADES), mode);

    assertThat(run.told()).isEmpty();
    assertThat(run.lines()).containsExactly("{:ok, :deadlock}");
  }

  /** One holds the MVar and sends until the other's mailbox is full; that one asks for the MVar. */
  private static final String MAILBOX =
      """
      module m
      mvar a = 0
      export function main() -> r
          r.self       me
          r.spawn.with full, %{:max_mailbox => 2}, asks(me)
          r.spawn      p, sends(me, full)
          r.receive    x
          r.receive    y
          r.tuple      t, (x, y)
          r.return     t
      end
      function sends(r parent, r to) -> r
          mvar.lock.write a
          i.const      n, 0
          try
      more:
            send       to, :message
            i.add      n, n, 1
            i.jump.lt  n, 10, @more
            mvar.unlock a
            jump       @done
          catch e
          mvar.unlock  a
      done:
          send         parent, :done
          r.return     nil
      end
      function asks(r parent) -> r
          r.receive    x
          try
            mvar.lock.read a
            mvar.unlock a
          catch e
          i.const      n, 1
      more:
          r.receive.timeout x, 10_000_000, @rest
          jump         @more
      rest:
          send         parent, :done
          r.return     nil
      end
      """;

  @ParameterizedTest
  @MethodSource("modes")
  void shouldFindCyclesThroughFullMailboxes(Mode mode) {
    ProgramRun run = ProgramRun.of(Program.source(MAILBOX), mode);

    assertThat(run.told()).isEmpty();
    assertThat(run.lines()).containsExactly("{:done, :done}");
  }

  /** Locks in one order, many at a time: nobody can wait for himself. */
  private static String ordered(int rounds) {
    String locks =
        IntStream.range(0, 6)
            .mapToObj(i -> "mvar m" + i + " = 0\n")
            .reduce("module m\n", String::concat);
    String body =
        """
        export function main() -> r
            r.self       me
            i.const      n, 0
        more:
            r.spawn      p, worker(me)
            i.add        n, n, 1
            i.jump.lt    n, 8, @more
            i.const      n, 0
        join:
            r.receive    x
            r.jump.ne    x, :done, @wrong
            i.add        n, n, 1
            i.jump.lt    n, 8, @join
            r.return     :done
        wrong:
            r.return     x
        end
        function worker(r parent) -> r
            i.const      rounds, ROUNDS
        again:
            try
              mvar.lock.write m0
              mvar.lock.read m1
              mvar.lock.write m2
              yield
              mvar.unlock m0
              mvar.lock.write m3
              mvar.lock.read m4
              mvar.unlock m1
              mvar.unlock m2
              mvar.lock.write m5
              yield
              mvar.unlock m5
              mvar.unlock m4
              mvar.unlock m3
              jump       @next
            catch e
            send         parent, e
            r.return     nil
        next:
            i.sub        rounds, rounds, 1
            i.jump.gt    rounds, 0, @again
            send         parent, :done
            r.return     nil
        end
        """;
    return locks + body.replace("ROUNDS", Integer.toString(rounds));
  }

  @Test
  void shouldRaiseNoFalseAlarm() {
    Program program = Program.source(ordered(21_000));
    ProgramRun run = ProgramRun.of(program, Mode.TWO_WORKERS);

    assertThat(run.told()).isEmpty();
    assertThat(run.lines()).containsExactly(":done");
  }

  @ParameterizedTest
  @MethodSource("modes")
  void shouldRaiseNoFalseAlarmInAnyMode(Mode mode) {
    ProgramRun run = ProgramRun.of(Program.source(ordered(200)), mode);

    assertThat(run.told()).isEmpty();
    assertThat(run.lines()).containsExactly(":done");
  }
}
