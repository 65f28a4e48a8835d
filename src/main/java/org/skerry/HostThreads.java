package org.skerry;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import org.skerry.host.Pool;
import org.skerry.host.Promise;
import org.skerry.host.Reply;
import org.skerry.process.Engine;
import org.skerry.process.Lifecycle;
import org.skerry.process.OwnedProcess;
import org.skerry.process.ProcessRuntime;
import org.skerry.process.Signals;
import org.skerry.process.Slice;
import org.skerry.process.UnseenProcess;
import org.skerry.process.WorkerContext;

/**
 * What any thread of the host does in the VM: it borrows a context for the length of a call. A
 * function that it calls runs in a process of its own, on the calling thread until it waits for
 * something, and on the workers from then on.
 */
final class HostThreads {
  private final Vm vm;
  private final ProcessRuntime runtime;
  private final Driver driver;
  private final ExitReports reports;
  private final HostReplies replies;
  private final VmBuilder options;
  private final BooleanSupplier isStopping;
  private final Pool<HostActions> pool;

  /**
   * Whoever has its lock wakes processes. It is there from the beginning: a process that is not
   * woken for want of memory would wait forever.
   */
  private final HostActions notifier;

  private boolean isNotifierClosed;

  /**
   * @param isStopping whether the VM closes
   */
  HostThreads(
      Vm vm,
      ProcessRuntime runtime,
      Driver driver,
      ExitReports reports,
      HostReplies replies,
      VmBuilder options,
      BooleanSupplier isStopping) {
    this.vm = vm;
    this.runtime = runtime;
    this.driver = driver;
    this.reports = reports;
    this.replies = replies;
    this.options = options;
    this.isStopping = isStopping;
    pool =
        new Pool<>(
            this::newActions,
            HostActions::close,
            () -> new IllegalStateException("the VM is closed"));
    notifier = newActions();
  }

  /** A context for a thread of the host that keeps it, and closes it. */
  HostActions newActions() {
    WorkerContext context =
        new WorkerContext(runtime, driver.hostScheduling(), driver.hostTimers());
    context.scratch().functionNames(reports);
    context.stopWhen(isStopping);
    return new HostActions(vm, context, options);
  }

  /** Does something with a thread's context, and gives what comes of it. */
  @FunctionalInterface
  interface Action<T> {
    T run(HostActions thread);
  }

  /** Does something online. */
  <T> T online(Action<T> action) {
    HostActions thread = pool.borrow();
    try {
      return thread.online(() -> action.run(thread));
    } finally {
      pool.giveBack(thread);
    }
  }

  /** Lets a process look again at what it awaits, where there is one, and the VM is open. */
  void notify(long pid) {
    synchronized (notifier) {
      if (!isNotifierClosed) {
        notifier.online(() -> {
          notifier.notify(pid);
          return null;
        });
      }
    }
  }

  /** As {@link Vm#call(Function, Duration, Object...)}. */
  Term call(Function function, Duration deadline, Object... arguments) throws InterruptedException {
    long deadlineNs =
        deadline == null ? Long.MAX_VALUE : Deadlines.after(runtime.world(), deadline);
    Function.Version version = function.in(vm);
    if (options.seed() == null
        && version.isNumeric(vm)
        && HostActions.areNumbers(function, arguments)) {
      return callNumeric(function, version, deadlineNs, arguments);
    }
    Reply<HostReplies.Result> reply = new Reply<>();
    long pid = online(thread -> begin(thread, function, reply, deadlineNs, arguments));
    return await(function, reply, pid, deadlineNs);
  }

  /** What comes back within a slice needs no process that anybody sees. */
  private Term callNumeric(
      Function function, Function.Version version, long deadlineNs, Object... arguments)
      throws InterruptedException {
    Reply<HostReplies.Result> reply;
    long pid;
    HostActions thread = pool.borrow();
    WorkerContext context = thread.context();
    context.participant().enter();
    try {
      long process = thread.beginUnseen(function, version.index(), arguments);
      int outcome = UnseenProcess.run(context, process, options.reductions());
      if (outcome == Engine.EXITED && UnseenProcess.hasReturned(process)) {
        return thread.endUnseen(process);
      }
      reply = new Reply<>();
      pid = OwnedProcess.pid(process);
      replies.expect(process, reply);
      goOn(context, process, thread.show(process, outcome), deadlineNs);
    } finally {
      context.participant().exit();
      pool.giveBack(thread);
    }
    return await(function, reply, pid, deadlineNs);
  }

