package org.skerry;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.skerry.io.LoadFailure;
import org.skerry.io.ModuleLoader;
import org.skerry.jit.CompiledCode;
import org.skerry.module.CodeSpace;
import org.skerry.module.FunctionDefinition;
import org.skerry.module.LinkException;
import org.skerry.module.LinkedModule;
import org.skerry.module.Linker;
import org.skerry.module.MvarDefinition;
import org.skerry.module.VerifiedModule;
import org.skerry.term.Atoms;

/**
 * Loads modules into a VM, and knows which version of one is current. Any thread; what changes
 * something happens under the VM's lock. See {@code native-notes/hot-code.md}.
 */
final class Loading {
  private final Vm vm;
  private final CodeSpace code;
  private final Atoms atoms;
  private final FirstValues firstValues;
  private final CompiledCode compiled;
  private final HostFunctions hostFunctions;
  private final VmBuilder options;
  private final Runs runs;

  Loading(
      Vm vm,
      CodeSpace code,
      Atoms atoms,
      FirstValues firstValues,
      CompiledCode compiled,
      HostFunctions hostFunctions,
      VmBuilder options,
      Runs runs) {
    this.vm = vm;
    this.code = code;
    this.atoms = atoms;
    this.firstValues = firstValues;
    this.compiled = compiled;
    this.hostFunctions = hostFunctions;
    this.options = options;
    this.runs = runs;
  }

  /** As {@link Vm#loadTogether}; gives the names of the modules in the files. */
  List<String> load(List<Path> files) throws LoadException, InterruptedException {
    vm.closing().checkOpen();
    if (files.isEmpty()) {
      throw new IllegalArgumentException("no file to load");
    }
    try {
      List<VerifiedModule> program =
          ModuleLoader.loadPrograms(files, name -> code.module(name) != null);
      List<String> named =
          program.stream().limit(files.size()).map(module -> module.file().name()).toList();
      add(program, named);
      computeFirstValues(files.getFirst(), program);
      return named;
    } catch (LoadFailure e) {
      throw new LoadException(e);
    }
  }

  /**
   * Loads the module in a file, of which only the bytes are looked at, while programs run. What it
   * imports is loaded already, or of the library or the system.
   *
   * @return its name
   */
  String load(Path file, byte[] bytes) throws LoadException {
    try {
      List<VerifiedModule> program = ModuleLoader.withLibrary(file, bytes, this::isLoaded);
      String name = program.getFirst().file().name();
      synchronized (vm) {
        checkFirstValues(program.getFirst());
        add(program, List.of(name));
      }
      return name;
    } catch (LoadFailure e) {
      throw new LoadException(e);
    }
  }

  /** A program that runs cannot wait here for others that compute first values. */
  private void checkFirstValues(VerifiedModule module) throws LoadException {
    String name = module.file().name();
    LinkedModule current = code.module(name);
    for (MvarDefinition mvar : module.file().mvars()) {
      if (mvar.literal() < 0 && (current == null || current.mvarIndex(mvar.name()) < 0)) {
        throw new LoadException(
            name
                + ": a function computes the first value of MVar "
                + mvar.name()
                + "; a program can only load modules whose new MVars have literals");
      }
    }
  }

  /** As {@link Vm#load(Program)}. */
  void load(Program program) throws LoadException, InterruptedException {
    computeFirstValues(program, add(program));
  }

  /** Adds a program, whose first values are computed by the next run; gives what it has added. */
  List<VerifiedModule> add(Program program) throws LoadException {
    List<VerifiedModule> modules = new ArrayList<>(program.modules());
    add(modules, List.of(program.name()));
    return modules;
  }

  /** Adds modules, but those that are loaded, unless they are named: then they are new versions. */
  private void add(List<VerifiedModule> program, List<String> named) throws LoadException {
    synchronized (vm) {
      vm.closing().checkOpen();
      program.removeIf(
          module -> !named.contains(module.file().name()) && isLoaded(module.file().name()));
      try {
        add(program);
      } catch (LinkException e) {
        throw new LoadException(e);
      }
    }
  }

  private boolean isLoaded(String name) {
    return code.module(name) != null;
  }

  /** Where one fails, those of the program are given up, so that other modules can be loaded. */
  private void computeFirstValues(Object what, List<VerifiedModule> program)
      throws LoadException, InterruptedException {
    Outcome failed = new Outcome.Interrupted();
    try {
      failed = runs.firstValues(System.nanoTime());
    } finally {
      if (failed != null) {
        program.forEach(module -> firstValues.forget(code.module(module.file().name())));
      }
    }
    if (failed != null) {
      throw new LoadException(what + ": an MVar has got no first value: " + failed);
    }
  }

  /**
   * Adds verified modules; they may import each other, and modules that are loaded already. Those
   * whose names are loaded are new versions.
   *
   * @throws LinkException if they do not fit together, or what is loaded
   */
  void add(List<VerifiedModule> modules) throws LinkException {
    synchronized (vm) {
      vm.closing().checkOpen();
      for (VerifiedModule module : modules) {
        String name = module.file().name();
        if (isLoaded(name) && (hostFunctions.hasModule(name) || HostModules.owns(name))) {
          throw new LinkException(List.of(name + ": the module is the host's, and stays as it is"));
        }
      }
      hostFunctions.system().needed(modules, code::module).forEach(vm::load);
      link(modules);
    }
  }

  /** Links modules, which are current from then on; under the VM's lock. */
  List<LinkedModule> link(List<VerifiedModule> modules) throws LinkException {
    firstValues.reserve(modules);
    List<LinkedModule> linked = Linker.link(code, atoms, modules);
    firstValues.add(linked);
    if (options.jit() == JitMode.EAGER) {
      linked.forEach(compiled::compile);
    }
    compiled.switchCalls();
    return linked;
  }

  /** Changes with what the names of functions mean. */
  int loads() {
    return code.loads();
  }

  /**
   * The current version of a module.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  LinkedModule current(String name) {
    LinkedModule linked = code.module(name);
    if (linked == null) {
      throw new IllegalArgumentException("no module " + name + " is loaded");
    }
    return linked;
  }

  /**
   * What a function is in the current version of its module.
   *
   * @throws IllegalStateException if that does not export it
   */
  Function.Version current(Function function) {
    int loads = code.loads(); // first: what is found may be newer, but not older
    LinkedModule module = current(function.module());
    int index = module.functionIndex(function.name());
    FunctionDefinition found = index < 0 ? null : module.function(index).definition();
    if (found == null
        || !found.exported()
        || !found.signature().equals(function.definition().signature())) {
      throw new IllegalStateException(
          "The module was loaded again, and does not export the function any more. function="
              + function);
    }
    return new Function.Version(loads, index, found);
  }
}
