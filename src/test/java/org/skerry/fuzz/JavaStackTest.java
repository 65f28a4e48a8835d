package org.skerry.fuzz;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.skerry.JitMode;
import org.skerry.Outcome;

/**
 * Compiled recursion of any depth gets along with a quarter of the Java stack that threads have.
 */
class JavaStackTest {
  private static final long STACK_BYTES = 256 << 10;

  private static TwoTiers.Runs run(String source) throws Exception {
    AtomicReference<Object> result = new AtomicReference<>();
    Runnable runs =
        () -> {
          try (TwoTiers tiers =
              new TwoTiers(new Circumstances(1, 1, 4_000, false, 16 << 20, JitMode.EAGER))) {
            result.set(tiers.run(new FuzzedProgram(source).verified()));
          } catch (Exception | Error e) {
            result.set(e);
          }
        };
    Thread thread = new Thread(null, runs, "small stack", STACK_BYTES);
    thread.start();
    thread.join();
    assertThat(result.get()).isInstanceOf(TwoTiers.Runs.class);
    return (TwoTiers.Runs) result.get();
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 31, 100, 200, 300})
  void shouldRecurseInFunctionsOfManyRegisters(int registers) throws Exception {
    TwoTiers.Runs runs =
        run(
            """
            module m
            export function main() -> r
                i.call       i0, f(2_000, 1)
                r.from.i     r0, i0
                r.return     r0
            end
            function f(i p0, i p1) -> i
                i.move       iLAST, i1
                i.jump.le    i0, 0, @out
                i.sub        i0, i0, 1
                i.call       i1, f(i0, i1)
                i.add        i1, i1, iLAST
            out:
                i.return     i1
            end
            """
                .replace("LAST", "" + (registers - 1)));

    assertThat(runs.outcome()).isEqualTo(new Outcome.Returned("2001", false));
    assertThat(runs.compiled()).isEqualTo(runs.interpreted());
  }

  @Test
  void shouldRecurseThroughClosuresAndOtherModules() throws Exception {
    TwoTiers.Runs runs =
        run(
            """
            module m
            import n.d(r, r) -> r
            export function main() -> r
                r.closure    r0, c()
                r.call.closure r1, r0(r0, 2_000)
                r.return     r1
            end
            export function c(r f, r n) -> r
                r.call       x, n.d(f, n)
                r.add        x, x, 1
                r.return     x
            end
            module n
            export function d(r f, r n) -> r
                r.jump.le    n, 0, @out
                r.sub        n, n, 1
                r.call.closure x, f(f, n)
                r.return     x
            out:
                r.return     n
            end
            """);

    assertThat(runs.outcome()).isEqualTo(new Outcome.Returned("2001", false));
    assertThat(runs.compiled()).isEqualTo(runs.interpreted());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 20, 100})
  void shouldRecurseThroughOtherModules(int parameters) throws Exception {
    String list = IntStream.range(0, parameters).mapToObj(i -> "i").collect(joining(", "));
    String names = IntStream.range(0, parameters).mapToObj(i -> "p" + i).collect(joining(", "));
    String function =
        """
        export function f(PARAMETERS) -> i
            i.jump.le    p0, 0, @out
            i.add        p0, p0, -1
            i.call       p0, OTHER(NAMES)
            i.add        p0, p0, 1
        out:
            i.return     p0
        end
        """
            .replace("PARAMETERS", names.replace("p", "i p"))
            .replace("NAMES", names);
    TwoTiers.Runs runs =
        run(
            """
            module m
            import n.f(TYPES) -> i
            export function main() -> r
                i.call       i0, f(ZEROS)
                r.from.i     r0, i0
                r.return     r0
            end
            """
                    .replace("TYPES", list)
                    .replace("ZEROS", "4_000" + list.substring(1).replace("i", "0"))
                + function.replace("OTHER", "n.f")
                + "module n\nimport m.f("
                + list
                + ") -> i\n"
                + function.replace("OTHER", "m.f"));

    assertThat(runs.outcome()).isEqualTo(new Outcome.Returned("4000", false));
    assertThat(runs.compiled()).isEqualTo(runs.interpreted());
  }

  /** Functions call each other across classes, and one of them is too large to be compiled. */
  @Test
  void shouldRunModulesOfSeveralClasses() throws Exception {
    StringBuilder source = new StringBuilder("module m\nexport function main() -> r\n");
    source.append("i.call i0, f0(1_500, 7)\nr.from.i r0, i0\nr.return r0\nend\n");
    for (int k = 0; k < 800; k++) {
      source.append("function f").append(k).append("(i n, i x) -> i\ni.jump.le n, 0, @out\n");
      int lines = k == 300 ? 3_000 : 12;
      for (int line = 0; line < lines; line++) {
        source.append("i.add x, x, ").append(k + line).append("\ni.xor x, x, n\n");
      }
      source.append("i.add n, n, -1\ni.call y, f").append((k + 431) % 800).append("(n, x)\n");
      source.append("i.add x, x, y\nout:\ni.return x\nend\n");
    }

    TwoTiers.Runs runs = run(source.toString());

    assertThat(runs.outcome()).isInstanceOf(Outcome.Returned.class);
    assertThat(runs.compiled()).isEqualTo(runs.interpreted());
  }
}
