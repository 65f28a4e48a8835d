package org.skerry.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import org.skerry.assembly.Assembler;
import org.skerry.assembly.AssemblyException;
import org.skerry.assembly.Disassembler;
import org.skerry.assembly.DisassemblyOptions;
import org.skerry.module.MalformedModuleException;
import org.skerry.module.ModuleFile;
import org.skerry.module.ModuleReader;
import org.skerry.module.ModuleWriter;

/**
 * Any text is a list of mistakes with their places, or a module that disassembles to itself and
 * runs safely. As {@link ModuleFileFuzzTest}.
 */
class AssemblerFuzzTest {
  @MethodSource("examples")
  @FuzzTest(maxDuration = "3m")
  void shouldTellMistakesOrAssembleAnyText(byte[] utf8) throws Exception {
    String text = new String(utf8, StandardCharsets.UTF_8);
    ModuleFile module;
    try {
      module = Assembler.assemble("fuzz.ska", text);
    } catch (AssemblyException e) {
      assertThat(e.getMessage()).startsWith("fuzz.ska:");
      return;
    }
    byte[] bytes = ModuleWriter.write(module);
    assertThat(again(bytes)).isEqualTo(bytes);
    Sandbox.run(module, Sandbox.limited(utf8.length));
  }

  private static byte[] again(byte[] bytes) throws MalformedModuleException, AssemblyException {
    ModuleFile module = ModuleReader.read(bytes);
    String text = Disassembler.disassemble(module, new DisassemblyOptions(true, false, false));
    return ModuleWriter.write(Assembler.assemble("again.ska", text));
  }

  static Stream<byte[]> examples() throws IOException {
    return ModuleFileFuzzTest.sources().stream().map(AssemblerFuzzTest::bytes);
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