  private Term await(Function function, Reply<HostReplies.Result> reply, long pid, long deadlineNs)
      throws InterruptedException {
    HostReplies.Result result = reply.value();
    try {
      if (result == null) {
        result = driver.await(reply, deadlineNs);
      }
    } finally {
      if (result == null) {
        replies.forget(pid);
        online(thread -> thread.kill(pid));
      }
    }
    if (result == null || isLate(result, deadlineNs)) {
      throw timedOut(function);
    }
    return result.get();
  }

  /** As {@link Vm#ask}. */
  CompletionStage<Term> ask(Function ask, Object... arguments) {
    return ask(false, ask, arguments);
  }

  /** As {@link #ask}; but the function has come as far as its first wait when this returns. */
  CompletionStage<Term> askHere(Function ask, Object... arguments) {
    return ask(options.seed() == null, ask, arguments);
  }

  private CompletionStage<Term> ask(boolean isHere, Function ask, Object... arguments) {
    Promise<Term> promise = new Promise<>();
    online(thread -> {
      long process = thread.prepare(ask, SpawnOptions.DEFAULT, arguments);
      replies.expect(process, result -> promise.complete(() -> answer(arguments[0], result)));
      if (isHere) {
        run(thread.context(), process, Long.MAX_VALUE);
      } else {
        Lifecycle.start(thread.context(), process);
      }
      return null;
    });
    return promise.stage();
  }

  private Term answer(Object of, HostReplies.Result result) {
    if (result.failure() instanceof CallFailed failed && failed.reason().type() == TermType.TUPLE) {
      Term what = failed.reason().asTuple().getFirst();
      CallFailed.Kind kind = what.isAtom("timeout") ? CallFailed.Kind.TIMEOUT : failed.kind();
      LimitExceeded limit = what.isAtom("mailbox_full") ? limitOf((Pid) of) : failed.limit();
      throw new CallFailed(kind, failed.reason(), List.of(failed.getMessage()), limit);
    }
    return result.get();
  }

  private LimitExceeded limitOf(Pid full) {
    try {
      return online(thread -> thread.mailboxLimit(full.word()));
    } catch (IllegalStateException closed) {
      return null;
    }
  }

  private long begin(
      HostActions thread,
      Function function,
      Reply<HostReplies.Result> reply,
      long deadlineNs,
      Object... arguments) {
    long process = thread.prepare(function, SpawnOptions.DEFAULT, arguments);
    long pid = OwnedProcess.pid(process);
    replies.expect(process, reply);
    if (options.seed() == null) {
      run(thread.context(), process, deadlineNs);
    } else {
      Lifecycle.start(thread.context(), process);
    }
    return pid;
  }

  /** Whether the process was killed for it was still running when its time was over. */
  private boolean isLate(HostReplies.Result result, long deadlineNs) {
    return result.failure() instanceof CallFailed failed
        && failed.kind() == CallFailed.Kind.KILLED
        && isOver(deadlineNs);
  }

  private boolean isOver(long deadlineNs) {
    return deadlineNs != Long.MAX_VALUE && deadlineNs - runtime.world().nanoTime() <= 0;
  }

  /** Runs a process that is not started, until it is over, or waits, or the VM closes. */
  private void run(WorkerContext context, long process, long deadlineNs) {
    Lifecycle.startHere(context, process);
    Slice.begin(process);
    goOn(context, process, Slice.run(context, process, options.reductions()), deadlineNs);
  }

  private void goOn(WorkerContext context, long process, int first, long deadlineNs) {
    boolean isKilled = false;
    int outcome = first;
    while (true) {
      if (outcome == Engine.EXITED) {
        return;
      }
      if (outcome == Engine.AWAIT && Slice.suspend(context, process)) {
        return;
      }
      context.participant().quiescent();
      if (isStopping.getAsBoolean()) {
        Slice.requeue(process);
        context.scheduling().ready(process);
        return;
      }
      if (!isKilled && isOver(deadlineNs)) {
        isKilled = true;
        Signals.kill(context, process, Signals.KILL);
      }
      outcome = Slice.run(context, process, options.reductions());
    }
  }

  private static CallFailed timedOut(Function function) {
    return new CallFailed(
        CallFailed.Kind.TIMEOUT,
        Term.atom("timeout"),
        List.of("the call of " + function + " took too long, and was ended"));
  }

  /** The VM closes: tells those that wait for a process, and waits until no thread is here. */
  void close() {
    replies.close(new IllegalStateException("the VM is closed"));
    pool.close();
    synchronized (notifier) {
      isNotifierClosed = true;
      notifier.context().close();
    }
  }
}
