package org.skerry.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.skerry.JitMode;
import org.skerry.Outcome;

/** Calls into other modules, whichever of them is compiled, and when. */
class LinkedCallsTest {
  /** Three modules in a circle: terms, integers and floats down and up again. */
  private static final String CIRCLE =
      """
      module m
      import n.b(f, r, i) -> f
      export function main() -> r
          r.cons       list, :end, []
          f.call       x, a(DEPTH, list, 0.5)
          r.from.f     r0, x
          r.return     r0
      end
      export function a(i n, r list, f x) -> f
          i.jump.le    n, 0, @out
          r.from.i     t, n
          r.cons       longer, t, list
          f.add        y, x, 1.0
          i.add        m, n, -1
          f.call       z, n.b(y, longer, m)
          i.list.length l, longer
          f.from.i     fl, l
          f.add        z, z, fl
          r.head       h, longer
          i.from.r     hi, h
          f.from.i     fh, hi
          f.add        z, z, fh
          f.return     z
      out:
          f.return     x
      end
      module n
      import o.c(i, i, r, f) -> r
      export function b(f x, r list, i n) -> f
          r.call       pair, o.c(n, 7, list, x)
          r.tuple.get  t, pair, 0
          f.from.r     y, t
          r.tuple.get  t, pair, 1
          i.list.length l, t
          f.from.i     fl, l
          f.sub        y, y, fl
          f.add        y, y, x
          f.return     y
      end
      module o
      import m.a(i, r, f) -> f
      export function c(i n, i k, r list, f x) -> r
          r.from.i     t, k
          r.cons       longer, t, list
          f.call       y, m.a(n, longer, x)
          r.from.f     boxed, y
          r.tuple      pair, (boxed, longer)
          r.return     pair
      end
      """;

