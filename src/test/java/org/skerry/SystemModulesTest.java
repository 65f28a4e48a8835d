package org.skerry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.skerry.assembly.Assembler;
import org.skerry.io.ModuleLoader;
import org.skerry.module.VerifiedModule;
import org.skerry.verify.Verifier;

/** What others know of the modules of the system by their names alone. */
class SystemModulesTest {
  static Set<String> names() {
    return ModuleLoader.systemModules();
  }

  @ParameterizedTest
  @MethodSource("names")
  void shouldBeKnownAsAwaitedWhereTheirFunctionsAwait(String name) throws Exception {
    String source =
        """
        module importer
        import "NAME".f() -> r
        function g() -> r
            r.host x, "NAME".f()
            r.return x
        end
        """
            .replace("NAME", name);
    List<VerifiedModule> importer =
        List.of(Verifier.verify(Assembler.assemble("importer.ska", source)));
    try (SystemModules modules = new SystemModules(Vm.builder(), null, null, Runnable::run)) {
      HostModule module = modules.needed(importer, loaded -> null).getFirst();

      Set<HostFunction.Kind> kinds =
          module.functions().values().stream().map(HostFunction::kind).collect(Collectors.toSet());
      boolean isAwaited = ModuleLoader.isAwaited(name + ".f");
      assertThat(kinds).isNotEmpty();
      if (kinds.equals(Set.of(HostFunction.Kind.INLINE))) {
        assertThat(isAwaited).as(name).isFalse();
      }
      if (kinds.contains(HostFunction.Kind.ASYNC)) {
        assertThat(isAwaited).as(name).isTrue();
      }
    }
  }
}
