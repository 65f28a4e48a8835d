package org.skerry.cli;

import java.nio.file.Path;
import java.util.List;
import org.skerry.assembly.DisassemblyOptions;
import org.skerry.assembly.Suggestions;
import org.skerry.jit.JvmListing;
import org.skerry.memory.MemoryPool;
import org.skerry.module.CodeSpace;
import org.skerry.module.FunctionDefinition;
import org.skerry.module.LinkException;
import org.skerry.module.LinkedModule;
import org.skerry.module.Linker;
import org.skerry.module.VerifiedModule;
import org.skerry.term.Atoms;

/** Links a program without running it, and shows what a function is compiled to. */
final class JvmCode {
  private static final long MAX_MEMORY_BYTES = 1L << 30;

  private JvmCode() {}

  /** The text for a function of the module in a file. */
  static String of(Path file, String function, DisassemblyOptions options) throws CommandFailure {
    List<VerifiedModule> program = ProgramFiles.loadProgram(file);
    List<String> names =
        program.getFirst().file().functions().stream().map(FunctionDefinition::name).toList();
    int position = names.indexOf(function);
    if (position < 0) {
      throw new CommandFailure(
          ExitStatus.USAGE,
          file + ": has no function " + function + Suggestions.hint(function, names));
    }
    try (MemoryPool pool = new MemoryPool(MAX_MEMORY_BYTES);
        Atoms atoms = new Atoms(pool, Atoms.DEFAULT_MAX_COUNT);
        CodeSpace code = new CodeSpace(pool)) {
      LinkedModule module = Linker.link(code, atoms, SystemStubs.added(program)).getFirst();
      return JvmListing.of(code, module, position, options);
    } catch (LinkException e) {
      throw new CommandFailure(ExitStatus.REJECTED, e.getMessage());
    }
  }
}
