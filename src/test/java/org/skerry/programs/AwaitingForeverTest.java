package org.skerry.programs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.skerry.Modules;
import org.skerry.Outcome;
import org.skerry.Vm;

/** A program in which every process waits for ever: with threads as in a simulation. */
@Timeout(60)
class AwaitingForeverTest {
  private static final String STUCK =
      """
      module m
      export function main() -> r
          r.self       me
          r.spawn.with full, %{:max_mailbox => 1}, waits()
          send         full, 1
          r.spawn      p, fills(full)
          r.receive    m
          r.return     m
      end
      function waits() -> r
          select.begin
      next:
          r.select.next m
          jump         @next
      end
      function fills(r to) -> r
          send         to, 2
          send         to, 3
          r.return     nil
      end
      """;

  static List<Mode> modes() {
    return List.of(Mode.ONE_WORKER, Mode.TWO_WORKERS, Mode.SUSPEND_ALWAYS, Mode.simulated(1));
  }

  @ParameterizedTest
  @MethodSource("modes")
  void shouldTellWhatEachProcessAwaits(Mode mode) {
    ProgramRun run = ProgramRun.of(Program.source(STUCK), mode);

    assertThat(run.outcome()).isInstanceOf(Outcome.AwaitingForever.class);
    assertThat(run.exitStatus()).isEqualTo(1);
    assertThat(run.told())
        .contains("every process waits")
        .contains("(main) waits for a message")
        .contains("(m.waits/0) waits for a message")
        .containsPattern("\\(m\\.fills/1\\) waits for room in the mailbox of #pid<");
  }

  @ParameterizedTest
  @MethodSource("modes")
  void shouldTellOfTheFirstOfManyProcesses(Mode mode) {
    ProgramRun run =
        ProgramRun.of(
            Program.source(
                """
                module m
                export function main() -> r
                    i.const      n, 1_000
                more:
                    r.spawn      p, waits()
                    i.add        n, n, -1
                    i.jump.gt    n, 0, @more
                    r.receive    m
                    r.return     m
                end
                function waits() -> r
                    r.receive    m
                    r.return     m
                end
                """),
            mode);

    assertThat(run.told()).containsPattern("and [0-9]{3} processes more");
    assertThat(run.told().lines().count()).isBetween(20L, 100L);
  }

  /** Timers, output and messages that are on their way are something to wait for. */
  @ParameterizedTest
  @MethodSource("modes")
  void shouldNotTakeWaitingForATimerForThat(Mode mode) {
    ProgramRun run =
        ProgramRun.of(
            Program.source(
                """
                module m
                export function main() -> r
                    r.self       me
                    i.const      n, 100
                more:
                    r.spawn      p, echo(me)
                    r.send.after t, p, :late, 100_000
                    r.receive    m
                    sleep        10_000
                    i.add        n, n, -1
                    i.jump.gt    n, 0, @more
                    r.return     m
                end
                function echo(r to) -> r
                    r.receive    m
                    print        m
                    send         to, m
                    r.return     m
                end
                """),
            mode);

    assertThat(run.exitStatus()).as(run.told()).isZero();
    assertThat(run.lines()).hasSize(101);
  }

  @ParameterizedTest
  @MethodSource("modes")
  void shouldTellWhoIsLeftBehindMain(Mode mode) {
    ProgramRun run =
        ProgramRun.of(
            Program.source(STUCK.replace("r.receive    m\n    r.return     m", "r.return  nil")),
            mode,
            builder -> builder.waitForAll(true));

    assertThat(run.outcome()).isInstanceOf(Outcome.AwaitingForever.class);
    assertThat(run.told()).doesNotContain("(main)").contains("m.waits/0");
  }

  /** A thread of the host may send a message yet. */
  @Test
  void shouldGoOnWaitingInAHost() throws Exception {
    try (Vm vm = Vm.builder().workers(2).idle("park").start()) {
      Modules.load(vm, Program.source(STUCK).modules());
      CompletableFuture<Outcome> outcome =
          CompletableFuture.supplyAsync(() -> {
            try {
              return vm.run("m");
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
          });
      while (vm.statistics().processes().waits() < 3 || vm.statistics().scheduling().parks() < 2) {
        Thread.onSpinWait();
      }
      assertThat(outcome).isNotDone();
      vm.interrupt();

      assertThat(outcome.get()).isEqualTo(new Outcome.Interrupted());
    }
  }
}
