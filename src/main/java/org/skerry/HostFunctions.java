package org.skerry;

import static org.skerry.isa.InstructionWord.a;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import org.skerry.host.Gifts;
import org.skerry.host.HeldObject;
import org.skerry.host.HostState;
import org.skerry.host.PendingCall;
import org.skerry.host.Stages;
import org.skerry.host.VirtualThreads;
import org.skerry.isa.Bank;
import org.skerry.memory.Memory;
import org.skerry.memory.MemoryPool;
import org.skerry.memory.VmBug;
import org.skerry.module.LinkedModule;
import org.skerry.process.HostCalls;
import org.skerry.process.Lifecycle;
import org.skerry.process.ProcessFlags;
import org.skerry.process.ProcessLayout;
import org.skerry.process.WorkerContext;
import org.skerry.semantics.HostValues;
import org.skerry.term.Atoms;
import org.skerry.term.TermError;
import org.skerry.term.TermValue;

/**
 * The functions of a VM's host modules, and what processes await of them and have of them. See
 * {@code native-notes/embedding.md}.
 */
final class HostFunctions implements HostCalls {
  /** Bytes of the fixed words of the instruction; its list of arguments is behind them. */
  private static final long FIXED_BYTES = 16;

  private static final MethodHandle TO_LONG = handle("toLong", long.class, HostModule.ToLong.class);
  private static final MethodHandle TO_DOUBLE =
      handle("toDouble", double.class, HostModule.ToDouble.class);

  /** Arguments of more words are read by the thread of the function that blocks. */
  private static final int SMALL_WORDS = 500;

  private final boolean isSimulated;

  /** The number that the next batch of refs begins with. */
  private final AtomicLong refs = new AtomicLong();

  private final LongConsumer notify;
  private final VirtualThreads threads = new VirtualThreads();

  /** What there is for each process with {@link ProcessFlags#HOST_STATE}, by its pid. */
  private final Map<Long, HostState> states = new ConcurrentHashMap<>();

  private final Gifts gifts = new Gifts();

  /** One for each context on which functions were called. */
  private final Set<InlineHostCall> inlineCalls = ConcurrentHashMap.newKeySet();

  private final AtomicLong pending = new AtomicLong();
  private final AtomicLong begun = new AtomicLong();

  /**
   * By function index. Replaced under the lock of this; volatile: whoever has an index finds it.
   */
  private volatile HostFunction[] functions = new HostFunction[0];

  /** The names of modules that were added. */
  private final Set<String> modules = ConcurrentHashMap.newKeySet();

  private final BuiltTerms builtTerms;
  private final SystemModules system;

  /**
   * @param options in a simulation a process waits in place
   * @param loader loads modules for programs
   * @param notify lets the process of a pid look again, if there is one; from any thread
   */
  HostFunctions(
      VmBuilder options,
      MemoryPool pool,
      Atoms atoms,
      CodeModule.Loader loader,
      LongConsumer notify) {
    isSimulated = options.seed() != null;
    builtTerms = new BuiltTerms(pool, atoms);
    system = new SystemModules(options, builtTerms, loader, threads::execute);
    this.notify = notify;
  }

  /** The modules that the VM has for every program. */
  SystemModules system() {
    return system;
  }

  /** Processes that the host has anything for. For tests. */
  int stateCount() {
    return states.size();
  }

  /** For all that makes refs in the VM. */
  AtomicLong refs() {
    return refs;
  }

  void forget(InlineHostCall call) {
    inlineCalls.remove(call);
  }

  /**
   * Does nothing for most threads.
   *
   * @param method of {@link Vm}, which waits for processes, or for who waits for them
   * @throws IllegalStateException if a process waits for the calling thread: it is in a function of
   *     the host that is not a blocking one
   */
  void checkMayWait(String method) {
    Thread self = Thread.currentThread();
    for (InlineHostCall call : inlineCalls) {
      if (call.holdsUp(self)) {
        throw new IllegalStateException(
            "A function of the host that is not a blocking one must not wait. method=" + method);
      }
    }
  }

  /** A thing to do that links modules. */
  interface Linking {
    List<LinkedModule> link() throws org.skerry.module.LinkException;
  }

