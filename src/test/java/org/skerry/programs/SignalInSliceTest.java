package org.skerry.programs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.skerry.JitMode;

/**
 * A signal that comes while its receiver runs, on another worker, is neither passed over by a
 * receive with a time limit nor mistaken for a message: the slice ends, and the instruction is
 * executed again.
 */
@Timeout(120)
class SignalInSliceTest {
  private static final int ROUNDS = 200;

  /** So long that both processes are on a worker until the signal has come. */
  private static final int SLICE = 1 << 20;

  /**
   * The other sends a signal and then says in an MVar which; main looks there until it is so, which
   * ends no slice, and then receives. It counts what it got in order.
   */
  private static final String PROGRAM =
      """
      module m
      mvar wanted = 0
      mvar sent = 0

      export function main() -> r
          i.trap.exit  was, 1
          r.self       me
          r.spawn      p, other(me)
          r.receive    ready
          i.const      n, 1
      more:
          r.const      m, :nothing
          r.from.i     round, n
          mvar.write   wanted, round
      spin:
          r.mvar.read  now, sent
          r.jump.ne    now, round, @spin
          RECEIVE
          r.jump.not.tuple m, 3, @wrong
          r.tuple.get  reason, m, 2
          r.jump.ne    reason, round, @wrong
          i.add        n, n, 1
          i.jump.le    n, ROUNDS, @more
          r.return     :all
      late:
          r.tuple      t, (:late, round)
          r.return     t
      wrong:
          r.tuple      t, (:wrong, round, m)
          r.return     t
      end

      function other(r to) -> r
          send         to, :ready
          i.const      n, 1
      more:
          r.from.i     round, n
      spin:
          r.mvar.read  now, wanted
          r.jump.ne    now, round, @spin
          exit.signal  to, round
          mvar.write   sent, round
          i.add        n, n, 1
          i.jump.le    n, ROUNDS, @more
          r.return     nil
      end
      """
          .replace("ROUNDS", Integer.toString(ROUNDS));

  static Stream<Mode> modes() {
    return Stream.of(
        Mode.ONE_WORKER,
        Mode.TWO_WORKERS,
        Mode.TWO_WORKERS.compiled(JitMode.EAGER),
        Mode.TWO_WORKERS.compiled(JitMode.HOT));
  }

  @ParameterizedTest
  @MethodSource("modes")
  void shouldBeFoundByAReceiveWithATimeLimit(Mode mode) {
    check(mode, "r.receive.timeout m, 0, @late");
    check(mode, "r.receive.timeout m, 60_000_000_000, @late");
  }

  @ParameterizedTest
  @MethodSource("modes")
  void shouldBeFoundByASelectiveReceiveWithATimeLimit(Mode mode) {
    for (String ns : new String[] {"0", "60_000_000_000"}) {
      check(mode, "select.begin\nr.select.next.timeout m, " + ns + ", @late\nselect.take");
    }
  }

  private static void check(Mode mode, String receive) {
    ProgramRun run =
        ProgramRun.of(
            Program.source(PROGRAM.replace("RECEIVE", receive)),
            mode,
            builder -> builder.reductions(SLICE));

    assertThat(run.lines()).as("%s in mode %s: %s", receive, mode, run.told()).containsOnly(":all");
  }
}
