package org.skerry.io;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.skerry.assembly.Assembler;
import org.skerry.assembly.AssemblyException;
import org.skerry.assembly.LibraryModules;
import org.skerry.module.MalformedModuleException;
import org.skerry.module.ModuleFile;
import org.skerry.module.ModuleFormat;
import org.skerry.module.ModuleReader;
import org.skerry.module.VerifiedModule;
import org.skerry.verify.VerificationException;
import org.skerry.verify.Verifier;

/**
 * Makes modules of files: assembles sources, reads module files, verifies, and finds the modules
 * that they import. Any thread.
 */
public final class ModuleLoader {
  /** How the name of a source file ends. */
  public static final String SOURCE_EXTENSION = ".ska";

  /** How the name of a module file ends. */
  public static final String MODULE_EXTENSION = ".skb";

  /** Modules that the VM itself has, where a program has none of that name. */
  private static final Set<String> SYSTEM =
      Set.of(
          "file", "env", "program", "stdin", "time", "random", "regex", "json", "tcp", "udp",
          "http", "code");

  /** Those that only compute, and await nobody. */
  private static final Set<String> COMPUTING = Set.of("env", "json", "random", "regex", "time");

  /** Stands for the folder of the modules that ship with Skerry; there is none of that name. */
  private static final Path LIBRARY = Path.of("<library>");

  private ModuleLoader() {}

  /**
   * The module in a file: read if the file begins like a module file or is named like one,
   * otherwise assembled. It is not verified.
   */
  public static ModuleFile load(Path file) throws LoadFailure {
    return load(file, InputFiles.read(file));
  }

  private static ModuleFile load(Path file, byte[] bytes) throws LoadFailure {
    if (bytes.length == 0) {
      throw LoadFailure.rejected("the file is empty: " + file);
    }
    try {
      return isModule(file, bytes)
          ? ModuleReader.read(bytes)
          : Assembler.assemble(file.toString(), text(file, bytes));
    } catch (AssemblyException e) {
      throw LoadFailure.listing(e.getMessage());
    } catch (MalformedModuleException e) {
      throw LoadFailure.rejected(file + ": " + e.getMessage());
    }
  }

  /** The names of the modules that the VM itself has. */
  public static Set<String> systemModules() {
    return SYSTEM;
  }

  /** Whether {@code module.function} is one of the VM's own that awaits somebody else. */
  public static boolean isAwaited(String function) {
    String module = function.substring(0, function.indexOf('.'));
    return SYSTEM.contains(module) && !COMPUTING.contains(module);
  }

  /** Verifies a module that came from a file. */
  public static VerifiedModule verify(Path file, ModuleFile module) throws LoadFailure {
    try {
      return Verifier.verify(module);
    } catch (VerificationException e) {
      throw LoadFailure.listing(
          file + ": rejected by the verifier\n  " + e.getMessage().replace("\n", "\n  "));
    }
  }

  /**
   * A program: the module in a file, and behind it all whose functions or MVars it names, directly
   * or not. A module is looked for in the folder of the one that imports it, in a file of its name,
   * and then in the library.
   */
  public static List<VerifiedModule> loadProgram(Path main) throws LoadFailure {
    return loadPrograms(List.of(main), name -> false);
  }

