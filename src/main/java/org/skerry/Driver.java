package org.skerry;

import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.skerry.host.Ownership;
import org.skerry.host.Reply;
import org.skerry.process.HostCalls;
import org.skerry.process.ProcessRuntime;
import org.skerry.process.Scheduling;
import org.skerry.process.Timers;
import org.skerry.process.WorkerContext;
import org.skerry.process.World;
import org.skerry.schedule.Invoker;
import org.skerry.schedule.Scheduler;
import org.skerry.schedule.SchedulerOptions;
import org.skerry.schedule.SimulatedWorld;
import org.skerry.schedule.Simulation;
import org.skerry.schedule.SystemWorld;
import org.skerry.schedule.WorkerStatistics;

/**
 * What makes processes run: worker threads, threads of the host in turn, or a simulation on the
 * thread that waits.
 */
interface Driver {
  /** The world that the options ask for. */
  static World world(VmBuilder options) {
    return options.seed() == null ? new SystemWorld() : new SimulatedWorld(options.seed());
  }

  /** The driver that the options ask for. */
  static Driver of(ProcessRuntime runtime, VmBuilder options, ExitReports reports) {
    if (options.seed() != null) {
      return new Simulated(runtime, options);
    }
    return options.isInvoked()
        ? new Invoked(runtime, options, reports)
        : new Threads(runtime, options, reports);
  }

  Scheduling hostScheduling();

  Timers hostTimers();

  List<WorkerContext> contexts();

  List<WorkerStatistics> statistics();

  void start();

  /**
   * Waits until main is over, or all processes are.
   *
   * @return null where every process awaits, and nothing is left that could wake one
   */
  Outcome await(ExitReports reports, Duration deadline, boolean all) throws InterruptedException;

  /**
   * Waits until the condition holds, the time is over, or nothing can happen any more.
   *
   * @param deadlineNs on the world's clock
   */
  void await(ExitReports reports, BooleanSupplier isDone, long deadlineNs)
      throws InterruptedException;

  /**
   * Waits for a reply of a process.
   *
   * @param deadlineNs on the world's clock; {@link Long#MAX_VALUE} for ever
   * @return null where it does not come in time, or cannot come any more
   */
  <T> T await(Reply<T> reply, long deadlineNs) throws InterruptedException;

  /** As {@link Vm#doWork}. */
  default int doWork() {
    throw new IllegalStateException(
        "The VM was not built with invoker(): it drives itself, or is a simulation.");
  }

  /** Stops running processes; nobody runs any when this returns. */
  void stop();

  /** Frees what the workers have; all processes are freed before. */
  void close();

  /**
   * Whether nothing can happen any more: where all workers are idle, only output that is still on
   * its way, and the host, can wake somebody.
   */
  private static boolean isStuck(ExitReports reports, HostCalls host, BooleanSupplier isIdle) {
    long quiet = host.quietSince();
    return quiet >= 0
        && reports.isOutputDrained()
        && isIdle.getAsBoolean()
        && reports.isOutputDrained()
        && host.quietSince() == quiet;
  }

  /** Worker threads. */
  final class Threads implements Driver {
    private final Scheduler scheduler;
    private final boolean endsWhenAllAwait;
    private final HostCalls host;
    private final VmRecording recording;

    Threads(ProcessRuntime runtime, VmBuilder options, ExitReports reports) {
      recording = new VmRecording(this, runtime);
      host = runtime.host();
      endsWhenAllAwait = options.endsWhenAllAwait();
      scheduler =
          new Scheduler(
              runtime,
              SchedulerOptions.DEFAULT
                  .withWorkers(options.workers())
                  .withIdle(options.idle())
                  .withPinning(options.pinning())
                  .withReductions(options.reductions()),
              reports);
    }

    @Override
    public Scheduling hostScheduling() {
      return scheduler.hostScheduling();
    }

    @Override
    public Timers hostTimers() {
      return scheduler.hostTimers();
    }

    @Override
    public List<WorkerContext> contexts() {
      return scheduler.contexts();
    }

    @Override
    public List<WorkerStatistics> statistics() {
      return scheduler.statistics();
    }

    @Override
    public void start() {
      scheduler.start();
      recording.begin();
    }

    @Override
    public Outcome await(ExitReports reports, Duration deadline, boolean all)
        throws InterruptedException {
      return reports.await(deadline, all, () -> endsWhenAllAwait && isStuck(reports));
    }

    @Override
    public void await(ExitReports reports, BooleanSupplier isDone, long deadlineNs)
        throws InterruptedException {
      reports.await(isDone, deadlineNs);
    }

    @Override
    public <T> T await(Reply<T> reply, long deadlineNs) throws InterruptedException {
      return reply.await(deadlineNs);
    }

