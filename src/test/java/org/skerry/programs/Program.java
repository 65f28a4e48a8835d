package org.skerry.programs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.skerry.assembly.Assembler;
import org.skerry.assembly.AssemblyException;
import org.skerry.assembly.LibraryModules;
import org.skerry.module.FunctionReference;
import org.skerry.module.ModuleFile;
import org.skerry.module.VerifiedModule;
import org.skerry.verify.VerificationException;
import org.skerry.verify.Verifier;

/**
 * A program, assembled and verified: the module whose {@code main} runs, and what it imports.
 *
 * @param name for messages
 * @param modules the one with {@code main} first
 */
public record Program(String name, List<VerifiedModule> modules) {

  /** A source, and beside it the sources of what it imports. */
  public static Program file(Path main) {
    List<VerifiedModule> modules = new ArrayList<>();
    Set<String> names = new HashSet<>();
    ArrayDeque<Path> files = new ArrayDeque<>(List.of(main));
    while (!files.isEmpty()) {
      Path file = files.remove();
      String name = file.getFileName().toString();
      String library = LibraryModules.source(name.replace(".ska", ""));
      boolean isShipped = library != null && !Files.exists(file);
      VerifiedModule module = module(name, isShipped ? library : text(file));
      modules.add(module);
      names.add(module.file().name());
      for (FunctionReference reference : module.file().references()) {
        String imported = reference.module();
        Path source = file.resolveSibling(imported + ".ska");
        // All others are the system's, which the VM has itself; it says so where it has not.
        if (imported != null
            && names.add(imported)
            && (Files.exists(source) || LibraryModules.source(imported) != null)) {
          files.add(source);
        }
      }
    }
    return new Program(main.getFileName().toString(), modules);
  }

  /** A source of one module. */
  public static Program source(String source) {
    return source("test.ska", source);
  }

  /** A source of one module. */
  public static Program source(String fileName, String source) {
    return new Program(fileName, List.of(module(fileName, source)));
  }

  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static VerifiedModule module(String fileName, String source) {
    try {
      ModuleFile file = Assembler.assemble(fileName, source);
      return Verifier.verify(file);
    } catch (AssemblyException | VerificationException e) {
      throw new AssertionError(fileName + ":\n" + e.getMessage(), e);
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
