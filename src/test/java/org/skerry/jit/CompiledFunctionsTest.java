package org.skerry.jit;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.invoke.CallSite;
import java.lang.invoke.MethodHandleInfo;
import java.lang.invoke.MethodType;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.skerry.assembly.Assembler;
import org.skerry.memory.MemoryPool;
import org.skerry.module.CodeSpace;
import org.skerry.module.LinkedModule;
import org.skerry.module.Linker;
import org.skerry.process.HostCalls;
import org.skerry.process.WorkerContext;
import org.skerry.term.Atoms;
import org.skerry.verify.Verifier;

class CompiledFunctionsTest {
  private static final MethodType TYPE =
      MethodType.methodType(
          double.class, WorkerContext.class, long.class, long.class, double.class);

  private CompiledFunctions functions;
  private MemoryPool pool;
  private Atoms atoms;
  private CodeSpace code;
  private LinkedModule caller;
  private LinkedModule callee;

  @BeforeEach
  void link() throws Exception {
    pool = new MemoryPool(1L << 28);
    atoms = new Atoms(pool, Atoms.DEFAULT_MAX_COUNT);
    code = new CodeSpace(pool);
    functions = new CompiledFunctions(code, HostCalls.NONE);
    callee =
        Linker.link(
                code,
                atoms,
                List.of(
                    Verifier.verify(
                        Assembler.assemble(
                            "n.ska",
                            """
                            module n
                            function other() -> r
                                r.return     nil
                            end
                            export function f(r t, f x) -> f
                                f.return     x
                            end
                            """))))
            .getFirst();
    caller =
        Linker.link(
                code,
                atoms,
                List.of(
                    Verifier.verify(
                        Assembler.assemble(
                            "m.ska",
                            """
                            module m
                            import n.f(r, f) -> f
                            function g(r t) -> f
                                f.call       x, n.f(t, 0.5)
                                f.return     x
                            end
                            """))))
            .getFirst();
  }

  @AfterEach
  void close() {
    code.close();
    atoms.close();
    pool.close();
  }

  private void compile(LinkedModule module) {
    functions.add(module, new ModuleCompiler(code, index -> 8, module, false, functions).compile());
  }

  private CallSite call() throws Exception {
    return functions.linkQualified(
        functions.module(caller.firstFunction()).lookup(), TYPE, caller.index(), 0, 128);
  }

  private static String target(CallSite call, CompiledModule module) {
    MethodHandleInfo method = module.lookup().revealDirect(call.getTarget());
    assertThat(method.getDeclaringClass()).isEqualTo(module.lookup().lookupClass());
    return method.getName();
  }

  @Test
  void shouldLinkToWhatIsCompiled() throws Exception {
    compile(callee);
    compile(caller);

    assertThat(target(call(), functions.module(callee.firstFunction()))).isEqualTo("f1");
  }

  @Test
  void shouldSwitchCallsWhenTheCalleeIsCompiled() throws Exception {
    compile(caller);
    CallSite first = call();
    CallSite second = call();

    assertThat(target(first, functions.module(caller.firstFunction()))).isEqualTo("unlinkedTo0");

    compile(callee);

    assertThat(target(first, functions.module(callee.firstFunction()))).isEqualTo("f1");
    assertThat(target(second, functions.module(callee.firstFunction()))).isEqualTo("f1");
  }
}
