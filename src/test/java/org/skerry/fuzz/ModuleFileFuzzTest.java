package org.skerry.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import org.skerry.assembly.Assembler;
import org.skerry.assembly.AssemblyException;
import org.skerry.module.ModuleWriter;

/**
 * Any bytes are rejected with a reason, or run safely for a while in a small machine with checked
 * memory. In the build it runs over the examples and what once failed; {@code JAZZER_FUZZ=1 mvn
 * test -Dtest=ModuleFileFuzzTest} looks for more, guided by coverage.
 */
class ModuleFileFuzzTest {
  @MethodSource("examples")
  @FuzzTest(maxDuration = "3m")
  void shouldRejectOrRunAnyModuleFile(byte[] file) {
    // The checksum is made right: else nothing behind it is ever reached.
    Sandbox.run(HostileModules.sealed(file.clone()), Sandbox.limited(file.length));
  }

  static Stream<byte[]> examples() throws IOException {
    Stream<byte[]> hostile = HostileModules.NAMES.stream().map(HostileModules::bytes);
    return Stream.concat(hostile, sources().stream().map(ModuleFileFuzzTest::assembled));
  }

  private static byte[] assembled(Path source) {
    try {
      return ModuleWriter.write(Assembler.assemble(source.toString(), Files.readString(source)));
    } catch (AssemblyException | IOException e) {
      throw new AssertionError(source.toString(), e);
    }
  }

  /** The examples and the conformance programs. */
  static List<Path> sources() throws IOException {
    try (Stream<Path> examples = Files.list(Path.of("examples"));
        Stream<Path> programs = Files.list(Path.of("src/test/resources/conformance"))) {
      return Stream.concat(examples, programs)
          .filter(file -> file.toString().endsWith(".ska"))
          .sorted()
          .toList();
    }
  }
}
