package org.skerry.schedule;

import java.util.Arrays;
import java.util.List;
import org.skerry.memory.Memory;
import org.skerry.process.ProcessLayout;
import org.skerry.process.ProcessRuntime;
import org.skerry.process.Scheduling;
import org.skerry.process.WorkerContext;

/** What the workers of one VM share, and how other threads hand them processes. Any thread. */
final class WorkerGroup {
  /** How a worker that waits is made to look again. */
  @FunctionalInterface
  interface Unparker {
    void unpark(int worker);
  }

  /** Makes the choices of the worker with this index. */
  @FunctionalInterface
  interface ChoicesFactory {
    Choices choicesOf(int worker);
  }

  private final Worker[] workers;
  private final HostTimers hostTimers;
  private final InjectionQueue injection = new InjectionQueue();
  private final IdleWorkers idle;
  private final Unparker unparker;
  private volatile boolean isStopping;

  WorkerGroup(
      ProcessRuntime runtime,
      int workerCount,
      Unparker unparker,
      ChoicesFactory choices,
      Worker.SliceListener listener) {
    this.workers = new Worker[workerCount];
    this.idle = new IdleWorkers(workerCount);
    this.unparker = unparker;
    TimerService[] timers = new TimerService[workerCount + 1];
    for (int index = 0; index < workerCount; index++) {
      workers[index] = new Worker(index, this, runtime, timers, choices.choicesOf(index), listener);
      timers[index] = workers[index].timers();
    }
    hostTimers = new HostTimers(runtime, timers, workers[0]);
  }

  Worker[] workers() {
    return workers;
  }

  HostTimers hostTimers() {
    return hostTimers;
  }

  InjectionQueue injection() {
    return injection;
  }

  IdleWorkers idle() {
    return idle;
  }

  /** Whether the workers are to end after the slice that they run. */
  boolean isStopping() {
    return isStopping;
  }

  void requestStop() {
    isStopping = true;
  }

  void unpark(int worker) {
    unparker.unpark(worker);
  }

  /**
   * To be called after work was added where any worker can take it.
   *
   * @return whether a worker was woken
   */
  boolean wakeOne() {
    int worker = idle.toWake();
    if (worker == IdleWorkers.NOBODY) {
      return false;
    }
    unparker.unpark(worker);
    return true;
  }

  /** For threads that are not workers. */
  Scheduling hostScheduling() {
    return process -> {
      injection.add(process, priorityOf(process));
      wakeOne();
    };
  }

  /** Whether any queue that others may take from holds something. */
  boolean hasWork() {
    if (!injection.isEmpty()) {
      return true;
    }
    for (Worker worker : workers) {
      if (worker.hasStealableWork()) {
        return true;
      }
    }
    return false;
  }

  /** Whether all workers are parked, and neither a queue nor a timer will make one go on. */
  boolean isIdle() {
    // This first: what a parked worker did is seen from here on, and only one that runs adds more.
    if (idle.parkedCount() < workers.length || hasWork()) {
      return false;
    }
    for (Worker worker : workers) {
      if (worker.nextDeadlineNs() != TimerWheel.NEVER) {
        return false;
      }
    }
    return idle.parkedCount() == workers.length;
  }

  List<WorkerContext> contexts() {
    return Arrays.stream(workers).map(Worker::context).toList();
  }

  List<WorkerStatistics> statistics() {
    return Arrays.stream(workers).map(Worker::statistics).toList();
  }

  /** Timers to come, over all workers; close while they run. */
  long timerCount() {
    return Arrays.stream(workers).mapToLong(worker -> worker.timers().count()).sum();
  }

  /** When no worker runs any more. */
  void close() {
    hostTimers.close();
    for (Worker worker : workers) {
      worker.close();
    }
  }

  static int priorityOf(long process) {
    return Memory.getByte(process + ProcessLayout.PRIORITY);
  }
}