  /** The JVM links calls with fewer arguments than it can make. */
  @ParameterizedTest
  @ValueSource(ints = {124, 125, 126, 127})
  void shouldCallWithAsManyArgumentsAsTheJvmLinks(int count) throws Exception {
    String banks = String.join(", ", Collections.nCopies(count, "i"));
    String parameters =
        IntStream.range(0, count).mapToObj(i -> "i p" + i).collect(Collectors.joining(", "));
    String arguments =
        IntStream.range(0, count).mapToObj(Integer::toString).collect(Collectors.joining(", "));
    String text =
        """
        module m
        import n.last(BANKS) -> i
        export function main() -> r
            i.call    x, n.last(ARGUMENTS)
            r.from.i  result, x
            r.return  result
        end
        module n
        export function last(PARAMETERS) -> i
            i.return  pLAST
        end
        """
            .replace("BANKS", banks)
            .replace("ARGUMENTS", arguments)
            .replace("PARAMETERS", parameters)
            .replace("LAST", Integer.toString(count - 1));

    TwoTiers.Runs runs =
        assertSame(new Circumstances(1, 1, 200, false, 16 << 20, JitMode.EAGER), text);

    assertThat(runs.outcome()).isEqualTo(new Outcome.Returned(Integer.toString(count - 1), false));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 17, 200, 4_000})
  void shouldPassNumbersAndTermsThroughThreeModules(int reductions) throws Exception {
    for (JitMode jit : List.of(JitMode.EAGER, JitMode.HOT)) {
      for (boolean collects : List.of(false, true)) {
        String source = CIRCLE.replace("DEPTH", collects ? "90" : "3_000");
        assertSame(new Circumstances(1, 2, reductions, collects, 64 << 20, jit), source);
      }
    }
  }

  @Test
  void shouldGoOnWhereSlicesDo() throws Exception {
    FuzzedProgram program = new FuzzedProgram(CIRCLE.replace("DEPTH", "3_000"));

    assertThat(AllWays.threaded().difference(List.of(program.verified()))).isNull();
  }

  /** One is caught two modules further up, again and again; then one ends the program. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 200, 4_000})
  void shouldShowEachModuleInATrace(int reductions) throws Exception {
    String source =
        """
        module m
        import n.b(i, r) -> i
        export function main() -> r
            i.const      k, 0
        again:
            i.add        k, k, 1
        try
            i.call       i0, a(3)
            r.return     nil
        catch e
            print        e
            i.jump.lt    k, 30, @again
            i.call       i0, a(3)
            r.return     nil
        end
        export function a(i n) -> i
            i.call       x, n.b(n, :term)
            i.add        x, x, 1
            i.return     x
        end
        module n
        import m.a(i) -> i
        export function b(i n, r t) -> i
            i.add        m, n, -1
            i.jump.eq    n, 0, @fails
            i.call       x, m.a(m)
            i.add        x, x, 1
            i.return     x
        fails:
            i.div        x, 1, n
            i.return     x
        end
        """;
    for (JitMode jit : List.of(JitMode.EAGER, JitMode.HOT)) {
      TwoTiers.Runs runs =
          assertSame(new Circumstances(1, 1, reductions, false, 16 << 20, jit), source);

      assertThat(runs.outcome()).isInstanceOf(Outcome.Failed.class);
      assertThat(runs.compiled())
          .containsSubsequence("n.b/2", "m.a/1", "n.b/2", "m.a/1", "n.b/2", "m.main/0");
    }
  }

  /** The caller is hot long before the callee, which is interpreted until then. */
  @ParameterizedTest
  @ValueSource(ints = {3, 50, 200})
  void shouldCallWhatIsCompiledLater(int reductions) throws Exception {
    String source =
        """
        module m
        import n.f(i, f, r) -> i
        export function main() -> r
            i.const      k, 400
            i.const      total, 0
        again:
            i.rem        x, k, 50
            i.jump.eq    x, 0, @calls
            i.jump.lt    k, 150, @calls
            jump         @next
        calls:
            i.call       x, n.f(k, 1.5, :term)
            i.add        total, total, x
        next:
            i.add        k, k, -1
            i.jump.gt    k, 0, @again
            r.from.i     r0, total
            r.return     r0
        end
        module n
        export function f(i n, f x, r t) -> i
            i.from.f     y, x
            i.add        y, y, n
        again:
            i.add        n, n, -60
            i.jump.gt    n, 0, @again
            i.return     y
        end
        """;
    for (JitMode jit : List.of(JitMode.EAGER, JitMode.HOT)) {
      TwoTiers.Runs runs =
          assertSame(new Circumstances(1, 1, reductions, false, 1 << 20, jit), source);

      assertThat(runs.outcome()).isInstanceOf(Outcome.Returned.class);
    }
  }

  /** 124 parameters are the most of a JVM method; a function of 401 registers is never compiled. */
  @ParameterizedTest
  @ValueSource(strings = {"123 125", "124 126", "125 126", "2 401"})
  void shouldCallFunctionsOfManyParametersAndRegisters(String counts) throws Exception {
    int parameters = Integer.parseInt(counts.split(" ")[0]);
    int registers = Integer.parseInt(counts.split(" ")[1]);
    String source =
        """
        module m
        import n.f(TYPES) -> i
        export function main() -> r
            i.call       i0, n.f(ARGUMENTS)
            r.from.i     r0, i0
            r.return     r0
        end
        export function back(i n) -> i
            i.add        n, n, -1
            i.jump.le    n, 0, @out
            i.call       n, n.f(FEWER)
        out:
            i.return     n
        end
        module n
        import m.back(i) -> i
        export function f(PARAMETERS) -> i
            i.move       iREGISTER, i1
            i.call       i0, m.back(i0)
            i.add        i0, i0, iREGISTER
            i.return     i0
        end
        """
            .replace("TYPES", list(parameters, i -> "i"))
            .replace("ARGUMENTS", list(parameters, i -> i == 0 ? "200" : "" + i))
            .replace("FEWER", list(parameters, i -> i == 0 ? "n" : "" + i))
            .replace("PARAMETERS", list(parameters, i -> "i p" + i))
            .replace("REGISTER", "" + (registers - 1));
    for (int reductions : List.of(1, 3, 4_000)) {
      for (JitMode jit : List.of(JitMode.EAGER, JitMode.HOT)) {
        TwoTiers.Runs runs =
            assertSame(new Circumstances(1, 1, reductions, false, 16 << 20, jit), source);

        assertThat(runs.outcome()).isEqualTo(new Outcome.Returned("200", false));
      }
    }
  }

  private static String list(int count, IntFunction<String> element) {
    return IntStream.range(0, count).mapToObj(element).collect(Collectors.joining(", "));
  }

  private static TwoTiers.Runs assertSame(Circumstances circumstances, String text)
      throws Exception {
    try (TwoTiers tiers = new TwoTiers(circumstances)) {
      TwoTiers.Runs runs = tiers.run(new FuzzedProgram(text).verified());

      assertThat(runs.outcome()).as(circumstances.toString()).isNotInstanceOf(Outcome.Defect.class);
      assertThat(runs.compiled()).as(circumstances.toString()).isEqualTo(runs.interpreted());
      return runs;
    }
  }
}
