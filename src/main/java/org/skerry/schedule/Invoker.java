package org.skerry.schedule;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.skerry.process.ProcessRuntime;
import org.skerry.process.Scheduling;
import org.skerry.process.Timers;
import org.skerry.process.WorkerContext;

/**
 * One worker without a thread: the caller's threads drive it, one at a time, by {@link #doWork};
 * who has to wait for a process drives it meanwhile, see {@link #run}.
 *
 * <p>Any thread. See {@code native-notes/scheduler.md}.
 */
public final class Invoker implements AutoCloseable {
  /** {@link #tryEnter}. */
  private static final Thread NOBODY = null;

  private final Scheduler.Listener listener;
  private final WorkerGroup group;
  private final Worker worker;
  private final IdleMode idle;

  /** Whose the worker is just now; only that thread touches it. */
  private final AtomicReference<Thread> owner = new AtomicReference<>();

  /** Who called {@link #doWork} last, and is expected to do so again. */
  private volatile Thread driver;

  /** Who is in {@link #run}, and waits for others to leave it. */
  private final Queue<Thread> waiting = new ConcurrentLinkedQueue<>();

  /** Why there will be no more work. */
  private volatile Throwable failure;

  /**
   * Makes the worker, with its context.
   *
   * @param options of which idling counts, for {@link #run}, and the length of slices
   * @param listener hears of failures
   */
  public Invoker(ProcessRuntime runtime, SchedulerOptions options, Scheduler.Listener listener) {
    this.listener = listener;
    idle = options.idle();
    group =
        new WorkerGroup(
            runtime,
            1,
            index -> unpark(),
            index -> new Choices.Fixed(index, options.reductions()),
            Worker.SliceListener.NONE);
    worker = group.workers()[0];
    worker.begin();
    worker.end();
  }

  /** Where all threads but the one that drives put processes that they wake or start. */
  public Scheduling hostScheduling() {
    return group.hostScheduling();
  }

  /** How they set timers and cancel them; online. */
  public Timers hostTimers() {
    return group.hostTimers();
  }

  /** The worker's context; only for when nobody drives it any more, or to read counters. */
  public List<WorkerContext> contexts() {
    return group.contexts();
  }

  /** What the worker has done so far. */
  public List<WorkerStatistics> statistics() {
    return group.statistics();
  }

  /**
   * Fires timers that are due, and runs one slice of one process, if there is anything to do. Never
   * waits.
   *
   * @return 0 where there was nothing
   * @throws IllegalStateException if another thread drives just now, or this one does already, or
   *     after {@link #stop}
   */
  public int doWork() {
    Thread self = Thread.currentThread();
    if (!tryEnter(self)) {
      throw refusal(self);
    }
    try {
      if (driver != self) {
        driver = self;
      }
      return turn();
    } finally {
      owner.setRelease(NOBODY);
    }
  }

  private boolean tryEnter(Thread self) {
    return !group.isStopping() && failure == null && owner.compareAndSet(NOBODY, self);
  }

  private IllegalStateException refusal(Thread self) {
    if (failure != null) {
      return new IllegalStateException("the VM has failed: " + failure, failure);
    }
    return new IllegalStateException(
        group.isStopping()
            ? "the VM is closed"
            : owner.get() == self
                ? "A function of the host that is not a blocking one must not drive the VM."
                : "Another thread drives the VM just now.");
  }

  private int turn() {
    worker.resume();
    try {
      int work = worker.doWork();
      worker.end();
      return work;
    } catch (Throwable e) { // whatever it is: the process is lost in the midst of its slice
      failure = e;
      listener.failed(e);
      throw e;
    }
  }

