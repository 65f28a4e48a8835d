package org.skerry.schedule;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.skerry.process.ProcessRuntime;
import org.skerry.process.Scheduling;
import org.skerry.process.Timers;
import org.skerry.process.WorkerContext;

/**
 * The workers of a VM and their threads. Made, started once, stopped once; {@link #close} leaves no
 * thread behind.
 *
 * <p>Any thread. See {@code native-notes/scheduler.md}.
 */
public final class Scheduler implements AutoCloseable {
  /** What the scheduler has to tell. Called by worker threads; must not throw. */
  public interface Listener {
    /** A worker has died of a defect, or of an exhausted JVM; all others are stopping. */
    void failed(Throwable cause);

    /** All workers are about to park, and none has a timer: see {@link Scheduler#isIdle}. */
    default void idle() {}

    /** Something does not work as asked for, and the VM goes on without. One sentence. */
    void warned(String message);
  }

  private final SchedulerOptions options;
  private final Listener listener;
  private final WorkerGroup group;
  private final List<WorkerThread> threads = new ArrayList<>();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private boolean isStarted;
  private boolean isClosed;

  /**
   * Makes the workers, with their contexts; no thread runs yet.
   *
   * @param runtime what they share
   * @param options how many, and how they behave
   * @param listener hears of failures and warnings
   */
  public Scheduler(ProcessRuntime runtime, SchedulerOptions options, Listener listener) {
    this.options = options;
    this.listener = listener;
    group =
        new WorkerGroup(
            runtime,
            options.workers(),
            this::unpark,
            index -> new Choices.Fixed(index, options.reductions()),
            Worker.SliceListener.NONE);
    for (Worker worker : group.workers()) {
      threads.add(new WorkerThread(worker));
    }
  }

  /** Starts the threads. */
  public synchronized void start() {
    if (isStarted || isClosed) {
      throw new IllegalStateException("a scheduler starts once");
    }
    isStarted = true;
    threads.forEach(Thread::start);
  }

  /** Where threads that are not workers put processes that they wake or start. Any thread. */
  public Scheduling hostScheduling() {
    return group.hostScheduling();
  }

  /** How threads that are not workers set timers and cancel them; online. Any thread. */
  public Timers hostTimers() {
    return group.hostTimers();
  }

  /** The workers' contexts; only for when their threads have ended, or to read counters. */
  public List<WorkerContext> contexts() {
    return group.contexts();
  }

  /** What each worker has done so far. */
  public List<WorkerStatistics> statistics() {
    return group.statistics();
  }

  /** Timers to come, over all workers; close while they run. */
  public long timerCount() {
    return group.timerCount();
  }

  /**
   * Whether every worker is parked, no process is ready and no timer is set: then only another
   * thread can make something happen. Any thread.
   */
  public boolean isIdle() {
    return group.isIdle();
  }

  /** Why the workers are stopping, where nobody asked them to; null otherwise. */
  public Throwable failure() {
    return failure.get();
  }

  /** Makes every worker end after the slice that it runs. Returns at once; a worker may call it. */
  public void requestStop() {
    group.requestStop();
    threads.forEach(LockSupport::unpark);
  }

  /**
   * Waits until all workers have ended, after {@link #requestStop}.
   *
   * @return false where the time is over first, or the thread was interrupted, which stays set
   */
  public boolean awaitStopped(long timeoutNs) {
    long deadlineNs = System.nanoTime() + timeoutNs;
    for (WorkerThread thread : threads) {
      if (thread == Thread.currentThread()) {
        throw new IllegalStateException("a worker cannot wait for its own end");
      }
      if (!join(thread, deadlineNs)) {
        return false;
      }
    }
    return true;
  }

