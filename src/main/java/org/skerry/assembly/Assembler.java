package org.skerry.assembly;

import java.util.List;
import java.util.Objects;
import org.skerry.module.ModuleFile;

/**
 * Makes modules of sources; the language is described in {@code native-notes/assembly.md}.
 * Thread-safe: there is no state.
 */
public final class Assembler {
  private Assembler() {}

  /**
   * The module that a source describes.
   *
   * @param fileName the source's name in errors and in stack traces; a module that does not say its
   *     name has this name without folders and extension
   * @param source the text, not null
   * @return a module that is not verified
   * @throws AssemblyException if the source has mistakes
   */
  public static ModuleFile assemble(String fileName, CharSequence source) throws AssemblyException {
    Objects.requireNonNull(fileName, "fileName");
    Source text = new Source(fileName, source);
    Diagnostics diagnostics = new Diagnostics(text);
    Outline outline = new Outline(text, diagnostics);
    outline.read();
    ModulePool pool = new ModulePool();
    try (BodyParser bodies = new BodyParser(text, diagnostics, outline, pool)) {
      bodies.read();
      if (!diagnostics.isEmpty()) {
        throw diagnostics.exception();
      }
      return new ModuleFile(
          outline.moduleName(),
          bodies.sourceName(),
          List.copyOf(pool.atoms()),
          List.copyOf(pool.literals()),
          List.copyOf(pool.references()),
          List.copyOf(bodies.functions()),
          List.copyOf(bodies.mvars()),
          List.copyOf(pool.mvarReferences()));
    }
  }
}
