package org.skerry;

import java.util.concurrent.atomic.AtomicInteger;
import jdk.jfr.FlightRecorder;
import jdk.jfr.FlightRecorderListener;
import org.skerry.event.VmStatistics;
import org.skerry.event.WorkerStatistics;
import org.skerry.process.Counters;
import org.skerry.process.ProcessRuntime;

/**
 * Tells the flight recorder each second, or as often as a recording asks, what a VM and its workers
 * have done. Begins when one records, which may be long after the VM was started. Any thread.
 */
final class VmRecording implements AutoCloseable {
  private static final AtomicInteger NUMBERS = new AtomicInteger();

  private final int number = NUMBERS.incrementAndGet();
  private final Driver driver;
  private final ProcessRuntime runtime;
  private final FlightRecorderListener listener =
      new FlightRecorderListener() {
        @Override
        public void recorderInitialized(FlightRecorder recorder) {
          addHooks();
        }
      };
  private final Runnable workers = this::tellOfWorkers;
  private final Runnable vm = this::tellOfVm;
  private boolean hasBegun;
  private boolean isClosed;

  VmRecording(Driver driver, ProcessRuntime runtime) {
    this.driver = driver;
    this.runtime = runtime;
  }

  /** The VM runs. Is told at once where one records already. */
  void begin() {
    FlightRecorder.addListener(listener);
  }

  private synchronized void addHooks() {
    if (!hasBegun && !isClosed) {
      hasBegun = true;
      FlightRecorder.addPeriodicEvent(WorkerStatistics.class, workers);
      FlightRecorder.addPeriodicEvent(VmStatistics.class, vm);
    }
  }

  private synchronized void tellOfWorkers() {
    if (isClosed) {
      return;
    }
    int index = 0;
    for (org.skerry.schedule.WorkerStatistics worker : driver.statistics()) {
      WorkerStatistics event = new WorkerStatistics();
      event.vm = number;
      event.worker = index++;
      event.busy = worker.busyNs();
      event.idle = worker.idleNs();
      event.slices = worker.slices();
      event.preemptions = worker.preemptions();
      event.parks = worker.parks();
      event.unparks = worker.unparks();
      event.steals = worker.steals();
      event.timers = worker.timersFired();
      event.spills = worker.spills();
      event.commit();
    }
  }

  private synchronized void tellOfVm() {
    if (isClosed) {
      return;
    }
    Counters counters = new Counters();
    driver.contexts().forEach(context -> org.skerry.VmStatistics.count(context, counters));
    VmStatistics event = new VmStatistics();
    event.vm = number;
    event.processes = runtime.table().count();
    event.used = runtime.pool().usedBytes();
    event.committed = runtime.pool().committedBytes();
    event.spawned = counters.spawns;
    event.ended = counters.exits;
    event.sent = counters.messagesSent;
    event.waiting = waiting(counters);
    event.collections = counters.collections;
    event.copied = counters.bytesCopied;
    event.commit();
  }

  private static long waiting(Counters counters) {
    long gone = counters.messagesTaken + counters.messagesUnread;
    return Math.max(0, counters.messagesSent - gone); // the threads count on meanwhile
  }

  /** Nothing is told any more when this returns: the VM may go. */
  @Override
  public void close() {
    FlightRecorder.removeListener(listener);
    synchronized (this) {
      isClosed = true;
    }
    if (hasBegun) {
      FlightRecorder.removePeriodicEvent(workers);
      FlightRecorder.removePeriodicEvent(vm);
    }
  }
}
