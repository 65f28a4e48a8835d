package org.skerry;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.skerry.heap.HeapOptions;
import org.skerry.interpret.Interpreter;
import org.skerry.io.StreamConsole;
import org.skerry.jit.CompiledCode;
import org.skerry.memory.AllocationFailures;
import org.skerry.memory.BlockCache;
import org.skerry.memory.Epochs;
import org.skerry.memory.MemoryPool;
import org.skerry.module.CodeSpace;
import org.skerry.module.LinkException;
import org.skerry.module.LinkedModule;
import org.skerry.module.NumericFunctions;
import org.skerry.mvar.Mvars;
import org.skerry.process.Lifecycle;
import org.skerry.process.ProcessRuntime;
import org.skerry.process.ProcessTable;
import org.skerry.process.Reclamation;
import org.skerry.process.VmTerms;
import org.skerry.process.WorkerContext;
import org.skerry.process.World;
import org.skerry.schedule.BackgroundThread;
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

  private final Runs runs;
  private final Loading loading;
  private final HostThreads threads;
  private final HostModules hostModules = new HostModules(this);
  private final HostFunctions hostFunctions;

  private final Closing closing;

  private volatile boolean isInterrupted;

  /**
   * @param pool closed with the VM, and by the caller where this throws
   */
  Vm(VmBuilder options, MemoryPool pool) {
    this.options = options;
    this.pool = pool;
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
    hostFunctions = new HostFunctions(options, pool, atoms, this::loadOne, this::wake);
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
    reports = new ExitReports(code, console, replies, table, options);
    outputEvents.onChange(reports::changed);
    World world = Driver.world(options);
    closing = new Closing(this, world, new ClosingSteps());
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
    runs = new Runs(closing, host, driver, reports, firstValues, mvars, options);
    loading = new Loading(this, code, atoms, firstValues, compiled, hostFunctions, options, runs);
    threads = new HostThreads(this, runtime, driver, reports, replies, options, this::isStopping);
    driver.contexts().forEach(this::prepare);
    if (options.seed() == null) {
      outputEvents.wakeBy(driver.hostScheduling());
    }
    start();
  }

  private void prepare(WorkerContext context) {
    context.scratch().functionNames(reports);
    context.stopWhen(this::isStopping);
  }

  private void start() {
    try {
      driver.start();
      options.hostModules().forEach(this::load);
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  private void wake(long pid) {
    threads.notify(pid);
  }

  private Module loadOne(Path file, byte[] bytes) throws LoadException {
    return module(loading.load(file, bytes));
  }

  /** Whether nobody needs what instructions in progress will give. */
  private boolean isStopping() {
    return isInterrupted || closing.isStopping();
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
   * not at the same time as {@link #run(String)}.
   *
   * <p>Where a module of its name is loaded, it is a new version of that: calls by the module's
   * name go there from then on, and so do {@link Function}s; processes in old code go on in it
   * until they leave it. MVars keep their values. What modules that are loaded import must be
   * exported with the same signature as before, or nothing changes.
   *
   * @return the module in the file itself
   * @throws LoadException if a file cannot be read, is rejected, or does not fit what is loaded
   * @throws InterruptedException if the calling thread is interrupted while it waits; then, as
   *     where a function fails, the modules stay loaded, and their MVars without a value are {@code
   *     undefined}
   */
  public Module load(Path file) throws LoadException, InterruptedException {
    return loadTogether(List.of(file)).getFirst();
  }

  /**
   * Loads modules that change together: as {@link #load(Path)} of each, but all of them are new at
   * once, or none.
   *
   * @param files one at least
   * @return the modules in the files, in that order
   */
  public List<Module> loadTogether(List<Path> files) throws LoadException, InterruptedException {
    hostFunctions.checkMayWait("load");
    return loading.load(files).stream().map(this::module).toList();
  }

  /**
   * As {@link #load(Path)}, of modules that are verified already. Those that it imports, and that
   * are loaded, stay as they are.
   *
   * @return the module that the program is named for
   */
  public Module load(Program program) throws LoadException, InterruptedException {
    hostFunctions.checkMayWait("load");
    loading.load(program);
    return module(program.name());
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
      closing.checkOpen();
      if (code.module(module.name()) != null) {
        throw new IllegalArgumentException("a module " + module.name() + " is loaded already");
      }
      try {
        hostFunctions.add(module, () -> loading.link(List.of(module.module())));
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
    closing.checkNotClosed();
    return new Module(this, loading.current(name).name());
  }

  /** What is loaded. */
  Loading loading() {
    return loading;
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
    closing.checkOpen();
    return runs.main(Module.mainOf(code.module(module), module));
  }

  /**
   * Loads a program and runs its {@code main}: as {@link #run(String)}.
   *
   * @throws LoadException if its modules do not fit together, or what is loaded
   * @throws InterruptedException as {@link #run(String)}
   * @throws IllegalArgumentException if it has no {@code main} that takes nothing
   */
  public Outcome run(Program program) throws LoadException, InterruptedException {
    hostFunctions.checkMayWait("run");
    loading.add(program);
    return run(program.name());
  }

  /**
   * Starts a process with the VM's default options.
   *
   * @param arguments as {@link Term#of} takes them; a first one that is nil is {@link Term#NIL}
   * @return its pid
   * @throws IllegalArgumentException if the arguments do not fit the function
   * @throws LimitExceeded if there is no room for it
   */
  public Pid spawn(Function function, @Nullable Object... arguments) {
    return spawn(function, SpawnOptions.DEFAULT, arguments);
  }

  /**
   * As {@link #spawn(Function, Object...)}, with options.
   *
   * @throws IllegalStateException if its name belongs to a process already
   */
  public Pid spawn(Function function, SpawnOptions spawnOptions, @Nullable Object... arguments) {
    Objects.requireNonNull(spawnOptions, "no options; as an argument, nil is Term.NIL");
    return threads.online(host -> new Pid(host.spawn(function, spawnOptions, arguments)));
  }

  /**
   * Sends a copy of a message to a process. Never waits, and says what became of it.
   *
   * @param message as {@link Term#of} takes it
   */
  public Offer offer(Pid to, @Nullable Object message) {
    Term term = Term.of(message);
    closing.checkOpen();
    return threads.online(host -> host.offer(to.word(), term));
  }

  /**
   * Calls a function and waits until it returns: as {@link #call(Function, Duration, Object...)},
   * however long it takes.
   */
  public Term call(Function function, @Nullable Object... arguments) throws InterruptedException {
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
  public Term call(Function function, @Nullable Duration deadline, @Nullable Object... arguments)
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
    closing.checkOpen();
    LinkedModule owner = code.module(module);
    int index = owner == null ? -1 : owner.mvarIndex(name);
    if (index < 0 || !owner.exportsMvar(name)) {
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
  public CompletionStage<Term> ask(Pid to, @Nullable Object request, Duration timeout) {
    hostFunctions.checkMayWait("ask");
    Function ask;
    synchronized (this) {
      closing.checkOpen();
      ask = hostModules.ask();
    }
    return threads.ask(ask, to, request, Deadlines.ns(timeout));
  }

  /** Looks at the processes: lists them, asks them about themselves, waits for their ends. */
  public Processes processes() {
    closing.checkNotClosed();
    return new Processes(this, threads, hostFunctions, this::look);
  }

  private synchronized Module look() {
    closing.checkOpen();
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
      closing.checkOpen();
      HostActions own = threads.newActions();
      WorkerContext context = own.context();
      context.participant().enter();
      try {
        long process =
            own.create(hostModules.mailbox(), mailboxOptions.over(options.spawnDefaults()));
        HostMailbox mailbox = new HostMailbox(this, context, own, process);
        closing.add(mailbox);
        context.participant().exit();
        return mailbox;
      } catch (RuntimeException e) {
        context.close(); // which goes offline, too
        throw e;
      }
    }
  }

  /** Tells mailboxes, and what makes processes, whether the VM is open. */
  Closing closing() {
    return closing;
  }

  /**
   * Drives a VM that was built with {@link VmBuilder#invoker}: fires timers that are due, and runs
   * one slice of one process, some tens of microseconds at most. Never waits: what to do where
   * there is nothing to do is the caller's choice. Allocates nothing, but what functions of the
   * host do. The thread needs 256 KiB of stack.
   *
   * <p>One thread at a time, any thread in turn. Threads that wait for a process, in {@link #call}
   * for example, drive meanwhile, if they are the thread that called this last, or if nobody has,
   * or it is over; others wait for that thread.
   *
   * @return how much was done; 0 where there was nothing to do
   * @throws IllegalStateException if another thread drives the VM just now, or the VM drives itself
   */
  public int doWork() {
    return driver.doWork();
  }

  /**
   * Makes {@link #run(String)} return {@link Outcome.Interrupted} soon; what is left is to close.
   * Does nothing once the VM is closed.
   */
  public void interrupt() {
    isInterrupted = true;
    console.stop();
    reports.interrupt();
  }

  /** What the machine has done so far. */
  public VmStatistics statistics() {
    closing.checkNotClosed();
    return VmStatistics.of(driver, host, pool, compiled.statistics());
  }

  /** For tests: fails chosen allocations of this VM. */
  AllocationFailures allocationFailures() {
    return pool.failures();
  }

  /** Whether a function and all that it calls compute with numbers only. */
  boolean isNumeric(int functionIndex) {
    // With a thread's context, for which closing waits before it frees the code.
    return threads.online(thread -> NumericFunctions.isNumeric(code, functionIndex));
  }

  /** For tests: functions of the host. */
  HostFunctions hostFunctions() {
    return hostFunctions;
  }

  /**
   * Ends every process, writes what is left of the output, and gives all memory back. Who waits for
   * a process, in {@link #call} or by a stage, is told with an {@link IllegalStateException}. Waits
   * for threads that own a {@link HostMailbox} just now; from the handler of one, the VM closes
   * when its poll ends. Any thread, any number of times: all return when the VM is closed.
   *
   * @throws IllegalStateException from a function of the host that is not a blocking one
   */
  @Override
  public void close() {
    close(Duration.ZERO);
  }

  /**
   * Lets processes go on until all have ended, or the time is up, and closes the VM then as {@link
   * #close()} does. Nothing new begins meanwhile: what would start a process, send to one or load a
   * module throws {@link IllegalStateException}. What has begun goes on: calls, stages of {@link
   * #ask}, and {@link HostMailbox}es, which are polled and send as before, and are not waited for.
   *
   * <p>Where several threads close, the shortest time counts. An interrupt of the thread that came
   * first ends the time, and stays set. In a simulation the time is virtual.
   *
   * @param drain how long processes may take to end; zero or less for not at all
   * @return whether all had ended by themselves; false from the handler of a mailbox, where it
   *     happens when its poll ends
   * @throws IllegalStateException as {@link #close()}
   */
  public boolean close(Duration drain) {
    hostFunctions.checkMayWait("close");
    return closing.close(drain);
  }

  private final class ClosingSteps implements Closing.Steps {
    @Override
    public void drain(BooleanSupplier isOver, long deadlineNs) throws InterruptedException {
      driver.await(reports, isOver, deadlineNs);
    }

    @Override
    public void wake() {
      reports.changed();
    }

    @Override
    public boolean isDrained() {
      return table.hasOnlyOwned();
    }

    @Override
    public void stop() {
      reports.interrupt();
      console.stop();
      threads.close();
      driver.stop();
      hostFunctions.close();
      compiler.close();
      console.close();
      outputEvents.close();
    }

    @Override
    public void free() {
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
}
