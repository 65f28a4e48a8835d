package org.skerry;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.skerry.assembly.Assembler;
import org.skerry.assembly.AssemblyException;
import org.skerry.isa.Bank;
import org.skerry.module.FunctionDefinition;
import org.skerry.module.ModuleFile;
import org.skerry.module.VerifiedModule;
import org.skerry.verify.VerificationException;
import org.skerry.verify.Verifier;

/**
 * A module whose functions are Java methods. Programs import and call them as those of any module:
 *
 * <pre>{@code
 * HostModule files =
 *     HostModule.builder("files")
 *         .inlineLong("now() -> i", call -> System.nanoTime())
 *         .blocking("read(r path) -> r", call -> Files.readString(Path.of(call.asString(0))))
 *         .async("fetch(r url) -> r", call -> client.fetch(call.asString(0)))
 *         .build();
 * Vm vm = Vm.builder().hostModule(files).start();
 * }</pre>
 *
 * <p>A function is declared with its header as in assembly: the name, the banks of the parameters,
 * which may have names, and the bank of the result. Bank {@code r} holds terms, {@code i} 64-bit
 * integers, {@code f} floats. What a module imports must have the same banks; otherwise loading it
 * fails, and says where.
 *
 * <p>There are three kinds of functions. All may throw: {@link HostError} raises the error that it
 * names, anything else, {@link StackOverflowError} and {@link OutOfMemoryError} among it, {@code
 * {:host_error, text}}; the process can catch both.
 *
 * <ul>
 *   <li><b>inline</b>: runs on the thread that runs the process. For what takes microseconds and
 *       never waits: other processes do not run meanwhile, and nothing can end it. What of {@link
 *       Vm} waits ({@link Vm#call}, {@link Vm#run}, {@link Vm#load}, {@link Vm#close} and others)
 *       throws {@link IllegalStateException}; {@link Vm#offer}, {@link Vm#spawn} and {@link
 *       Vm#kill} do not. Numbers arrive and leave without a Java object.
 *   <li><b>blocking</b>: runs on a virtual thread, and may wait as it likes. The process awaits it.
 *       When the process ends first, the thread is interrupted.
 *   <li><b>async</b>: runs on the thread that runs the process, like an inline one, and returns a
 *       stage. The process awaits the stage, and no thread does. When the process ends first, the
 *       stage is cancelled, if it is a {@link java.util.concurrent.Future}.
 * </ul>
 *
 * <p>In a simulation a process waits in place for functions that block, and for stages: virtual
 * time stands still, and no other process runs.
 *
 * <p>Immutable; any thread, any number of VMs.
 */
public final class HostModule {
  /** Gives an integer; see {@link Builder#inlineLong}. */
  @FunctionalInterface
  public interface ToLong {
    /** Called on the thread that runs the process. */
    long call(HostCall call) throws Exception;
  }

  /** Gives a float; see {@link Builder#inlineDouble}. */
  @FunctionalInterface
  public interface ToDouble {
    /** Called on the thread that runs the process. */
    double call(HostCall call) throws Exception;
  }

  /** Gives a term as {@link Term#of} takes it; see {@link Builder#inline}. */
  @FunctionalInterface
  public interface ToTerm {
    /** Called as the kind of the function says. */
    @Nullable Object call(HostCall call) throws Exception;
  }

  /** Gives a stage of a term as {@link Term#of} takes it; see {@link Builder#async}. */
  @FunctionalInterface
  public interface ToStage {
    /** Called on the thread that runs the process. */
    CompletionStage<?> call(HostCall call) throws Exception;
  }

  private final String name;
  private final VerifiedModule module;
  private final Map<String, HostFunction> functions;

  private HostModule(String name, VerifiedModule module, Map<String, HostFunction> functions) {
    this.name = name;
    this.module = module;
    this.functions = functions;
  }

  /**
   * Begins a module.
   *
   * @param name letters, digits and {@code _}, as programs name it
   */
  public static Builder builder(String name) {
    return new Builder(name);
  }

  /** The module's name. */
  public String name() {
    return name;
  }

  VerifiedModule module() {
    return module;
  }

