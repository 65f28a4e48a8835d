package org.skerry;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.skerry.heap.HeapLayout;
import org.skerry.io.StreamConsole;
import org.skerry.memory.Memory;
import org.skerry.memory.VmBug;
import org.skerry.module.CodeLocation;
import org.skerry.module.CodeSpace;
import org.skerry.module.FrameLayout;
import org.skerry.mvar.Mvars;
import org.skerry.process.AwaitKind;
import org.skerry.process.ExitKind;
import org.skerry.process.ExitReporter;
import org.skerry.process.ProcessLayout;
import org.skerry.process.ProcessTable;
import org.skerry.process.Traces;
import org.skerry.process.WorkerContext;
import org.skerry.schedule.Scheduler;
import org.skerry.term.Atoms;
import org.skerry.term.FunctionNames;
import org.skerry.term.Term;
import org.skerry.term.TermError;
import org.skerry.term.TermPrinter;

/**
 * Hears how processes end: says so on stderr where one fails, and keeps how {@code main} ended for
 * the thread that waits for it.
 */
final class ExitReports implements ExitReporter, FunctionNames, Scheduler.Listener {
  private static final int MAX_TRACE_LINES = 40;

  private final CodeSpace code;
  private final StreamConsole console;
  private final HostReplies replies;
  private final ProcessTable table;

  /** Whether the waiting thread is to hear when workers have nothing to do. */
  private final boolean endsWhenAllAwait;

  /** What people are told: the time that is left at the start of main may be less. */
  private final Duration givenDeadline;

  /** Guards the fields below. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Condition changed = lock.newCondition();

  /** Null where nobody else waits; written before processes run. */
  private Runnable onSignal;

  /** Threads that wait; read without the lock. */
  private volatile int waiting;

  private Outcome outcome;
  private boolean isInterrupted;
  private Throwable defect;

  /** The pid of main; written before main starts. */
  private long mainPid;

  /** Gets what main returns; null where it is not kept. */
  private Keeper keeper;

  /** Keeps what a process returned. */
  interface Keeper {
    /**
     * @param process a process that the caller owns, and that has returned
     * @param result a term in its heap
     * @return false where there is no memory for it
     */
    boolean keep(WorkerContext context, long process, long result);
  }

  ExitReports(
      CodeSpace code,
      StreamConsole console,
      HostReplies replies,
      ProcessTable table,
      VmBuilder options) {
    this.replies = replies;
    this.table = table;
    this.code = code;
    this.console = console;
    endsWhenAllAwait = options.endsWhenAllAwait();
    givenDeadline = options.deadline();
  }

  /** The process is main; it has not started. */
  void watch(long process) {
    watch(process, null);
  }

