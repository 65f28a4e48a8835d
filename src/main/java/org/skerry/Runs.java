package org.skerry;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.skerry.memory.Memory;
import org.skerry.mvar.Mvars;
import org.skerry.process.Lifecycle;
import org.skerry.process.ProcessLayout;
import org.skerry.process.Signals;
import org.skerry.process.WorkerContext;
import org.skerry.semantics.MvarOperations;

/**
 * Runs of {@code main}, and before them of the functions that compute first values of MVars, each
 * in a process of its own. One thread at a time.
 */
final class Runs {
  private final Closing closing;
  private final WorkerContext host;
  private final Driver driver;
  private final ExitReports reports;
  private final FirstValues firstValues;
  private final Mvars mvars;
  private final VmBuilder options;
  private final ReentrantLock oneByOne = new ReentrantLock();

  /**
   * @param host whoever has the VM's lock uses it
   */
  Runs(
      Closing closing,
      WorkerContext host,
      Driver driver,
      ExitReports reports,
      FirstValues firstValues,
      Mvars mvars,
      VmBuilder options) {
    this.closing = closing;
    this.host = host;
    this.driver = driver;
    this.reports = reports;
    this.firstValues = firstValues;
    this.mvars = mvars;
    this.options = options;
  }

  /** Runs a function, first values before it; how it ended, or what came before. */
  Outcome main(int function) throws InterruptedException {
    long startNs = System.nanoTime();
    Outcome failed = firstValues(startNs);
    return failed == null ? run(function, null, startNs) : failed;
  }

  /** Gives MVars their first values that have none yet; null, or why that failed. One at a time. */
  Outcome firstValues(long startNs) throws InterruptedException {
    oneByOne.lockInterruptibly();
    try {
      return computeFirstValues(startNs);
    } finally {
      oneByOne.unlock();
    }
  }

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
    long pid;
    synchronized (closing.vmLock()) {
      closing.checkOpen();
      host.participant().enter();
      try {
        long process = Lifecycle.create(host, function, options.spawnDefaults());
        if (process == Lifecycle.NO_MEMORY || process == Lifecycle.TOO_MANY) {
          return new Outcome.LimitExceeded("there is no room for the process main", List.of());
        }
        pid = Memory.getLong(process + ProcessLayout.PID);
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
    Outcome outcome;
    try {
      outcome = driver.await(reports, left, all);
    } catch (InterruptedException interrupted) {
      if (keeper != null) {
        kill(pid);
      }
      throw interrupted;
    }
    return reports.withOutput(outcome == null ? awaitingForever() : outcome, deadline, startNs);
  }

  /** Nobody waits any more for what the process computes. */
  private void kill(long pid) {
    synchronized (closing.vmLock()) {
      host.participant().enter();
      try {
        long process = host.table().find(pid);
        if (process != Memory.NULL) {
          Signals.kill(host, process, Signals.KILL);
        }
      } finally {
        host.participant().exit();
      }
    }
  }

  private Outcome awaitingForever() {
    synchronized (closing.vmLock()) {
      if (closing.isStopping()) {
        return new Outcome.Interrupted();
      }
      host.participant().enter();
      try {
        return reports.awaitingForever(host);
      } finally {
        host.participant().exit();
      }
    }
  }
}
