package org.skerry;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.skerry.assembly.Assembler;
import org.skerry.assembly.AssemblyException;
import org.skerry.io.LoadFailure;
import org.skerry.io.ModuleLoader;
import org.skerry.module.VerifiedModule;
import org.skerry.verify.VerificationException;
import org.skerry.verify.Verifier;

/**
 * A module and what it imports, verified: to be loaded into any number of VMs. Immutable; any
 * thread.
 */
public final class Program {
  private final List<VerifiedModule> modules;

  /**
   * @param modules the one that the program is named for first
   */
  Program(List<VerifiedModule> modules) {
    this.modules = List.copyOf(modules);
  }

  /**
   * Reads a source ({@code .ska}) or module file ({@code .skb}), and the modules that it imports:
   * each is looked for beside the file that imports it, and then in the library.
   *
   * @param host modules that the VM has from elsewhere, which are not looked for
   * @throws LoadException if a file cannot be read, or is rejected
   */
  public static Program read(Path file, HostModule... host) throws LoadException {
    Set<String> names = Arrays.stream(host).map(HostModule::name).collect(Collectors.toSet());
    return read(file, names::contains);
  }

  /**
   * As {@link #read(Path, HostModule...)}.
   *
   * @param isThere whether the VM has a module of a name
   */
  static Program read(Path file, Predicate<String> isThere) throws LoadException {
    try {
      return new Program(ModuleLoader.loadPrograms(List.of(file), isThere));
    } catch (LoadFailure e) {
      throw new LoadException(e);
    }
  }

  /**
   * A program of sources. What they import of others must be in the VM when they are loaded there.
   *
   * @param source in assembly
   * @param more modules that it imports
   * @throws LoadException if one is rejected
   */
  public static Program assemble(String source, String... more) throws LoadException {
    try {
      List<VerifiedModule> modules = new ArrayList<>();
      modules.add(Verifier.verify(Assembler.assemble("<source>", source)));
      for (String other : more) {
        modules.add(Verifier.verify(Assembler.assemble("<source>", other)));
      }
      return new Program(modules);
    } catch (AssemblyException | VerificationException e) {
      throw new LoadException(e);
    }
  }

  /** The name of its first module, which is the one that was asked for. */
  public String name() {
    return modules.getFirst().file().name();
  }

  /** All its modules, the one that was asked for first. */
  List<VerifiedModule> modules() {
    return modules;
  }

  @Override
  public String toString() {
    return name();
  }
}