  /** The same, as one of the system. */
  HostModule ofSystem() {
    Map<String, HostFunction> marked = new HashMap<>(functions);
    marked.replaceAll((name, function) -> function.ofSystem());
    return new HostModule(name, module, Map.copyOf(marked));
  }

  /** By name. */
  Map<String, HostFunction> functions() {
    return functions;
  }

  /** The functions of a module to be. One thread. */
  public static final class Builder {
    private final String name;
    private final Map<String, HostFunction> functions = new LinkedHashMap<>();

    /** Functions in assembly, which may call the others. */
    private String assembly = "";

    private Builder(String name) {
      if (!name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
        throw new IllegalArgumentException("no name of a module: " + name);
      }
      this.name = name;
    }

    /**
     * A short function that gives a term.
     *
     * @param header such as {@code "name(r, i) -> r"}
     * @throws IllegalArgumentException if the header is none, or says another result
     */
    public Builder inline(String header, ToTerm function) {
      return add(HostFunction.of(name, header, HostFunction.Kind.INLINE, Bank.R, function));
    }

    /** A short function that gives an integer: {@code "name(r, i) -> i"}. As {@link #inline}. */
    public Builder inlineLong(String header, ToLong function) {
      return add(HostFunction.of(name, header, HostFunction.Kind.INLINE, Bank.I, function));
    }

    /** A short function that gives a float: {@code "name(r, i) -> f"}. As {@link #inline}. */
    public Builder inlineDouble(String header, ToDouble function) {
      return add(HostFunction.of(name, header, HostFunction.Kind.INLINE, Bank.F, function));
    }

    /**
     * A function that may wait.
     *
     * @param header with any result; for {@code i} the function gives a {@link Number} without a
     *     fraction, for {@code f} a {@link Double} or {@link Float}
     * @throws IllegalArgumentException if the header is none
     */
    public Builder blocking(String header, ToTerm function) {
      return add(HostFunction.of(name, header, HostFunction.Kind.BLOCKING, null, function));
    }

    /** A function that begins something and returns its stage; header as {@link #blocking}. */
    public Builder async(String header, ToStage function) {
      return add(HostFunction.of(name, header, HostFunction.Kind.ASYNC, null, function));
    }

    /**
     * Functions in assembly. They may call functions of Java that nobody else can, where those have
     * names that end in {@code _here} or {@code _aside}.
     */
    Builder assembly(String source) {
      assembly = source;
      return this;
    }

    private Builder add(HostFunction function) {
      if (functions.putIfAbsent(function.name(), function) != null) {
        throw new IllegalArgumentException(
            "module " + name + " has two functions " + function.name());
      }
      return this;
    }

    /**
     * The module.
     *
     * @throws IllegalArgumentException if the assembly cannot name one of the functions
     */
    public HostModule build() {
      StringBuilder source = new StringBuilder("module ").append(name).append('\n');
      functions.values().forEach(function -> function.writeTo(source, isExported(function)));
      source.append(assembly);
      try {
        ModuleFile file = Assembler.assemble(name, source.toString());
        return new HostModule(
            name, Verifier.verify(withoutLines(file)), Map.copyOf(new HashMap<>(functions)));
      } catch (AssemblyException | VerificationException e) {
        throw new IllegalArgumentException("module " + name + ": " + e.getMessage());
      }
    }

    private boolean isExported(HostFunction function) {
      return assembly.isEmpty() || !function.name().matches(".*_(here|aside)");
    }

    private static ModuleFile withoutLines(ModuleFile file) {
      List<FunctionDefinition> bare = new ArrayList<>();
      for (FunctionDefinition function : file.functions()) {
        bare.add(
            new FunctionDefinition(
                function.name(),
                function.signature(),
                function.exported(),
                function.rCount(),
                function.iCount(),
                function.fCount(),
                function.code(),
                function.handlers(),
                List.of(),
                function.names()));
      }
      return new ModuleFile(
          file.name(), "host", file.atoms(), file.literals(), file.references(), bare);
    }
  }

  /** Name and functions. */
  @Override
  public String toString() {
    return name + Objects.toString(functions.values());
  }
}