  /**
   * As {@link #loadProgram(Path)} of several files, which stand first, without modules that there
   * are already.
   *
   * @param isLoaded whether there is a module of a name
   */
  public static List<VerifiedModule> loadPrograms(List<Path> mains, Predicate<String> isLoaded)
      throws LoadFailure {
    List<VerifiedModule> program = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Path main : mains) {
      ModuleFile module = load(main);
      program.add(verify(main, module));
      if (!names.add(module.name())) {
        throw LoadFailure.rejected(main + ": the module " + module.name() + " is named twice");
      }
    }
    ArrayDeque<Path> files = new ArrayDeque<>();
    for (int i = 0; i < mains.size(); i++) {
      addImports(program.get(i).file(), mains.get(i), names, isLoaded, files);
    }
    while (!files.isEmpty()) {
      Path file = files.remove();
      ModuleFile module = isOfLibrary(file) ? library(file) : load(file);
      program.add(verify(file, module));
      addImports(module, file, names, isLoaded, files);
    }
    return program;
  }

  /** Adds files of modules that a module names, and that are neither there nor on the way. */
  private static void addImports(
      ModuleFile module,
      Path file,
      Set<String> names,
      Predicate<String> isLoaded,
      ArrayDeque<Path> files)
      throws LoadFailure {
    for (String used : used(module)) {
      if (names.add(used) && !isLoaded.test(used)) {
        Path found = find(used, file);
        if (found != null) {
          files.add(found);
        }
      }
    }
  }

  /**
   * The module in a file, and behind it those of the library that it needs; no other file is looked
   * at.
   *
   * @param bytes what is in the file
   * @param isLoaded whether there is a module of a name
   */
  public static List<VerifiedModule> withLibrary(
      Path file, byte[] bytes, Predicate<String> isLoaded) throws LoadFailure {
    List<VerifiedModule> program = new ArrayList<>();
    ModuleFile main = load(file, bytes);
    program.add(verify(file, main));
    Set<String> names = new HashSet<>(Set.of(main.name()));
    ArrayDeque<String> toFind = new ArrayDeque<>(used(main));
    while (!toFind.isEmpty()) {
      String name = toFind.remove();
      if (names.add(name) && !isLoaded.test(name) && LibraryModules.source(name) != null) {
        Path found = LIBRARY.resolve(name + SOURCE_EXTENSION);
        ModuleFile module = library(found);
        program.add(verify(found, module));
        toFind.addAll(used(module));
      }
    }
    return program;
  }

  private static boolean isOfLibrary(Path file) {
    return file.startsWith(LIBRARY);
  }

  private static ModuleFile library(Path file) throws LoadFailure {
    String name = file.getFileName().toString();
    String module = name.substring(0, name.length() - SOURCE_EXTENSION.length());
    try {
      return Assembler.assemble(name, LibraryModules.source(module));
    } catch (AssemblyException e) {
      throw LoadFailure.listing(e.getMessage());
    }
  }

  /** The other modules whose functions or MVars a module names. */
  private static Set<String> used(ModuleFile module) {
    Set<String> used = new LinkedHashSet<>();
    module.references().forEach(reference -> used.add(reference.module()));
    module.mvarReferences().forEach(reference -> used.add(reference.module()));
    used.remove(null);
    return used;
  }

  /** Where a module is; null if it is one of the system. */
  private static Path find(String module, Path importer) throws LoadFailure {
    boolean compiled = importer.toString().endsWith(MODULE_EXTENSION);
    List<String> extensions =
        compiled
            ? List.of(MODULE_EXTENSION, SOURCE_EXTENSION)
            : List.of(SOURCE_EXTENSION, MODULE_EXTENSION);
    // A name comes from the file: it must not lead out of the folder.
    if (module.matches("[\\w-][\\w.-]*")) {
      for (String extension : extensions) {
        Path file = importer.resolveSibling(module + extension);
        if (Files.isRegularFile(file)) {
          return checkName(module, file);
        }
      }
    }
    if (SYSTEM.contains(module)) {
      return null;
    }
    if (LibraryModules.source(module) != null) {
      return LIBRARY.resolve(module + SOURCE_EXTENSION);
    }
    throw LoadFailure.rejected(
        importer
            + ": imports the module "
            + module
            + ", and beside it is no file "
            + module
            + extensions.get(0)
            + " or "
            + module
            + extensions.get(1));
  }

  private static Path checkName(String module, Path file) throws LoadFailure {
    String found = load(file).name();
    if (!found.equals(module)) {
      throw LoadFailure.rejected(file + ": the module in it is named " + found + ", not " + module);
    }
    return file;
  }

  private static boolean isModule(Path file, byte[] bytes) {
    boolean magic =
        bytes.length >= Long.BYTES
            && ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong()
                == ModuleFormat.MAGIC;
    return magic || file.toString().endsWith(MODULE_EXTENSION);
  }

  private static CharSequence text(Path file, byte[] bytes) throws LoadFailure {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    CoderResult result = decoder.decode(in, out, true);
    if (result.isError()) {
      throw LoadFailure.rejected(
          file + ": neither a module nor a source: byte " + in.position() + " is not UTF-8");
    }
    return out.flip();
  }
}
