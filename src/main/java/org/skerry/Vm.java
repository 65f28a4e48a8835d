package org.skerry;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.skerry.heap.HeapOptions;
import org.skerry.interpret.Interpreter;
import org.skerry.io.LoadFailure;
import org.skerry.io.ModuleLoader;
import org.skerry.io.StreamConsole;
import org.skerry.jit.CompiledCode;
import org.skerry.memory.AllocationFailures;
import org.skerry.memory.BlockCache;
import org.skerry.memory.Epochs;
import org.skerry.memory.MemoryPool;
import org.skerry.module.CodeSpace;
import org.skerry.module.LinkException;
import org.skerry.module.LinkedModule;
import org.skerry.module.Linker;
import org.skerry.module.VerifiedModule;
import org.skerry.mvar.Mvars;
import org.skerry.process.Lifecycle;
import org.skerry.process.ProcessRuntime;
import org.skerry.process.ProcessTable;
import org.skerry.process.Reclamation;
import org.skerry.process.VmTerms;
import org.skerry.process.WorkerContext;
import org.skerry.process.World;
import org.skerry.schedule.BackgroundThread;
import org.skerry.semantics.MvarOperations;
import org.skerry.term.Atoms;

/**
 * A virtual machine: its memory, its code, its processes and the workers that run them. Any number
 * live in one JVM, and share nothing.
 *
 * <p>Made by {@link #builder}; {@link #close} ends every process and gives all memory back. All
 * methods may be called by any thread but those that run its processes.
 */
public final class Vm implements AutoCloseable {
  private final VmBuilder options;
  private final MemoryPool pool;
  private final BlockCache cache;
  private final Epochs epochs;
  private final Atoms atoms;
  private final CodeSpace code;
  private final Mvars mvars;
  private final FirstValues firstValues;
  private final BackgroundThread compiler;
  private final CompiledCode compiled;
  private final ProcessTable table;
  private final VmTerms terms;
  private final OutputEvents outputEvents;
  private final StreamConsole console;
  private final ExitReports reports;
  private final Driver driver;

  /** Of whatever thread has the VM's lock. */
  private final WorkerContext host;

  private final HostThreads threads;
  private final HostModules hostModules = new HostModules(this);
  private final HostFunctions hostFunctions;

  private final List<HostMailbox> mailboxes = new ArrayList<>();

  /** A handler of a mailbox has asked for it, whose poll does it at its end. */
  private volatile boolean isCloseAsked;

  /** Nobody needs what instructions in progress will give. */
  private volatile boolean isStopping;

  /** Whoever closes; others that close as well wait for it. */
  private final ReentrantLock closing = new ReentrantLock();

  private boolean isClosed;

  Vm(VmBuilder options) {
    this.options = options;
    pool = new MemoryPool(options.maxMemoryBytes());
    cache = pool.newCache();
    Reclamation reclamation = new Reclamation();
    epochs = new Epochs(reclamation);
    atoms = new Atoms(pool, Atoms.DEFAULT_MAX_COUNT);
    code = new CodeSpace(pool);
    mvars = new Mvars(pool);
    firstValues = new FirstValues(code, mvars);
    reclamation.sharedValues(mvars);
    Interpreter interpreter = new Interpreter(code, options.collectsAlways());
    compiler = new BackgroundThread("skerry-compiler", this::notCompiled);
    hostFunctions = new HostFunctions(options, this::wake);
    compiled =
        new CompiledCode(
            code,
            mvars::address,
            interpreter,
            options.collectsAlways(),
            compilations(options),
            hostFunctions);
    table = new ProcessTable(pool.newCache(), options.maxProcesses());
    terms = new VmTerms(cache, atoms, options.arguments());
    outputEvents = new OutputEvents(epochs, table, pool.newCache());
    console = new StreamConsole(options.stdout(), options.stderr(), pool.newCache(), outputEvents);
    HostReplies replies = new HostReplies();
    reports = new ExitReports(code, console, replies, options);
    outputEvents.onChange(reports::outputChanged);
    World world = Driver.world(options);
    ProcessRuntime runtime =
        new ProcessRuntime(
            pool,
            epochs,
            table,
            code,
            atoms,
            options.collectsAlways() ? HeapOptions.STRESS : HeapOptions.DEFAULT,
            world,
            console,
            options.jit() == JitMode.OFF ? interpreter : compiled,
            reports,
            terms,
            options.spawnDefaults(),
            mvars,
            hostFunctions.refs(),
            hostFunctions);
    driver = Driver.of(runtime, options, reports);
    host = new WorkerContext(runtime, driver.hostScheduling(), driver.hostTimers());
    host.scratch().functionNames(reports);
    threads = new HostThreads(this, runtime, driver, reports, replies, options, () -> isStopping);
    for (WorkerContext context : driver.contexts()) {
      context.scratch().functionNames(reports);
      context.stopWhen(() -> isStopping);
    }
    if (options.seed() == null) {
      outputEvents.wakeBy(driver.hostScheduling());
    }
    driver.start();
    loadHostModules();
  }

