package org.skerry.cli.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.skerry.LoadException;
import org.skerry.Program;
import org.skerry.memory.VmBug;

/**
 * A benchmark as modules: its program, which the build takes from {@code examples/}, and one whose
 * main does a round of it.
 */
final class GuestProgram {
  /** The module to run. */
  static final String MAIN = "bench";

  private static final String FOLDER = "/org/skerry/bench/";

  private static final String DRIVER =
      """
      module bench
      import %1$s.%2$s(i) -> r
      export function main() -> r
          i.const      n, %3$d
          r.call       measured, %1$s.%2$s(n)
          r.return     measured
      end
      """;

  private GuestProgram() {}

  static Program of(Benchmark benchmark, long size) {
    String name = benchmark.module();
    try {
      return Program.assemble(DRIVER.formatted(name, benchmark.function(), size), source(name));
    } catch (LoadException e) {
      throw new VmBug("Each standard program is sound", "module", name, "found", e.getMessage());
    }
  }

  /** The source of a program. */
  static String source(String module) {
    try (InputStream in = GuestProgram.class.getResourceAsStream(FOLDER + module + ".ska")) {
      if (in == null) {
        throw new VmBug("Each standard program is on the class path", "module", module);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