    private boolean isStuck(ExitReports reports) {
      return Driver.isStuck(reports, host, scheduler::isIdle);
    }

    @Override
    public void stop() {
      recording.close();
      scheduler.stop();
    }

    @Override
    public void close() {
      scheduler.close();
    }
  }

  /** Threads of the host, one at a time. */
  final class Invoked implements Driver {
    private final Invoker invoker;
    private final boolean endsWhenAllAwait;
    private final HostCalls host;
    private final World world;
    private final VmRecording recording;

    Invoked(ProcessRuntime runtime, VmBuilder options, ExitReports reports) {
      recording = new VmRecording(this, runtime);
      host = runtime.host();
      world = runtime.world();
      endsWhenAllAwait = options.endsWhenAllAwait();
      invoker =
          new Invoker(
              runtime,
              SchedulerOptions.DEFAULT
                  .withIdle(options.idle())
                  .withReductions(options.reductions()),
              reports);
      reports.onSignal(invoker::unpark);
    }

    @Override
    public Scheduling hostScheduling() {
      return invoker.hostScheduling();
    }

    @Override
    public Timers hostTimers() {
      return invoker.hostTimers();
    }

    @Override
    public List<WorkerContext> contexts() {
      return invoker.contexts();
    }

    @Override
    public List<WorkerStatistics> statistics() {
      return invoker.statistics();
    }

    @Override
    public void start() {
      recording.begin();
    }

    @Override
    public int doWork() {
      return invoker.doWork();
    }

    @Override
    public Outcome await(ExitReports reports, Duration deadline, boolean all)
        throws InterruptedException {
      long deadlineNs = deadline == null ? Long.MAX_VALUE : Deadlines.after(world, deadline);
      boolean hasHope =
          invoker.run(
              () -> reports.isOver(all),
              () -> endsWhenAllAwait && Driver.isStuck(reports, host, invoker::isIdle),
              deadlineNs);
      if (reports.isOver(all)) {
        return reports.await(null, all, () -> false);
      }
      return hasHope ? reports.deadlineExceeded() : null;
    }

    @Override
    public void await(ExitReports reports, BooleanSupplier isDone, long deadlineNs)
        throws InterruptedException {
      invoker.run(isDone, () -> false, deadlineNs);
    }

    @Override
    public <T> T await(Reply<T> reply, long deadlineNs) throws InterruptedException {
      invoker.run(() -> reply.value() != null, () -> false, deadlineNs);
      return reply.value();
    }

    @Override
    public void stop() {
      recording.close();
      invoker.stop();
    }

    @Override
    public void close() {
      invoker.close();
    }
  }

  /** Virtual time, on the caller's thread, one at a time. */
  final class Simulated implements Driver {
    private final Simulation simulation;
    private final SimulatedWorld world;
    private final Ownership ownership = new Ownership("simulation");

    Simulated(ProcessRuntime runtime, VmBuilder options) {
      world = (SimulatedWorld) runtime.world();
      simulation = new Simulation(runtime, world, options.workers(), options.reductions());
    }

    @Override
    public Scheduling hostScheduling() {
      return simulation.hostScheduling();
    }

    @Override
    public Timers hostTimers() {
      return simulation.hostTimers();
    }

    @Override
    public List<WorkerContext> contexts() {
      return simulation.contexts();
    }

    @Override
    public List<WorkerStatistics> statistics() {
      return simulation.statistics();
    }

    @Override
    public void start() {}

    @Override
    public Outcome await(ExitReports reports, Duration deadline, boolean all)
        throws InterruptedException {
      long endNs = deadline == null ? Long.MAX_VALUE : Deadlines.after(world, deadline);
      Simulation.Outcome outcome = run(() -> reports.isOver(all) || world.nanoTime() >= endNs);
      if (outcome == Simulation.Outcome.AWAITING_FOREVER) {
        return null;
      }
      return reports.isOver(all)
          ? reports.await(null, all, () -> false)
          : reports.deadlineExceeded();
    }

    @Override
    public void await(ExitReports reports, BooleanSupplier isDone, long deadlineNs) {
      run(() -> isDone.getAsBoolean() || world.nanoTime() >= deadlineNs);
    }

    @Override
    public <T> T await(Reply<T> reply, long deadlineNs) {
      run(() -> reply.value() != null || world.nanoTime() >= deadlineNs);
      return reply.value();
    }

    private Simulation.Outcome run(BooleanSupplier isDone) {
      ownership.claim();
      try {
        return simulation.run(isDone, Long.MAX_VALUE);
      } finally {
        ownership.release();
      }
    }

    /** Who runs it sees in its conditions that the VM closes. */
    @Override
    public void stop() {
      if (ownership.awaitAndClaim()) {
        ownership.close();
      }
    }

    @Override
    public void close() {
      simulation.close();
    }
  }
}