  /** Links a module, and has its functions called from then on. */
  synchronized void add(HostModule module, Linking linking) throws org.skerry.module.LinkException {
    LinkedModule linked = linking.link().getFirst();
    int end = linked.firstFunction() + linked.functionCount();
    HostFunction[] more = Arrays.copyOf(functions, Math.max(functions.length, end));
    module.functions().forEach((name, function) -> more[linked.functionIndex(name)] = function);
    functions = more;
    modules.add(module.name());
  }

  /** Whether a module of a name is one of Java methods. */
  boolean hasModule(String name) {
    return modules.contains(name);
  }

  private HostFunction function(int index) {
    HostFunction function = find(index);
    if (function == null) {
      throw TermError.UNDEFINED;
    }
    return function;
  }

  /** The function of an index, or null. */
  private HostFunction find(int index) {
    HostFunction[] known = functions;
    HostFunction function = index < known.length ? known[index] : null;
    if (function == null) {
      synchronized (this) {
        // Its module may be linked, and not added yet.
        function = index < functions.length ? functions[index] : null;
      }
    }
    return function;
  }

  @Override
  public int call(WorkerContext context, long process, long fp, long pc, int index) {
    HostFunction function = function(index);
    long destination = fp + a(Memory.getLong(pc));
    if (function.kind() == HostFunction.Kind.INLINE) {
      return inline(context, process, fp, pc, function, destination);
    }
    HostState state = stateOf(process);
    if (state.call() == null) {
      begin(context, process, fp, pc, function, state);
    }
    PendingCall call = state.call();
    if (!call.isDone()) {
      return HostValues.await(context, process);
    }
    Throwable failure = call.failure();
    state.taken();
    return failure == null
        ? give(context, process, function, destination, call.result())
        : raise(context, process, failure);
  }

  @Override
  public MethodHandle inline(int index) {
    HostFunction function = find(index);
    if (function == null || function.kind() != HostFunction.Kind.INLINE) {
      return null;
    }
    return switch (function.signature().result()) {
      case I -> MethodHandles.insertArguments(TO_LONG, 0, this, function, function.body());
      case F -> MethodHandles.insertArguments(TO_DOUBLE, 0, this, function, function.body());
      case R -> null;
    };
  }