  /** As {@link #watch(long)}; what it returns is given to the keeper before it is over. */
  void watch(long process, Keeper keeper) {
    lock.lock();
    try {
      this.keeper = keeper;
      mainPid = Memory.getLong(process + ProcessLayout.PID);
      outcome = null;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void exited(WorkerContext context, long process, ExitKind kind, long reason) {
    if (replies.exited(context, process, kind, reason, this)) {
      return;
    }
    boolean isMain = Memory.getLong(process + ProcessLayout.PID) == mainPid;
    if (isMain) {
      Outcome ended = outcomeOf(context, process, kind, reason);
      lock.lock();
      try {
        outcome = ended;
        signal();
      } finally {
        lock.unlock();
      }
    } else if (isFailure(kind, reason)) {
      byte[] text =
          (String.join("\n", report(context, process, kind, reason)) + "\n")
              .getBytes(StandardCharsets.UTF_8);
      console.writeError(text);
    }
  }

  @Override
  public void gone(long pid) {
    replies.gone(pid);
  }

  @Override
  public void lastExited() {
    // Most often nobody waits: the processes that calls of the host make come and go. Volatile,
    // as is the count of processes: either we see who waits, or he sees that there are none left.
    if (waiting > 0 || onSignal != null) {
      changed();
    }
  }

  @Override
  public void failed(Throwable cause) {
    lock.lock();
    try {
      defect = defect == null ? cause : defect;
      signal();
    } finally {
      lock.unlock();
    }
    replies.close(new IllegalStateException("the VM has failed: " + cause, cause));
  }

  @Override
  public void idle() {
    if (endsWhenAllAwait) {
      changed();
    }
  }

  @Override
  public void warned(String message) {
    System.getLogger("org.skerry").log(System.Logger.Level.WARNING, message);
  }

  @Override
  public String nameOf(long functionIndex) {
    CodeLocation location = code.location((int) functionIndex, 0);
    return location.module() + "." + location.function() + "/" + location.arity();
  }

  /** Tells a listener, too, of all that those who wait here look at again; from the beginning. */
  void onSignal(Runnable action) {
    onSignal = action;
  }

  /** Holding the lock. */
  private void signal() {
    changed.signalAll();
    if (onSignal != null) {
      onSignal.run();
    }
  }

  boolean isOutputDrained() {
    return console.isDrained();
  }

  /** Lets waiting threads look again: at the output, at processes, at a deadline. */
  void changed() {
    lock.lock();
    try {
      signal();
    } finally {
      lock.unlock();
    }
  }

  void interrupt() {
    lock.lock();
    try {
      isInterrupted = true;
      signal();
    } finally {
      lock.unlock();
    }
  }

  /** Whether there is nothing left to wait for. Any thread. */
  boolean isOver(boolean all) {
    lock.lock();
    try {
      return isInterrupted
          || defect != null
          || console.failure() != null
          || outcome != null && (!all || table.count() == 0);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until {@link #isOver}, or the deadline.
   *
   * @param deadline null for none
   * @param isStuck whether nothing can happen any more; asked when there is a sign of it
   * @return null where nothing can happen any more
   */
  Outcome await(Duration deadline, boolean all, BooleanSupplier isStuck)
      throws InterruptedException {
    lock.lock();
    waiting++;
    try {
      long leftNs = deadline == null ? Long.MAX_VALUE : Deadlines.ns(deadline);
      while (!isOver(all)) {
        if (isStuck.getAsBoolean()) {
          return null;
        }
        if (leftNs <= 0) {
          return deadlineExceeded();
        }
        leftNs = changed.awaitNanos(leftNs);
      }
    } finally {
      waiting--;
      lock.unlock();
    }
    return result();
  }

  /**
   * Waits until the condition holds, the time is over, or the workers have failed.
   *
   * @param isDone looked at whenever {@link #changed}; takes no lock
   * @param deadlineNs on the system's clock
   */
  void await(BooleanSupplier isDone, long deadlineNs) throws InterruptedException {
    lock.lock();
    waiting++;
    try {
      while (!isDone.getAsBoolean() && defect == null) {
        if (changed.awaitNanos(deadlineNs - System.nanoTime()) <= 0) {
          return;
        }
      }
    } finally {
      waiting--;
      lock.unlock();
    }
  }

  /**
   * How a run ended, once its output is written too: waits for that as long as the run may take,
   * and a moment more.
   *
   * @param deadline of the run; null for none, or where it is virtual
   * @param startNs when the run began, on the system's clock
   */
  Outcome withOutput(Outcome ended, Duration deadline, long startNs) throws InterruptedException {
    boolean isLate = false;
    long taken = console.taken();
    lock.lock();
    try {
      while (!console.isWritten(taken) && !isInterrupted && !isLate) {
        if (deadline == null) {
          changed.await();
        } else {
          long spentNs = System.nanoTime() - startNs;
          isLate = changed.awaitNanos(Deadlines.ns(deadline) - spentNs) <= 0;
        }
      }
    } finally {
      lock.unlock();
    }
    console.flush();
    if (console.failure() != null || isInterrupted) {
      return result();
    }
    return console.isWritten(taken) || !isLate ? ended : deadlineExceeded();
  }

  private Outcome result() {
    if (defect != null) {
      return new Outcome.Defect(defect);
    }
    IOException failure = console.failure();
    if (failure != null) {
      return new Outcome.OutputFailed(failure.getMessage());
    }
    return isInterrupted ? new Outcome.Interrupted() : outcome;
  }

  Outcome deadlineExceeded() {
    return new Outcome.LimitExceeded(
        "the deadline of " + givenDeadline.toMillis() + " ms is over", List.of());
  }

  /** What every process waits for, where nothing can happen any more. */
  Outcome awaitingForever(WorkerContext context) {
    List<String> lines = new ArrayList<>();
    lines.add("every process waits, and nothing is left that could wake one");
    long more = table.count();
    for (int index = 0; index < table.indexCount() && lines.size() < MAX_TRACE_LINES; index++) {
      long process = table.at(index);
      if (process != Memory.NULL) {
        more--;
        lines.add(name(context, process) + " waits for " + awaited(context, process));
        lines.addAll(trace(process));
      }
    }
    if (more > 0) {
      lines.add("and " + more + (more == 1 ? " process more" : " processes more"));
    }
    return new Outcome.AwaitingForever(lines);
  }

  private String awaited(WorkerContext context, long process) {
    return switch (AwaitKind.of(Memory.getByte(process + ProcessLayout.AWAIT_KIND))) {
      case MESSAGE -> "a message";
      case TIMER -> "a timer";
      case SPACE ->
          "room in the mailbox of "
              + shown(context, Memory.getLong(process + ProcessLayout.AWAIT_OBJECT));
      case OUTPUT -> "room for its output";
      case HOST -> "a function of the host";
      case INFO ->
          "an answer of " + shown(context, Memory.getLong(process + ProcessLayout.AWAIT_OBJECT));
      case NONE, YIELD -> "its turn";
      case MVAR ->
          "MVar "
              + code.mvarName(Mvars.index(Memory.getLong(process + ProcessLayout.AWAIT_OBJECT)));
    };
  }

  private Outcome outcomeOf(WorkerContext context, long process, ExitKind kind, long reason) {
    if (kind == ExitKind.RETURNED) {
      return keeper == null ? returned(context, reason) : kept(context, process, reason);
    }
    if (kind == ExitKind.EXITED && reason == Atoms.NORMAL) {
      return new Outcome.Returned("nil", true);
    }
    List<String> report = report(context, process, kind, reason);
    return isLimit(kind, reason)
        ? new Outcome.LimitExceeded(report.getFirst(), report)
        : new Outcome.Failed(shown(context, reason), report);
  }

  private Outcome kept(WorkerContext context, long process, long result) {
    return keeper.keep(context, process, result)
        ? new Outcome.Returned("nil", true)
        : new Outcome.LimitExceeded("the VM has no memory for what a function returned", List.of());
  }

  private static Outcome returned(WorkerContext context, long result) {
    try {
      TermPrinter.print(result, Long.MAX_VALUE, context.scratch());
    } catch (TermError tooLarge) {
      return new Outcome.LimitExceeded("what main returned is too large to print", List.of());
    }
    return new Outcome.Returned(context.scratch().text().toString(), result == Term.NIL);
  }

  /** A term for people; the VM may be out of memory, which is often why it is shown. */
  private static String shown(WorkerContext context, long term) {
    try {
      return TermPrinter.toString(term, context.scratch());
    } catch (TermError noMemory) {
      return "(it cannot be shown)";
    }
  }

  /** Whether to say so: not where another process wanted it, and hears of it if it wants. */
  private static boolean isFailure(ExitKind kind, long reason) {
    return switch (kind) {
      case ERROR, LIMIT -> true;
      case KILLED -> reason != Atoms.KILLED;
      case RETURNED, EXITED, SIGNALLED -> false;
    };
  }

  static boolean isLimit(ExitKind kind, long reason) {
    return kind == ExitKind.LIMIT
        || reason == Atoms.LIMIT_EXCEEDED
        || Term.isTuple(reason)
            && Memory.getLong(reason) >>> 16 > 0
            && Memory.getLong(reason + 8) == Atoms.LIMIT_EXCEEDED;
  }

  List<String> report(WorkerContext context, long process, ExitKind kind, long reason) {
    List<String> lines = new ArrayList<>();
    String text = shown(context, reason);
    String how =
        switch (kind) {
          case ERROR -> "error in ";
          case LIMIT -> "limit exceeded in ";
          case EXITED, RETURNED -> "exit of ";
          case SIGNALLED, KILLED -> "kill of ";
        };
    lines.add(how + name(context, process) + ": " + text);
    if (kind == ExitKind.LIMIT && reason != context.runtime().terms().limitReason(Atoms.MAILBOX)) {
      lines.add(memoryLine(process));
    }
    lines.addAll(trace(process));
    return lines;
  }

  private static String memoryLine(long process) {
    long max = Memory.getLong(process + HeapLayout.MEMORY_MAX);
    String used = "    memory: " + Memory.getLong(process + HeapLayout.MEMORY_USED) + " bytes used";
    return max >= Term.MAX_SMALL_INT ? used : used + ", at most " + max;
  }

  private String name(WorkerContext context, long process) {
    long pid = Memory.getLong(process + ProcessLayout.PID);
    String role =
        pid == mainPid ? "main" : nameOf(Memory.getInt(process + ProcessLayout.FUNCTION_INDEX));
    return "process " + shown(context, pid) + " (" + role + ")";
  }

  /** The stack, innermost first: that of an error that was caught and raised again, or as it is. */
  private List<String> trace(long process) {
    List<String> lines = new ArrayList<>();
    int kept = Traces.frameCount(process);
    for (int i = 0; i < kept; i++) {
      lines.add(frame(Traces.header(process, i)));
    }
    if (kept > 0) {
      if (Traces.isLonger(process)) {
        lines.add("    …");
      }
      return lines;
    }
    long fp = Memory.getLong(process + HeapLayout.FP);
    while (fp != Memory.NULL && lines.size() < MAX_TRACE_LINES) {
      long header = Memory.getLong(fp);
      long times = 0;
      for (; fp != Memory.NULL && Memory.getLong(fp) == header; fp = callerOf(fp)) {
        times++;
      }
      lines.add(frame(header) + (times > 1 ? ", " + times + " times" : ""));
    }
    long more = 0;
    for (; fp != Memory.NULL; fp = callerOf(fp)) {
      more++;
    }
    if (more > 0) {
      lines.add("    … and " + more + " more");
    }
    return lines;
  }

  private static long callerOf(long fp) {
    return Memory.getLong(fp + FrameLayout.CALLER_FRAME_OFFSET);
  }

  private String frame(long header) {
    CodeLocation location =
        code.location(FrameLayout.functionIndex(header), FrameLayout.pc(header));
    if (location == null) {
      throw new VmBug("A frame has a function", "header", Long.toHexString(header));
    }
    return "    at " + location;
  }
}
