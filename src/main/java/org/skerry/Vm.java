package org.skerry;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.skerry.heap.HeapOptions;
import org.skerry.interpret.Interpreter;
import org.skerry.io.StreamConsole;
import org.skerry.jit.CompiledCode;
import org.skerry.memory.AllocationFailures;
import org.skerry.memory.BlockCache;
import org.skerry.memory.Epochs;
import org.skerry.memory.MemoryPool;
import org.skerry.module.CodeSpace;
import org.skerry.module.FunctionDefinition;
import org.skerry.module.LinkException;
import org.skerry.module.LinkedModule;
import org.skerry.module.Linker;
import org.skerry.module.Signature;
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
  private final WorkerContext host;

  /** Nobody needs what instructions in progress will give. */
  private volatile boolean isStopping;

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
    compiled =
        new CompiledCode(
            code, mvars::address, interpreter, options.collectsAlways(), compilations(options));
    table = new ProcessTable(pool.newCache(), options.maxProcesses());
    terms = new VmTerms(cache, atoms, options.arguments());
    outputEvents = new OutputEvents(epochs, table, pool.newCache());
    console = new StreamConsole(options.stdout(), options.stderr(), pool.newCache(), outputEvents);
    reports = new ExitReports(code, console, options);
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
            new AtomicLong());
    driver = Driver.of(runtime, options, reports);
    host = new WorkerContext(runtime, driver.hostScheduling(), driver.hostTimers());
    host.scratch().functionNames(reports);
    for (WorkerContext context : driver.contexts()) {
      context.scratch().functionNames(reports);
      context.stopWhen(() -> isStopping);
    }
    if (options.seed() == null) {
      outputEvents.wakeBy(driver.hostScheduling());
    }
    driver.start();
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
   * Loads verified modules; they may import each other, and modules that are loaded already.
   *
   * @throws LinkException if they do not fit together
   */
  public synchronized void load(List<VerifiedModule> modules) throws LinkException {
    checkOpen();
    firstValues.reserve(modules);
    List<LinkedModule> linked = Linker.link(code, atoms, modules);
    firstValues.add(linked);
    if (options.jit() == JitMode.EAGER) {
      linked.forEach(compiled::compile);
    }
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
    int function = mainOf(module);
    long startNs = System.nanoTime();
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
    return run(function, null, startNs);
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

  private int mainOf(String module) {
    LinkedModule linked = code.module(module);
    if (linked == null) {
      throw new IllegalArgumentException("no module " + module + " is loaded");
    }
    int function = linked.functionIndex("main");
    if (function < 0) {
      throw new IllegalArgumentException(
          "module " + module + " has no function main: `export function main() -> r` is missing");
    }
    FunctionDefinition main = linked.function(function).definition();
    if (!main.exported()) {
      throw new IllegalArgumentException(
          module + ".main is not exported: write `export function main`");
    }
    Signature signature = main.signature();
    if (!signature.parameters().isEmpty()) {
      throw new IllegalArgumentException(
          module
              + ".main is "
              + signature
              + ", but it must take nothing; r.arguments gives the program's arguments");
    }
    return function;
  }

  /** Makes {@link #run} return {@link Outcome.Interrupted} soon; what is left is to close. */
  public void interrupt() {
    isStopping = true;
    console.stop();
    reports.interrupt();
  }

  /** What the machine has done so far. */
  public VmStatistics statistics() {
    return VmStatistics.of(driver, host, pool);
  }

  /** For tests: fails chosen allocations of this VM. */
  AllocationFailures allocationFailures() {
    return pool.failures();
  }

  private void checkOpen() {
    if (isClosed) {
      throw new IllegalStateException("the VM is closed");
    }
  }

  /** Ends every process, writes what is left of the output, and gives all memory back. */
  @Override
  public synchronized void close() {
    if (isClosed) {
      return;
    }
    isClosed = true;
    isStopping = true;
    console.stop();
    driver.stop();
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
