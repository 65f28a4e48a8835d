package org.skerry.jit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.skerry.assembly.Assembler;
import org.skerry.isa.Opcode;
import org.skerry.memory.MemoryPool;
import org.skerry.module.CodeSpace;
import org.skerry.module.LinkedModule;
import org.skerry.module.Linker;
import org.skerry.module.ModuleFile;
import org.skerry.process.HostCalls;
import org.skerry.term.Atoms;
import org.skerry.verify.SimplestForms;
import org.skerry.verify.Verifier;

class ModuleCompilerTest {
  private MemoryPool pool;
  private Atoms atoms;
  private CodeSpace code;

  @BeforeEach
  void open() {
    pool = new MemoryPool(1L << 28);
    atoms = new Atoms(pool, Atoms.DEFAULT_MAX_COUNT);
    code = new CodeSpace(pool);
  }

  @AfterEach
  void close() {
    code.close();
    atoms.close();
    pool.close();
  }

  private ModuleCompiler.Result compile(ModuleFile file) throws Exception {
    LinkedModule module = Linker.link(code, atoms, List.of(Verifier.verify(file))).getFirst();
    return new ModuleCompiler(
            code, index -> 8, module, false, new CompiledFunctions(code, HostCalls.NONE))
        .compile();
  }

  @ParameterizedTest
  @EnumSource(Opcode.class)
  void shouldCompileEveryOpcode(Opcode opcode) throws Exception {
    ModuleCompiler.Result result = compile(SimplestForms.of(opcode));

    assertThat(result.functions().get(0)).isTrue();
  }

  @Test
  void shouldLeaveOutWhatHotSpotWouldNotCompile() throws Exception {
    StringBuilder text = new StringBuilder("module m\nfunction large(i n) -> i\n");
    for (int i = 0; i < 1_000; i++) {
      text.append("i.call n, small(n)\n");
    }
    text.append("i.return n\nend\nfunction small(i n) -> i\ni.add n, n, 1\ni.return n\nend\n");

    ModuleCompiler.Result result = compile(Assembler.assemble("m.ska", text));

    assertThat(result.functions().get(0)).isFalse();
    assertThat(result.functions().get(1)).isTrue();
  }

  /** With what is live at each of its loops alone on the ways out it would be too large. */
  @Test
  void shouldCompileWhatIsLargeShorter() throws Exception {
    StringBuilder text = new StringBuilder("module m\nfunction large(i n) -> i\n");
    for (int i = 0; i < 100; i++) {
      text.append("i.add x%d, n, %d\n".formatted(i, i));
    }
    for (int i = 0; i < 100; i++) {
      text.append("loop%d:\ni.add n, n, x%d\ni.jump.lt n, %d, @loop%d\n".formatted(i, i, i, i));
    }
    text.append("i.return n\nend\n");

    ModuleCompiler.Result result = compile(Assembler.assemble("m.ska", text));

    assertThat(result.functions().get(0)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {123, 124, 255})
  void shouldCompileAsManyParametersAsAMethodHas(int count) throws Exception {
    StringBuilder text = new StringBuilder("module m\nfunction f(i p0");
    for (int i = 1; i < count; i++) {
      text.append(", i p").append(i);
    }
    text.append(") -> i\ni.return p0\nend\n");

    ModuleCompiler.Result result = compile(Assembler.assemble("m.ska", text));

    assertThat(result.functions().get(0)).isEqualTo(count <= MethodShape.MAX_PARAMETERS);
  }

  /** A class file has 65,535 constants at most, and each safepoint takes one or two. */
  @Test
  @Timeout(120)
  void shouldCompileAModuleThatNeedsSeveralClasses() throws Exception {
    StringBuilder text = new StringBuilder("module m\n");
    for (int i = 0; i < 1_200; i++) {
      text.append("function f").append(i).append("(r s) -> r\n");
      text.append("r.string.concat s, s, s\n".repeat(30));
      text.append("r.call s, f").append((i + 600) % 1_200).append("(s)\nr.return s\nend\n");
    }

    ModuleCompiler.Result result = compile(Assembler.assemble("m.ska", text));

    assertThat(result.functions().cardinality()).isEqualTo(1_200);
    assertThat(result.code()[0]).isNotSameAs(result.code()[1_199]);
  }

  @Test
  void shouldCompileAModuleOfManyFunctions() throws Exception {
    StringBuilder text = new StringBuilder("module m\n");
    for (int i = 0; i < 500; i++) {
      text.append("function f").append(i).append("() -> i\ni.const n, ").append(i);
      text.append("\ni.return n\nend\n");
    }

    ModuleCompiler.Result result = compile(Assembler.assemble("m.ska", text));

    assertThat(result.functions().cardinality()).isEqualTo(500);
  }
}
