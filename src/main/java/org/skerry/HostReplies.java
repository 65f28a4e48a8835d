package org.skerry;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.skerry.host.Receiver;
import org.skerry.memory.Memory;
import org.skerry.process.ExitKind;
import org.skerry.process.ProcessFlags;
import org.skerry.process.ProcessLayout;
import org.skerry.process.WorkerContext;
import org.skerry.term.TermReader;

/** How processes ended that threads of the host wait for. Any thread. */
final class HostReplies {
  /** How a call ended: with a value, or not. */
  record Result(Term value, RuntimeException failure) {
    /** The value, or the failure thrown. */
    Term get() {
      if (failure != null) {
        throw failure;
      }
      return value;
    }
  }

  /** Who waits for a process; its result from when it ends until it is gone. */
  private static final class Awaited {
    final Receiver<Result> receiver;
    volatile Result result;

    Awaited(Receiver<Result> receiver) {
      this.receiver = receiver;
    }
  }

  private final Map<Long, Awaited> pending = new ConcurrentHashMap<>();

  /** What those are told that come too late; null as long as processes run. */
  private volatile Result over;

  /**
   * Notes that a thread is going to wait for a process.
   *
   * @param process created, and not started
   */
  void expect(long process, Receiver<Result> receiver) {
    ProcessFlags.set(process, ProcessFlags.HOST_WAITS, true);
    long pid = Memory.getLong(process + ProcessLayout.PID);
    pending.put(pid, new Awaited(receiver));
    if (over != null && pending.remove(pid) != null) {
      receiver.complete(over);
    }
  }

  /** Nobody waits for a process any more. */
  void forget(long pid) {
    pending.remove(pid);
  }

  /** Whether a host waits for a process, which ends; it is told when that is {@link #gone}. */
  boolean exited(
      WorkerContext context, long process, ExitKind kind, long reason, ExitReports reports) {
    if (!ProcessFlags.has(process, ProcessFlags.HOST_WAITS)) {
      return false;
    }
    Awaited awaited = pending.get(Memory.getLong(process + ProcessLayout.PID));
    if (awaited != null) {
      awaited.result = result(context, process, kind, reason, reports);
    }
    return true;
  }

  /**
   * A process is counted no more, so that who was told of its end can have another in its place.
   */
  void gone(long pid) {
    Awaited awaited = pending.remove(pid);
    if (awaited != null) {
      awaited.receiver.complete(awaited.result);
    }
  }

  private static Result result(
      WorkerContext context, long process, ExitKind kind, long reason, ExitReports reports) {
    Term value = Term.read(TermReader.read(reason, context.scratch().atoms()));
    if (kind == ExitKind.RETURNED) {
      return new Result(value, null);
    }
    CallFailed.Kind how =
        switch (kind) {
          case LIMIT -> CallFailed.Kind.LIMIT;
          case EXITED, RETURNED -> CallFailed.Kind.EXIT;
          case SIGNALLED, KILLED -> CallFailed.Kind.KILLED;
          case ERROR ->
              ExitReports.isLimit(kind, reason) ? CallFailed.Kind.LIMIT : CallFailed.Kind.ERROR;
        };
    LimitExceeded limit =
        kind == ExitKind.LIMIT ? LimitExceeded.ended(context, process, reason) : null;
    return new Result(
        null, new CallFailed(how, value, reports.report(context, process, kind, reason), limit));
  }

  /** Nothing runs any more: whoever waits learns why, now or when it begins to. */
  void close(IllegalStateException why) {
    over = new Result(null, why);
    for (Long pid : pending.keySet()) {
      Awaited awaited = pending.remove(pid);
      if (awaited != null) {
        Result result = awaited.result;
        awaited.receiver.complete(result == null ? over : result);
      }
    }
  }
}
