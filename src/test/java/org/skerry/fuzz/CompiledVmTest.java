package org.skerry.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ClassLoadingMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.skerry.JitMode;
import org.skerry.Modules;
import org.skerry.Outcome;
import org.skerry.Vm;
import org.skerry.VmStatistics;
import org.skerry.module.VerifiedModule;

/** What a machine that compiles says of it, and what is left of it when it is closed. */
class CompiledVmTest {
  private static final int MACHINES = 50;

  private static VmStatistics run(String source) throws Exception {
    List<VerifiedModule> program = new FuzzedProgram(source).verified();
    try (Vm vm = Vm.builder().seed(1).jit(JitMode.EAGER).start()) {
      Modules.load(vm, program);
      assertThat(vm.run("m")).isEqualTo(new Outcome.Returned("42", false));
      return vm.statistics();
    }
  }

  @Test
  void shouldSayHowManyFunctionsAreTooLarge() throws Exception {
    String source =
        """
        module m
        export function main() -> r
            i.call       n, large(42)
            r.from.i     r0, n
            r.return     r0
        end
        function large(i n) -> i
            LINES
            i.return     n
        end
        """
            .replace("LINES", "i.add n, n, 1\ni.sub n, n, 1\n".repeat(1_000));

    VmStatistics statistics = run(source);

    assertThat(statistics.compiler().functions()).isEqualTo(1);
    assertThat(statistics.compiler().instructions()).isEqualTo(4);
    assertThat(statistics.compiler().interpretedFunctions()).isEqualTo(1);
    assertThat(statistics.toString())
        .containsPattern("compiled +1 functions of 4 instructions in .* ms")
        .contains("; 1 too large stay interpreted");
  }

  /** The classes of many machines, with calls that were linked between them, are unloaded. */
  @Test
  void shouldUnloadItsClassesWhenItIsClosed() throws Exception {
    String source =
        """
        module m
        import n.f(i) -> i
        export function main() -> r
            i.call       n, n.f(41)
            r.from.i     r0, n
            r.return     r0
        end
        module n
        export function f(i n) -> i
            i.add        n, n, 1
            i.return     n
        end
        """;
    ClassLoadingMXBean classes = ManagementFactory.getClassLoadingMXBean();
    run(source);
    long before = classes.getUnloadedClassCount();

    for (int i = 0; i < MACHINES; i++) {
      run(source);
    }

    long unloaded = 0;
    for (int attempt = 0; attempt < 20 && unloaded < 2 * MACHINES; attempt++) {
      System.gc();
      unloaded = classes.getUnloadedClassCount() - before;
    }
    assertThat(unloaded).isGreaterThanOrEqualTo(2 * MACHINES);
  }
}
