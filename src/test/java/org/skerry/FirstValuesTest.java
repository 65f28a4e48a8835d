package org.skerry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.skerry.assembly.Assembler;
import org.skerry.module.VerifiedModule;
import org.skerry.verify.Verifier;

class FirstValuesTest {
  private static final int MODULES = 2_000;
  private static final int SMALL_STACK_BYTES = 256 << 10;

  @Test
  void shouldComputeThoseOfImportedModulesFirstHoweverLongTheChain() throws Exception {
    List<VerifiedModule> modules = new ArrayList<>();
    for (int i = 0; i < MODULES; i++) {
      String value =
          i == MODULES - 1 ? "    r.const x, 0" : "    r.mvar.read x, m" + (i + 1) + ".v";
      String source =
          """
          module mINDEX
          export mvar v = first()
          function first() -> r
          VALUE
              r.add x, x, 1
              r.return x
          end
          export function main() -> r
              r.mvar.read x, v
              r.return x
          end
          """
              .replace("INDEX", Integer.toString(i))
              .replace("VALUE", value);
      modules.add(Verifier.verify(Assembler.assemble("m" + i + ".ska", source)));
    }
    try (Vm vm = Vm.builder().seed(1).start()) {
      FutureTask<Void> loading =
          new FutureTask<>(() -> {
            Modules.load(vm, modules);
            return null;
          });
      new Thread(null, loading, "loads with a small stack", SMALL_STACK_BYTES).start();
      loading.get();

      assertThat(vm.run("m0")).isEqualTo(new Outcome.Returned(Integer.toString(MODULES), false));
    }
  }
}