  /**
   * Drives on the calling thread until a condition holds, unless another thread does: the one that
   * called {@link #doWork} last, if it lives, is waited for.
   *
   * @param isDone looked at between turns, and whenever {@link #unpark} or anybody else unparks the
   *     calling thread
   * @param isStuck asked when nothing is ready and no timer is set: whether to give up
   * @param deadlineNs on the clock of {@link System#nanoTime}; {@link Long#MAX_VALUE} for ever
   * @return false where there is no hope: it is stuck, or has failed, or is stopped
   * @throws InterruptedException if the thread is interrupted while it waits
   */
  public boolean run(BooleanSupplier isDone, BooleanSupplier isStuck, long deadlineNs)
      throws InterruptedException {
    Thread self = Thread.currentThread();
    waiting.add(self);
    try {
      while (!isDone.getAsBoolean() && !isOver(deadlineNs)) {
        if (group.isStopping() || failure != null) {
          return false;
        }
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        if (mayDrive(self) && tryEnter(self)) {
          boolean hasHope = drive(isDone, isStuck, deadlineNs);
          if (!hasHope) {
            return false;
          }
        } else {
          park(deadlineNs);
        }
      }
      return true;
    } finally {
      waiting.remove(self);
    }
  }

  private boolean mayDrive(Thread self) {
    Thread last = driver;
    return last == null || last == self || !last.isAlive();
  }

  /** As the owner, which the calling thread is no more when this returns. */
  private boolean drive(BooleanSupplier isDone, BooleanSupplier isStuck, long deadlineNs) {
    IdleSteps steps = IdleSteps.of(idle, 1);
    try {
      while (!isDone.getAsBoolean()
          && !isOver(deadlineNs)
          && !group.isStopping()
          && !Thread.currentThread().isInterrupted()) {
        if (turn() > 0) {
          steps.reset();
          continue;
        }
        switch (steps.next()) {
          case IdleSteps.SPIN -> Thread.onSpinWait();
          case IdleSteps.YIELD -> Thread.yield();
          default -> {
            if (!idle(isDone, isStuck, deadlineNs)) {
              return false;
            }
          }
        }
      }
      return true;
    } finally {
      owner.set(NOBODY);
      // Volatile, both: who waits is seen here, or sees that it is nobody's.
      waiting.forEach(LockSupport::unpark);
    }
  }

  /** Parks as a worker does; false where nothing can happen any more. */
  private boolean idle(BooleanSupplier isDone, BooleanSupplier isStuck, long deadlineNs) {
    worker.resume();
    if (!worker.tryPark()) {
      worker.end();
      return true;
    }
    boolean hasHope = true;
    // Whoever unparks us from here on leaves a permit.
    if (!group.isStopping() && !isDone.getAsBoolean()) {
      long nextNs = worker.nextDeadlineNs();
      hasHope = nextNs != TimerWheel.NEVER || !isStuck.getAsBoolean();
      if (hasHope) {
        park(Math.min(nextNs, deadlineNs));
      }
    }
    worker.parkEnded();
    worker.end();
    return hasHope;
  }

  private void park(long untilNs) {
    if (untilNs == Long.MAX_VALUE) {
      LockSupport.park(this);
    } else {
      long leftNs = untilNs - worker.context().world().nanoTime();
      if (leftNs > 0) {
        LockSupport.parkNanos(this, leftNs);
      }
    }
  }

  private boolean isOver(long deadlineNs) {
    return deadlineNs != Long.MAX_VALUE && deadlineNs - worker.context().world().nanoTime() <= 0;
  }

  /** Whether nothing is ready and no timer is set; for {@link #run}'s condition. */
  public boolean isIdle() {
    return group.isIdle();
  }

  /** Lets threads in {@link #run} look at their conditions. */
  public void unpark() {
    waiting.forEach(LockSupport::unpark);
  }

  /** Nobody drives any more when this returns; waits for the end of a slice. */
  public void stop() {
    group.requestStop();
    unpark();
    Thread self = Thread.currentThread();
    while (owner.get() != self && !owner.compareAndSet(NOBODY, self)) {
      Thread.yield();
    }
  }

  /** Frees timers and the context, after {@link #stop}; processes are freed before. */
  @Override
  public void close() {
    group.close();
  }
}