  private void loadHostModules() {
    try {
      options.hostModules().forEach(this::load);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private void wake(long pid) {
    threads.notify(pid);
  }

  /** Who compiles what is hot: in a simulation, whoever finds it so. */
  private Consumer<Runnable> compilations(VmBuilder options) {
    return options.jit() != JitMode.HOT
        ? null
        : options.seed() == null ? compiler::execute : Runnable::run;
  }

  private void notCompiled(Throwable cause) {
    reports.warned("a module is not compiled, and runs on interpreted: " + cause);
  }

  /** Options for a machine to be. */
  public static VmBuilder builder() {
    return new VmBuilder();
  }

  /**
   * Loads a module from a source ({@code .ska}) or module file ({@code .skb}), and with it the
   * modules that it imports and that are not loaded yet: each is looked for beside the file that
   * imports it, and then in the library. Waits for functions that compute first values of MVars;
   * not at the same time as {@link #run}.
   *
   * @return the module in the file itself
   * @throws LoadException if a file cannot be read, is rejected, or does not fit what is loaded
   * @throws InterruptedException if the calling thread is interrupted while it waits
   */
  public Module load(Path file) throws LoadException, InterruptedException {
    hostFunctions.checkMayWait("load");
    try {
      List<VerifiedModule> program =
          ModuleLoader.loadProgram(file, name -> code.module(name) != null);
      synchronized (this) {
        checkOpen();
        String name = program.getFirst().file().name();
        if (code.module(name) != null) {
          throw new LoadException("a module " + name + " is loaded already");
        }
        program.removeIf(module -> code.module(module.file().name()) != null);
        load(program);
      }
      Outcome failed = computeFirstValues(System.nanoTime());
      if (failed != null) {
        throw new LoadException(file + ": an MVar has got no first value: " + failed);
      }
      return module(program.getFirst().file().name());
    } catch (LoadFailure | LinkException e) {
      throw new LoadException(e);
    }
  }

  /**
   * Loads a module of Java methods. Modules that import it must come later.
   *
   * @throws IllegalArgumentException if a module of its name is loaded
   * @throws LimitExceeded if there is no room for it
   */
  public Module load(HostModule module) {
    hostFunctions.checkMayWait("load");
    synchronized (this) {
      checkOpen();
      if (code.module(module.name()) != null) {
        throw new IllegalArgumentException("a module " + module.name() + " is loaded already");
      }
      try {
        hostFunctions.add(module, () -> link(List.of(module.module())));
      } catch (LinkException e) {
        throw LimitExceeded.memory(host, null, e.getMessage());
      }
    }
    return module(module.name());
  }

  /**
   * A module that is loaded.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public Module module(String name) {
    LinkedModule linked = code.module(name);
    if (linked == null) {
      throw new IllegalArgumentException("no module " + name + " is loaded");
    }
    return new Module(this, linked);
  }

  /**
   * Loads verified modules; they may import each other, and modules that are loaded already.
   *
   * @throws LinkException if they do not fit together
   */
  public synchronized void load(List<VerifiedModule> modules) throws LinkException {
    checkOpen();
    hostFunctions.system().needed(modules, code::module).forEach(this::load);
    link(modules);
  }

  private List<LinkedModule> link(List<VerifiedModule> modules) throws LinkException {
    firstValues.reserve(modules);
    List<LinkedModule> linked = Linker.link(code, atoms, modules);
    firstValues.add(linked);
    if (options.jit() == JitMode.EAGER) {
      linked.forEach(compiled::compile);
    }
    return linked;
  }

  /**
   * Runs {@code main} of a module that is loaded, in a process of its own, and waits until it is
   * over, or the deadline, or {@link #interrupt}. Its output is written then. Functions that
   * compute first values of MVars run before it, each in a process of its own; where one fails,
   * that is the outcome.
   *
   * @param module the module's name
   * @throws InterruptedException if the calling thread is interrupted; the program runs on
   * @throws IllegalArgumentException if there is no such module, or it has no {@code main} that
   *     takes nothing
   */
  public Outcome run(String module) throws InterruptedException {
    hostFunctions.checkMayWait("run");
    int function = Module.mainOf(code.module(module), module);
    long startNs = System.nanoTime();
    Outcome failed = computeFirstValues(startNs);
    return failed == null ? run(function, null, startNs) : failed;
  }

  /** Gives MVars their first values that have none yet; null, or why that failed. */
  private Outcome computeFirstValues(long startNs) throws InterruptedException {
    for (FirstValues.Pending first = firstValues.next();
        first != null;
        first = firstValues.next()) {
      int mvar = first.mvar();
      Outcome outcome =
          run(
              first.function(),
              (context, process, result) ->
                  MvarOperations.initialize(context, process, mvar, result),
              startNs);
      if (!mvars.hasValue(mvar)) {
        return firstValues.failed(mvar, outcome);
      }
      firstValues.done(first);
    }
    return null;
  }

  private Outcome run(int function, ExitReports.Keeper keeper, long startNs)
      throws InterruptedException {
    synchronized (this) {
      checkOpen();
      host.participant().enter();
      try {
        long process = Lifecycle.create(host, function, options.spawnDefaults());
        if (process == Lifecycle.NO_MEMORY || process == Lifecycle.TOO_MANY) {
          return new Outcome.LimitExceeded("there is no room for the process main", List.of());
        }
        reports.watch(process, keeper);
        Lifecycle.start(host, process);
      } finally {
        host.participant().exit();
      }
    }
    Duration deadline = options.seed() == null ? options.deadline() : null; // else it is virtual
    Duration left =
        deadline == null ? options.deadline() : deadline.minusNanos(System.nanoTime() - startNs);
    boolean all = keeper == null && options.waitsForAll();
    Outcome outcome = driver.await(reports, left, all);
    return reports.withOutput(outcome == null ? awaitingForever() : outcome, deadline, startNs);
  }

  private synchronized Outcome awaitingForever() {
    if (isClosed) {
      return new Outcome.Interrupted();
    }
    host.participant().enter();
    try {
      return reports.awaitingForever(host);
    } finally {
      host.participant().exit();
    }
  }

  /**
   * Starts a process with the VM's default options.
   *
   * @param arguments as {@link Term#of} takes them; a first one that is nil is {@link Term#NIL}
   * @return its pid
   * @throws IllegalArgumentException if the arguments do not fit the function
   * @throws LimitExceeded if there is no room for it
   */
  public Pid spawn(Function function, Object... arguments) {
    return spawn(function, SpawnOptions.DEFAULT, arguments);
  }

  /**
   * As {@link #spawn(Function, Object...)}, with options.
   *
   * @throws IllegalStateException if its name belongs to a process already
   */
  public Pid spawn(Function function, SpawnOptions spawnOptions, Object... arguments) {
    Objects.requireNonNull(spawnOptions, "no options; as an argument, nil is Term.NIL");
    return threads.online(host -> new Pid(host.spawn(function, spawnOptions, arguments)));
  }

  /**
   * Sends a copy of a message to a process. Never waits, and says what became of it.
   *
   * @param message as {@link Term#of} takes it
   */
  public Offer offer(Pid to, Object message) {
    Term term = Term.of(message);
    return threads.online(host -> host.offer(to.word(), term));
  }

  /**
   * Calls a function and waits until it returns: as {@link #call(Function, Duration, Object...)},
   * however long it takes.
   */
  public Term call(Function function, Object... arguments) throws InterruptedException {
    return call(function, null, arguments);
  }

  /**
   * Calls a function, in a process of its own, and waits until it returns. It runs on the calling
   * thread until it waits for something, and on the workers from then on; the thread needs 256 KiB
   * of stack.
   *
   * @param deadline how long it may take; null for ever
   * @param arguments as {@link Term#of} takes them
   * @return what it returned
   * @throws CallFailed if it did not return; nothing is printed then
   * @throws InterruptedException if the thread is interrupted while it waits; the process is ended
   * @throws IllegalArgumentException if the arguments do not fit the function
   * @throws LimitExceeded if there is no room for it
   */
  public Term call(Function function, Duration deadline, Object... arguments)
      throws InterruptedException {
    hostFunctions.checkMayWait("call");
    return threads.call(function, deadline, arguments);
  }

  /**
   * An MVar that a module exports.
   *
   * @throws IllegalArgumentException if there is none
   */
  public Mvar mvar(String module, String name) {
    hostFunctions.checkMayWait("mvar");
    return openMvar(module, name);
  }

  private synchronized Mvar openMvar(String module, String name) {
    checkOpen();
    LinkedModule owner = code.module(module);
    int index = owner == null ? -1 : owner.mvarIndex(name);
    if (index < 0 || !owner.verified().file().mvars().get(index - owner.firstMvar()).exported()) {
      throw new IllegalArgumentException("no module exports an MVar " + module + "." + name);
    }
    return hostModules.mvar(module + "." + name);
  }

  /**
   * Sends a request to a process and does not wait for the answer. The process gets {@code
   * {:"$call", {pid, ref}, request}}, as from {@code server.call}, and answers by sending {@code
   * {ref, answer}} to that pid.
   *
   * @param request as {@link Term#of} takes it
   * @param timeout how long the answer may take
   * @return completed with the answer, or with {@link CallFailed}: {@code TIMEOUT}; {@code ERROR}
   *     and {@code {:no_process, reason}} where the process ended first, or {@code {:mailbox_full,
   *     text}}. What depends on it runs as what is asynchronous by default, never on a worker
   * @throws LimitExceeded if there is no room for it
   */
  public CompletionStage<Term> ask(Pid to, Object request, Duration timeout) {
    hostFunctions.checkMayWait("ask");
    Function ask;
    synchronized (this) {
      checkOpen();
      ask = hostModules.ask();
    }
    return threads.ask(ask, to, request, timeout.toNanos());
  }

  /** Looks at the processes: lists them, asks them about themselves, waits for their ends. */
  public Processes processes() {
    return new Processes(this, threads, hostFunctions, this::look);
  }

  private synchronized Module look() {
    checkOpen();
    return hostModules.look();
  }

  /** Ends a process at once, whatever it does; whether there was one. */
  public boolean kill(Pid pid) {
    return threads.online(host -> host.kill(pid.word()));
  }

  /** Whether a process is not over yet. */
  public boolean isAlive(Pid pid) {
    return threads.online(host -> host.isAlive(pid.word()));
  }

  /**
   * An atom of this VM.
   *
   * @throws LimitExceeded if there can be no more, or none of so long a name
   */
  public Atom atom(String name) {
    return threads.online(host -> new Atom(this, name, host.intern(name)));
  }

  /**
   * A mailbox for a thread of the host.
   *
   * @throws LimitExceeded if there is no room for another process
   */
  public HostMailbox openMailbox() {
    return openMailbox(SpawnOptions.DEFAULT);
  }

  /** As {@link #openMailbox()}, with limits and behaviour of its own; a name is not for it. */
  public HostMailbox openMailbox(SpawnOptions mailboxOptions) {
    hostFunctions.checkMayWait("openMailbox");
    synchronized (this) {
      checkOpen();
      HostActions own = threads.newActions();
      WorkerContext context = own.context();
      context.participant().enter();
      try {
        long process =
            own.create(hostModules.mailbox(), mailboxOptions.over(options.spawnDefaults()));
        mailboxes.add(new HostMailbox(this, context, own, process));
      } catch (RuntimeException e) {
        context.close(); // which goes offline, too
        throw e;
      }
      context.participant().exit();
      return mailboxes.getLast();
    }
  }

  void closed(HostMailbox mailbox) {
    synchronized (this) {
      mailboxes.remove(mailbox);
    }
  }

  /** At the end of a turn of a mailbox: a handler may have asked to close the VM. */
  void closeIfAsked() {
    if (isCloseAsked) {
      close();
    }
  }

  /** Makes {@link #run} return {@link Outcome.Interrupted} soon; what is left is to close. */
  public void interrupt() {
    isStopping = true;
    console.stop();
    reports.interrupt();
  }

  /** What the machine has done so far. */
  public VmStatistics statistics() {
    return VmStatistics.of(driver, host, pool, compiled.statistics());
  }

  /** For tests: fails chosen allocations of this VM. */
  AllocationFailures allocationFailures() {
    return pool.failures();
  }

  /** For tests: functions of the host. */
  HostFunctions hostFunctions() {
    return hostFunctions;
  }

  private void checkOpen() {
    if (isClosed) {
      throw new IllegalStateException("the VM is closed");
    }
  }

  /**
   * Ends every process, writes what is left of the output, and gives all memory back. Waits for
   * threads that own a {@link HostMailbox} just now; from the handler of one, the VM closes when
   * its poll ends. Once is enough.
   */
  @Override
  public void close() {
    hostFunctions.checkMayWait("close");
    synchronized (this) {
      if (mailboxes.stream().anyMatch(HostMailbox::isOwned)) {
        isCloseAsked = true;
        return;
      }
    }
    closing.lock();
    try {
      List<HostMailbox> open;
      synchronized (this) {
        if (isClosed) {
          return;
        }
        isClosed = true;
        open = List.copyOf(mailboxes);
      }
      isStopping = true;
      // Without the VM's lock: an owner may want it meanwhile, and learns that the VM is closed.
      open.forEach(HostMailbox::closeWithVm);
      threads.close();
      synchronized (this) {
        free();
      }
    } finally {
      closing.unlock();
    }
  }

  private void free() {
    console.stop();
    driver.stop();
    hostFunctions.close();
    compiler.close();
    console.close();
    outputEvents.close();
    for (int index = 0; index < table.indexCount(); index++) {
      long process = table.at(index);
      if (process != 0) {
        Lifecycle.abandon(host, process);
      }
    }
    driver.close();
    host.close();
    epochs.close();
    mvars.close();
    terms.close();
    table.close(); // and the cache that it shares with the terms
    code.close();
    atoms.close();
    pool.close();
  }
}
