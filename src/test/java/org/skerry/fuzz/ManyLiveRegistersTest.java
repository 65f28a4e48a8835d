package org.skerry.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.skerry.JitMode;
import org.skerry.Modules;
import org.skerry.Outcome;
import org.skerry.Vm;
import org.skerry.module.VerifiedModule;

/**
 * What a loop and a call leave in the frame where the slice is over: by none, one, or several calls
 * of 120 values each.
 */
class ManyLiveRegistersTest {
  private static final int MOST_COMPILED = 122;
  private static final int ROUNDS = 7;

  private static String program(int registers) {
    StringBuilder text = new StringBuilder();
    text.append("module m\nfunction one(i n) -> i\ni.return n\nend\n");
    text.append("export function main() -> r\ni.const n, 5\ni.const sum, 0\nf.const all, 0.0\n");
    for (int x = 0; x < registers; x++) {
      String line =
          switch (x % 40 == 39 ? 2 : x % 2) {
            case 0 -> "i.add i%1$d, n, %1$d\n";
            case 1 -> "f.from.i f%1$d, n\n";
            default -> "r.from.i t%1$d, n\n";
          };
      text.append(line.formatted(x));
    }
    text.append("i.const k, ").append(ROUNDS).append("\nloop:\ni.call n, one(n)\n");
    text.append("i.add n, n, 1\ni.add k, k, -1\ni.jump.gt k, 0, @loop\n");
    for (int x = 0; x < registers; x++) {
      String line =
          switch (x % 40 == 39 ? 2 : x % 2) {
            case 0 -> "i.add sum, sum, i%d\n";
            case 1 -> "f.add all, all, f%d\n";
            default -> "i.from.r y, t%d\ni.add sum, sum, y\n";
          };
      text.append(line.formatted(x));
    }
    text.append("i.from.f y, all\ni.add sum, sum, y\ni.add sum, sum, n\n");
    return text.append("r.from.i r, sum\nr.return r\nend\n").toString();
  }

  private static long expected(int registers) {
    long sum = 5 + ROUNDS;
    for (int x = 0; x < registers; x++) {
      sum += x % 2 == 0 ? 5 + x : 5;
    }
    return sum;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 116, 117, 118, 119, 120, 122, 395})
  void shouldKeepAllThatIsLive(int registers) throws Exception {
    List<VerifiedModule> program = new FuzzedProgram(program(registers)).verified();
    for (JitMode jit : List.of(JitMode.OFF, JitMode.EAGER)) {
      for (int reductions : List.of(1, 4_000)) {
        for (boolean collects : List.of(false, true)) {
          try (Vm vm =
              Vm.builder()
                  .seed(1)
                  .jit(jit)
                  .reductions(reductions)
                  .collectAlways(collects)
                  .start()) {
            Modules.load(vm, program);

            assertThat(vm.run("m"))
                .as("jit=%s reductions=%s collects=%s", jit, reductions, collects)
                .isEqualTo(new Outcome.Returned("" + expected(registers), false));
            if (jit == JitMode.EAGER && registers <= MOST_COMPILED) {
              assertThat(vm.statistics().compiler().functions()).isEqualTo(2);
            }
          }
        }
      }
    }
  }
}
