package org.skerry;

import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.skerry.host.AwaitedInput;
import org.skerry.host.WaitingThreads;
import org.skerry.module.LinkedModule;
import org.skerry.module.VerifiedModule;

/**
 * The modules of the system, which every program may import: each is made when the first module
 * that imports it is loaded. For whoever has the VM's lock.
 */
final class SystemModules implements AutoCloseable {
  private final Permissions permissions;
  private final InputStream input;
  private final boolean isSimulated;
  private final BuiltTerms builtTerms;

  private final CodeModule.Loader loader;
  private final NetModules net;
  private final HttpModule http;

  /** Null until a module needs them. */
  private WaitingThreads threads;

  /**
   * @param loader loads modules for programs
   * @param aside runs what may wait on another thread
   */
  SystemModules(
      VmBuilder options,
      BuiltTerms builtTerms,
      CodeModule.Loader loader,
      Consumer<Runnable> aside) {
    this.builtTerms = builtTerms;
    this.loader = loader;
    permissions = options.permissions();
    input = options.input();
    isSimulated = options.seed() != null;
    net = new NetModules(permissions, isSimulated, aside);
    http = new HttpModule(net, isSimulated, aside);
  }

  /** Those that some modules import, and that nobody has loaded. */
  List<HostModule> needed(List<VerifiedModule> importers, Function<String, LinkedModule> loaded) {
    List<String> own = importers.stream().map(module -> module.file().name()).toList();
    return importers.stream()
        .flatMap(module -> module.file().references().stream())
        .map(reference -> reference.module())
        .filter(name -> name != null && !own.contains(name))
        .distinct()
        .filter(name -> loaded.apply(name) == null)
        .map(this::make)
        .filter(Objects::nonNull)
        .map(HostModule::ofSystem)
        .toList();
  }

  /** A module of a name, or null where the system has none. Their names: {@code ModuleLoader}. */
  private HostModule make(String name) {
    return switch (name) {
      case "file" -> FileModules.files(permissions, builtTerms);
      case "env" -> FileModules.environment(permissions);
      case "program" -> new ProgramModule(permissions, threads()).module();
      case "stdin" -> InputModule.of(new AwaitedInput(input::read, threads()));
      case "time" -> TimeModule.module();
      case "random" -> RandomModule.of(isSimulated);
      case "code" -> CodeModule.of(permissions, loader);
      case "json" ->
          new JsonModule(builtTerms, isSimulated ? Long.MAX_VALUE : JsonModule.WORKER_NS).module();
      case "regex" -> new RegexModule().module();
      case "tcp" -> net.tcp();
      case "udp" -> net.udp();
      case "http" -> http.module();
      default -> null;
    };
  }

  private WaitingThreads threads() {
    if (threads == null) {
      threads = new WaitingThreads();
    }
    return threads;
  }

  /** For tests: what makes terms of what is built aside. */
  BuiltTerms builtTerms() {
    return builtTerms;
  }

  /** Nobody calls functions any more. */
  @Override
  public void close() {
    http.close();
    net.close();
    if (threads != null) {
      threads.close();
    }
  }
}