  private static boolean join(Thread thread, long deadlineNs) {
    try {
      while (thread.isAlive()) {
        long leftNs = deadlineNs - System.nanoTime();
        if (leftNs <= 0) {
          return false;
        }
        TimeUnit.NANOSECONDS.timedJoin(thread, leftNs);
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * Stops the workers, waits for them, and frees timers and contexts. Processes that are still
   * there are the caller's to free before, with a context of {@link #contexts}.
   */
  @Override
  public void close() {
    synchronized (this) {
      if (isClosed) {
        return;
      }
      isClosed = true;
    }
    stop();
    group.close();
  }

  /**
   * Stops the workers and waits until none runs any more, which takes a slice. An interrupt does
   * not shorten that: what workers use must not be freed before; it stays set.
   */
  public void stop() {
    requestStop();
    boolean interrupted = Thread.interrupted();
    while (isStarted && !awaitStopped(Long.MAX_VALUE / 2)) {
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void unpark(int worker) {
    LockSupport.unpark(threads.get(worker));
  }

  private void fail(Throwable cause) {
    if (failure.compareAndSet(null, cause)) {
      requestStop();
      listener.failed(cause);
    }
  }

  /** Calls a worker's {@link Worker#doWork} again and again, and idles where there is nothing. */
  private final class WorkerThread extends Thread {
    private final Worker worker;
    private final IdleSteps steps;

    WorkerThread(Worker worker) {
      super(null, null, "skerry-worker-" + worker.index(), 0, false);
      this.worker = worker;
      this.steps = IdleSteps.of(options.idle(), options.workers());
      setDaemon(true);
    }

    @Override
    public void run() {
      try {
        pin();
        worker.begin();
        loop();
        worker.end();
      } catch (Throwable e) { // whatever it is: a worker that is gone must not go unnoticed
        fail(e);
      }
    }

    /**
     * Does nothing: only a function of the host would interrupt a worker, its own thread, and then
     * it would not park any more, and other processes' functions would find it interrupted.
     */
    @Override
    public void interrupt() {}

    private void loop() {
      long busySinceNs = System.nanoTime();
      while (!group.isStopping()) {
        if (worker.doWork() > 0) {
          continue;
        }
        long idleSinceNs = System.nanoTime();
        idle();
        long nowNs = System.nanoTime();
        worker.addTime(nowNs - idleSinceNs, idleSinceNs - busySinceNs);
        busySinceNs = nowNs;
      }
    }

    /** Until there was work, or the VM stops. */
    private void idle() {
      steps.reset();
      do {
        switch (steps.next()) {
          case IdleSteps.SPIN -> Thread.onSpinWait();
          case IdleSteps.YIELD -> Thread.yield();
          default -> park();
        }
      } while (worker.doWork() == 0 && !group.isStopping());
    }

    private void park() {
      if (!worker.tryPark()) {
        return;
      }
      // Whoever unparks or stops us from here on leaves a permit: park then returns at once.
      if (!group.isStopping()) {
        long deadlineNs = worker.nextDeadlineNs();
        if (deadlineNs == TimerWheel.NEVER) {
          if (group.idle().parkedCount() == threads.size()) {
            listener.idle();
          }
          // The listener may have waited for a lock, and used our permit up for that.
          if (!group.isStopping() && group.idle().isParked(worker.index())) {
            LockSupport.park(Scheduler.this);
          }
        } else {
          long leftNs = deadlineNs - worker.context().world().nanoTime();
          if (leftNs > 0) {
            LockSupport.parkNanos(Scheduler.this, leftNs);
          }
        }
      }
      worker.parkEnded();
    }

    private void pin() {
      if (!options.pinning().isWanted()) {
        return;
      }
      int core = options.pinning().coreFor(worker.index(), Affinity.allowedCores());
      BitSet cores = new BitSet();
      if (core >= 0) {
        cores.set(core);
      }
      if (!Affinity.bindTo(cores)) {
        listener.warned(
            "cannot pin worker "
                + worker.index()
                + (core >= 0 ? " to core " + core : "")
                + ": not permitted or not available on this system; it runs unpinned");
      }
    }
  }
}
