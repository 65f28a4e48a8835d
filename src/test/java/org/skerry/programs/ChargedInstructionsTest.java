package org.skerry.programs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.skerry.JitMode;
import org.skerry.Modules;
import org.skerry.Outcome;
import org.skerry.Vm;
import org.skerry.assembly.Assembler;
import org.skerry.verify.Verifier;

/** Instructions that take longer than others use a slice up sooner, in both tiers alike. */
class ChargedInstructionsTest {
  private static final int TIMES = 1_000;

  private static final String PROGRAM =
      """
      module m
      export function main() -> r
          r.spawn    reader, reads()
          i.const    n, TIMES
      again:
          INSTRUCTION
          i.add      n, n, -1
          i.jump.gt  n, 0, @again
          sleep      1
          r.process.info spent, :reductions
          r.return   spent
      end
      function reads() -> r
      again:
          r.receive  message
          jump       @again
      end
      """;

  @ParameterizedTest
  @CsvSource({
    "'r.const nothing, nil', 1, 2",
    "'send reader, :message', 10, 12",
    "'i.send.try sent, reader, :message', 10, 12",
    "'print n', 150, 170",
    "'r.spawn child, reads()', 20, 30"
  })
  void shouldUseASliceUp(String instruction, int least, int most) throws Exception {
    String source =
        PROGRAM
            .replace("TIMES", Integer.toString(TIMES))
            .replace("INSTRUCTION", instruction.replace("print n", "r.from.i t, n\n print t"));
    long interpreted = spent(source, JitMode.OFF);

    assertThat(interpreted).isBetween((long) least * TIMES, (long) most * TIMES);
    assertThat(spent(source, JitMode.EAGER)).isEqualTo(interpreted);
  }

  private static long spent(String source, JitMode jit) throws Exception {
    OutputStream nowhere = OutputStream.nullOutputStream();
    try (Vm vm = Vm.builder().seed(1).jit(jit).output(nowhere, nowhere).start()) {
      Modules.load(vm, List.of(Verifier.verify(Assembler.assemble("m.ska", source))));
      return Long.parseLong(((Outcome.Returned) vm.run("m")).value());
    }
  }
}