  private static MethodHandle handle(String name, Class<?> result, Class<?> body) {
    try {
      return MethodHandles.lookup()
          .findStatic(
              HostFunctions.class,
              name,
              MethodType.methodType(
                  result,
                  HostFunctions.class,
                  HostFunction.class,
                  body,
                  WorkerContext.class,
                  long.class,
                  long.class,
                  long.class));
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private static long toLong(
      HostFunctions all,
      HostFunction function,
      HostModule.ToLong body,
      WorkerContext context,
      long process,
      long fp,
      long pc)
      throws Exception {
    InlineHostCall call = all.open(context, function, process, fp, pc);
    try {
      return body.call(call);
    } finally {
      call.end();
    }
  }

  private static double toDouble(
      HostFunctions all,
      HostFunction function,
      HostModule.ToDouble body,
      WorkerContext context,
      long process,
      long fp,
      long pc)
      throws Exception {
    InlineHostCall call = all.open(context, function, process, fp, pc);
    try {
      return body.call(call);
    } finally {
      call.end();
    }
  }

  @Override
  public int threw(WorkerContext context, long process, Throwable thrown) {
    inlineCall(context).failed(this::aside);
    return raise(context, process, thrown);
  }

  private int inline(
      WorkerContext context,
      long process,
      long fp,
      long pc,
      HostFunction function,
      long destination) {
    InlineHostCall call = open(context, function, process, fp, pc);
    Object given;
    try {
      switch (function.signature().result()) {
        case I -> {
          Memory.putLong(destination, ((HostModule.ToLong) function.body()).call(call));
          return DONE;
        }
        case F -> {
          Memory.putDouble(destination, ((HostModule.ToDouble) function.body()).call(call));
          return DONE;
        }
        case R -> given = function.converted(((HostModule.ToTerm) function.body()).call(call));
        default -> throw new VmBug("A bank is known.");
      }
    } catch (Throwable thrown) {
      return threw(context, process, thrown);
    } finally {
      call.end();
    }
    return giveTerm(context, process, destination, given);
  }

  private static int giveTerm(WorkerContext context, long process, long destination, Object given) {
    return given instanceof BuiltTerm built
        ? HostValues.giveWord(context, process, destination, built.take())
        : HostValues.give(context, process, destination, given);
  }

  /** The thread's call, valid for the instruction at {@code pc} until it ends. */
  private InlineHostCall open(
      WorkerContext context, HostFunction function, long process, long fp, long pc) {
    InlineHostCall call = inlineCall(context);
    call.open(function, process, fp, pc + FIXED_BYTES);
    return call;
  }

  private InlineHostCall inlineCall(WorkerContext context) {
    InlineHostCall call = (InlineHostCall) context.hostCall();
    if (call == null) {
      call = new InlineHostCall(this, context);
      context.hostCall(call);
      inlineCalls.add(call);
    }
    return call;
  }

  private static int give(
      WorkerContext context, long process, HostFunction function, long destination, Object given) {
    switch (function.signature().result()) {
      case I -> Memory.putLong(destination, (Long) given);
      case F -> Memory.putDouble(destination, (Double) given);
      case R -> {
        return giveTerm(context, process, destination, given);
      }
    }
    return DONE;
  }

  /** What a function throws becomes an error of the process. */
  private static int raise(WorkerContext context, long process, Throwable thrown) {
    if (thrown instanceof VmBug bug) {
      throw bug;
    }
    Throwable cause = thrown;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof TermError error) {
      throw error; // no memory for what a function builds
    }
    Object reason;
    try {
      reason = cause instanceof HostError error ? error.reason().value() : described(cause);
    } catch (OutOfMemoryError e) {
      throw TermError.LIMIT_EXCEEDED;
    }
    return HostValues.raise(context, process, reason);
  }

  private static Object described(Throwable cause) {
    String text;
    try {
      text = cause.toString();
    } catch (Throwable e) {
      text = null;
    }
    return TermValue.Tuple.of(
        new TermValue.Atom("host_error"), text == null ? cause.getClass().getName() : text);
  }

  // Calls that processes await.

  private void begin(
      WorkerContext context,
      long process,
      long fp,
      long pc,
      HostFunction function,
      HostState state) {
    long pid = Memory.getLong(process + ProcessLayout.PID);
    pending.incrementAndGet();
    begun.incrementAndGet();
    org.skerry.event.HostCall event = RecordedCalls.begin();
    Runnable onEnd =
        event == null
            ? pending::decrementAndGet
            : () -> {
              pending.decrementAndGet();
              RecordedCalls.end(event, function, new Pid(pid));
            };
    PendingCall call = new PendingCall(() -> notify.accept(pid), onEnd, this::aside);
    state.await(call);
    try {
      boolean isAside = function.kind() == HostFunction.Kind.BLOCKING && !isSimulated;
      PendingHostCall arguments = arguments(context, process, fp, pc, function, call, isAside);
      if (isAside) {
        runAside(call, function, arguments);
        return;
      }
      inlineCall(context).enter();
      if (function.kind() == HostFunction.Kind.ASYNC) {
        await(call, function, ((HostModule.ToStage) function.body()).call(arguments));
      } else {
        call.end(function.converted(((HostModule.ToTerm) function.body()).call(arguments)), null);
      }
    } catch (Throwable thrown) {
      call.end(null, thrown);
    } finally {
      inlineCall(context).leave();
      call.begun();
    }
  }

  private void runAside(PendingCall call, HostFunction function, PendingHostCall arguments) {
    try {
      threads.execute(call, () -> block(call, function, arguments));
    } catch (RejectedExecutionException closed) {
      arguments.discard();
      throw closed;
    }
  }

  /** What is large is made a term here, and takes no time of a worker. */
  private void block(PendingCall call, HostFunction function, PendingHostCall arguments) {
    try {
      Object given = function.converted(((HostModule.ToTerm) function.body()).call(arguments));
      call.end(given instanceof BuiltTerm ? given : builtTerms.ofLarge(given), null);
    } catch (Throwable thrown) {
      call.end(null, thrown);
    } finally {
      arguments.discard();
    }
  }

  private void await(PendingCall call, HostFunction function, CompletionStage<?> stage)
      throws InterruptedException, ExecutionException {
    if (isSimulated) {
      call.end(function.converted(Stages.await(stage)), null);
      return;
    }
    call.onCancel(() -> Stages.cancel(stage));
    stage.whenComplete((given, thrown) -> {
      try {
        call.end(thrown == null ? function.converted(given) : null, thrown);
      } catch (Throwable notDeclared) {
        call.end(null, notDeclared);
      }
    });
  }

  private PendingHostCall arguments(
      WorkerContext context,
      long process,
      long fp,
      long pc,
      HostFunction function,
      PendingCall call,
      boolean isAside) {
    InlineHostCall now = inlineCall(context);
    now.open(function, process, fp, pc + FIXED_BYTES);
    int count = now.count();
    long[] words = new long[count];
    Term[] terms = new Term[count];
    long[] images = new long[count];
    boolean isMade = false;
    try {
      HeldObject[] held = new HeldObject[count];
      for (int i = 0; i < count; i++) {
        Bank bank = function.signature().parameters().get(i);
        words[i] = now.word(i, bank);
        if (bank == Bank.R) {
          if (isAside && !now.isSmall(i, SMALL_WORDS)) {
            images[i] = builtTerms.keep(HostValues.image(context, process, words[i]));
          } else {
            terms[i] = now.term(i);
          }
          held[i] = held(process, words[i]);
        }
      }
      PendingHostCall made =
          new PendingHostCall(
              function,
              now.caller(),
              words,
              terms,
              images,
              builtTerms,
              held,
              call,
              () -> org.skerry.term.Term.ref(refs.getAndAdd(1)));
      isMade = true;
      return made;
    } finally {
      if (!isMade) {
        PendingHostCall.discard(images, builtTerms);
      }
      now.end();
    }
  }

  // What processes have.

  /** What there is for a process; for its owner. */
  HostState stateOf(long process) {
    ProcessFlags.set(process, ProcessFlags.HOST_STATE, true);
    return states.computeIfAbsent(
        Memory.getLong(process + ProcessLayout.PID), pid -> new HostState());
  }

  /** What a term is the process's handle of, or null; for its owner. */
  HeldObject held(long process, long term) {
    if (!org.skerry.term.Term.isRef(term)) {
      return null;
    }
    HeldObject own =
        ProcessFlags.has(process, ProcessFlags.HOST_STATE) ? stateOf(process).get(term) : null;
    return own == null ? adopted(process, term) : own;
  }

  /** What has been given to the process under a ref becomes its own; null where nothing has. */
  private HeldObject adopted(long process, long ref) {
    HeldObject given = gifts.take(Lifecycle.pidOf(process), ref);
    if (given != null) {
      stateOf(process).put(ref, given);
    }
    return given;
  }

  /**
   * Gives what a process has under a ref to another one; for its owner.
   *
   * @param isThere whether the other one is not over
   * @return whether it was; otherwise nothing has changed
   */
  boolean give(long process, long ref, long to, BooleanSupplier isThere) {
    HeldObject given = stateOf(process).remove(ref);
    gifts.put(to, ref, given);
    // Behind that: either this sees that the other one is over, or its end sees the gift.
    if (!isThere.getAsBoolean() && gifts.take(to, ref) != null) {
      stateOf(process).put(ref, given);
      return false;
    }
    return true;
  }

  /** A ref as a value. */
  static Term ref(long word) {
    return Term.read(new TermValue.Ref(word));
  }

  @Override
  public void exited(WorkerContext context, long process) {
    HostState state = states.remove(Lifecycle.pidOf(process));
    if (state != null) {
      drop(state);
    }
  }

  @Override
  public void gone(long pid) {
    gifts.drop(pid, this::aside);
  }

  private void drop(HostState state) {
    if (state.drop(this::aside)) {
      pending.decrementAndGet();
    }
  }

  private void aside(Runnable task) {
    try {
      threads.execute(task);
    } catch (RejectedExecutionException closed) {
      task.run();
    }
  }

  @Override
  public long quietSince() {
    long before = begun.get();
    return pending.get() == 0 ? before : -1;
  }

  /** Nobody runs processes any more: cancels all calls, releases all objects, waits a while. */
  void close() {
    states.values().forEach(this::drop);
    states.clear();
    gifts.dropAll(this::aside);
    threads.close();
    system.close();
    builtTerms.close();
  }
}
