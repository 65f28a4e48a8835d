package org.skerry.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.skerry.JitMode;
import org.skerry.Modules;
import org.skerry.Outcome;
import org.skerry.Vm;

/** A heap of two generations whose old array is changed all the time, in both tiers. */
class GenerationsInBothTiersTest {
  private static final int LENGTH = 300_000;
  private static final int STORES = 250_000;

  private static final String SOURCE =
      """
      module m
      export function main() -> r
          i.const      length, 300_000
          r.const      zero, 0
          term.new     array, length, zero
          i.const      k, 0
      store:
          i.mul        slot, k, 7919
          i.rem        slot, slot, length
          r.from.i     number, k
          r.tuple      dead, (number, number, number)
          r.tuple      dead, (dead, number, number)
          r.tuple      t, (number, zero)
          term.set     array, slot, t
          i.add        k, k, 1
          i.jump.lt    k, 250_000, @store
          i.const      from, 0
          i.const      to, 200_000
          i.const      count, 100_000
          array.copy   array, to, array, from, count
          i.const      many, 1000
          term.fill    array, from, many, t
          i.call       sum, total(array, length)
          r.from.i     result, sum
          r.return     result
      end
      function total(r array, i length) -> i
          i.const      sum, 0
          i.const      k, 0
      next:
          term.get     t, array, k
          i.add        k, k, 1
          r.jump.not.type t, tuple, @other
          r.tuple.get  number, t, 0
          i.from.r     n, number
          i.add        sum, sum, n
      other:
          i.jump.lt    k, length, @next
          i.return     sum
      end
      """;

  @Test
  void shouldKeepWhatAnOldArrayGets() throws Exception {
    String interpreted = run(JitMode.OFF);

    assertThat(run(JitMode.EAGER)).isEqualTo(interpreted);
  }

  private static String run(JitMode jit) throws Exception {
    try (Vm vm = Vm.builder().seed(1).jit(jit).start()) {
      Modules.load(vm, new FuzzedProgram(SOURCE).verified());

      assertThat(vm.run("m")).isEqualTo(new Outcome.Returned(String.valueOf(expected()), false));
      // With one generation it would be a few.
      assertThat(vm.statistics().collector().collections()).isGreaterThan(15);
      String statistics = vm.statistics().toString();
      return statistics.substring(0, statistics.indexOf("memory"));
    }
  }

  private static long expected() {
    long[] array = new long[LENGTH];
    for (long k = 0; k < STORES; k++) {
      array[(int) (k * 7919 % LENGTH)] = k;
    }
    System.arraycopy(array, 0, array, 200_000, 100_000);
    Arrays.fill(array, 0, 1_000, STORES - 1);
    return Arrays.stream(array).sum();
  }
}
