package org.skerry.assembly;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.skerry.module.FunctionDefinition;
import org.skerry.module.ModuleFile;
import org.skerry.module.ModuleReader;
import org.skerry.module.ModuleWriter;

class DisassemblerTest {
  private static final int RANDOM_MODULES = 1_000;

  static List<Path> examples() throws Exception {
    try (Stream<Path> files = Files.list(Path.of("examples"))) {
      return files.filter(file -> file.toString().endsWith(".ska")).sorted().toList();
    }
  }

  private static void assertSameAgain(byte[] file) throws Exception {
    String text = Disassembler.disassemble(ModuleReader.read(file), DisassemblyOptions.EXACT);
    ModuleFile again;
    try {
      again = Assembler.assemble("again.ska", text);
    } catch (AssemblyException e) {
      throw new AssertionError(e.getMessage() + "\n\n" + text, e);
    }
    assertThat(ModuleWriter.write(again)).as("%s", text).isEqualTo(file);
    assertThat(Disassembler.disassemble(again, DisassemblyOptions.EXACT)).isEqualTo(text);
  }

  private static ModuleFile stripped(ModuleFile module) {
    return new ModuleFile(
        module.name(),
        "",
        module.atoms(),
        module.literals(),
        module.references(),
        module.functions().stream()
            .map(f ->
                new FunctionDefinition(
                    f.name(),
                    f.signature(),
                    f.exported(),
                    f.rCount(),
                    f.iCount(),
                    f.fCount(),
                    f.code(),
                    f.handlers(),
                    List.of(),
                    List.of()))
            .toList(),
        module.mvars(),
        module.mvarReferences());
  }

  @ParameterizedTest
  @MethodSource("examples")
  void shouldGiveTheSameBytesForAnExample(Path example) throws Exception {
    ModuleFile module = Assembler.assemble(example.toString(), Files.readString(example));

    assertSameAgain(ModuleWriter.write(module));
    assertSameAgain(ModuleWriter.write(stripped(module)));
  }

  @Test
  void shouldGiveTheSameBytesForAnyModule() throws Exception {
    for (long seed = 0; seed < RANDOM_MODULES; seed++) {
      ModuleFile module = new RandomModules(seed).module();
      try {
        assertSameAgain(ModuleWriter.write(module));
        assertSameAgain(ModuleWriter.write(stripped(module)));
      } catch (Exception | AssertionError e) {
        throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
      }
    }
  }
}
