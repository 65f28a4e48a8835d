package org.skerry.programs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A term with 2^60 paths: whatever has to walk them all is an error that a program can catch. */
class DeepTermTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "print x",
        "r.string.from.term s, x",
        "i.hash_of h, x",
        "r.map.put m, %{}, x, 1\n r.map.put m, m, y, 2\n print m",
      })
  void shouldRaiseLimitExceeded(String instructions) {
    ProgramRun run =
        ProgramRun.of(
            Program.source(
                """
                module m
                export function main() -> r
                    r.const      x, "a text of some bytes"
                    i.const      n, 60
                more:
                    r.tuple      x, (x, x)
                    r.tuple      y, (x, x)
                    i.add        n, n, -1
                    i.jump.gt    n, 0, @more
                  try
                    %s
                    r.return     :done
                  catch e
                    r.tuple.get  kind, e, 0
                    r.return     kind
                end
                """
                    .formatted(instructions.replace("i.hash_of", "r.hash"))),
            Mode.ONE_WORKER);

    assertThat(run.lines()).as(run.told()).containsExactly(":limit_exceeded");
  }

  /** Equal terms that share alike are compared in as many steps as there are pairs. */
  @ParameterizedTest
  @ValueSource(strings = {"r.send.self", "r.return x"})
  void shouldSendAndReturn(String way) {
    ProgramRun run =
        ProgramRun.of(
            Program.source(
                """
                module m
                export function main() -> r
                    r.const      x, 1
                    i.const      n, 60
                more:
                    r.tuple      x, (x, x)
                    i.add        n, n, -1
                    i.jump.gt    n, 0, @more
                    r.self       me
                    send         me, x
                    r.receive    y
                    i.const      bytes, 0
                    %s
                end
                """
                    .formatted(
                        way.equals("r.send.self")
                            ? "r.jump.eq x, y, @same\n r.return :differ\n same:\n r.return :equal"
                            : way)),
            Mode.ONE_WORKER);

    if (way.equals("r.return x")) {
      assertThat(run.exitStatus()).isEqualTo(4);
      assertThat(run.told()).contains("what main returned is too large to print");
    } else {
      assertThat(run.lines()).containsExactly(":equal");
    }
  }
}
