package org.skerry.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.skerry.assembly.Assembler;
import org.skerry.interpret.Interpreter;
import org.skerry.module.Linker;
import org.skerry.term.TermScratch;
import org.skerry.verify.Verifier;

/**
 * An instruction that walks a term with very many paths looks now and then whether somebody waits
 * for its end, and begins again where the process goes on after all.
 */
class DeepInstructionTest {
  /** Asked every 4096 steps, a deep operation is asked 4096 times before its limit. */
  private static final int ASKED_UP_TO_THE_LIMIT =
      (int) (TermScratch.DEFAULT_STEP_LIMIT / (1 << 12));

  private final AtomicInteger asked = new AtomicInteger();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "r.hash h, x",
        "r.string.from.term s, x",
        "r.compare h, x, y",
        "r.eq b, x, y",
        "r.map.put m, %{}, x, 1\n r.map.put m, m, y, 2",
        "print x",
      })
  void shouldBeGivenUpForAKill(String instruction) throws Exception {
    try (ProcessFixture fixture = new ProcessFixture()) {
      fixture.hears = true;
      long process = start(fixture, instruction, 60);
      fixture.context.stopWhen(() -> {
        if (asked.incrementAndGet() == 2) {
          Signals.kill(fixture.context, process, Signals.KILL);
        }
        return false;
      });

      int outcome = fixture.run(fixture.ready.poll());
      while (outcome == Engine.PREEMPTED) {
        outcome = fixture.run(fixture.ready.poll());
      }

      assertThat(outcome).isEqualTo(Engine.EXITED);
      assertThat(asked).hasValue(2);
      assertThat(fixture.exits).singleElement().asString().startsWith("KILLED");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"r.hash h, x", "r.compare h, x, y"})
  void shouldBeGivenUpForTheEndOfTheMachine(String instruction) throws Exception {
    try (ProcessFixture fixture = new ProcessFixture()) {
      start(fixture, instruction, 60);
      fixture.context.stopWhen(() -> asked.incrementAndGet() > 3);

      long process = fixture.ready.poll();
      while (asked.get() <= 3) {
        assertThat(fixture.run(process)).isEqualTo(Engine.PREEMPTED);
        process = fixture.ready.poll();
      }

      assertThat(asked).hasValue(4);
      assertThat(asked.get()).isLessThan(ASKED_UP_TO_THE_LIMIT);
      Lifecycle.abandon(fixture.context, process);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7})
  void shouldBeginAgainWhereItWasGivenUp(int times) throws Exception {
    try (ProcessFixture fixture = new ProcessFixture()) {
      fixture.hears = true;
      // 2^15 paths: given up at its first look, and after that many times let through.
      start(fixture, "r.hash h, x\n r.compare c, x, y\n i.add h, h, c\n i.jump.ne h, 0, @good", 15);
      fixture.context.stopWhen(() -> asked.incrementAndGet() <= times);

      int outcome = Engine.PREEMPTED;
      while (outcome == Engine.PREEMPTED) {
        outcome = fixture.run(fixture.ready.poll());
      }

      assertThat(outcome).isEqualTo(Engine.EXITED);
      assertThat(asked).hasValueGreaterThan(times + 8);
      assertThat(fixture.exits).singleElement().asString().startsWith("RETURNED");
    }
  }

  private static long start(ProcessFixture fixture, String instruction, int depth)
      throws Exception {
    String source =
        """
        module m
        export function main() -> r
            r.const      x, 1
            r.const      y, 1
            i.const      n, %d
        more:
            r.tuple      x, (x, x)
            r.tuple      y, (y, y)
            i.add        n, n, -1
            i.jump.gt    n, 0, @more
            %s
        good:
            r.return     :done
        end
        """
            .formatted(depth, instruction);
    Linker.link(
        fixture.code, fixture.atoms, List.of(Verifier.verify(Assembler.assemble("m.ska", source))));
    fixture.engine = new Interpreter(fixture.code, false);
    long process = Lifecycle.create(fixture.context, 0, ProcessFixture.DEFAULTS);
    Lifecycle.start(fixture.context, process);
    return process;
  }
}
