package org.skerry.schedule;

import org.skerry.memory.BlockCache;
import org.skerry.memory.Epochs;
import org.skerry.process.ProcessRuntime;
import org.skerry.process.Timers;
import org.skerry.process.WorkerContext;

/**
 * Timers of threads that are not workers: a service of its own behind a lock, which the first
 * worker polls. Host threads set few timers; a worker that has nothing due reads one word.
 *
 * <p>Any thread.
 */
final class HostTimers implements Timers {
  private final TimerService service;
  private final TimerService[] all;
  private final BlockCache cache;
  private final Epochs.Participant participant;
  private final Runnable unparkPoller;

  /** Written under the lock, read without. */
  private volatile long earliestNs = TimerWheel.NEVER;

  /**
   * @param all the workers' services, with room for one more at the end
   * @param poller what the first worker does with expired timers
   */
  HostTimers(ProcessRuntime runtime, TimerService[] all, TimerService.Delivery poller) {
    this.all = all;
    cache = runtime.pool().newCache();
    participant = runtime.epochs().register(cache);
    service = new TimerService(all.length - 1, all, runtime.world(), poller);
    service.bind(new TimerTable(cache, participant));
    all[all.length - 1] = service;
    unparkPoller = poller::unpark;
  }

  /** For a process that the calling thread runs, as it does when a function is called. */
  @Override
  public void wakeAt(long process, long deadlineNs) {
    boolean isEarliest;
    synchronized (this) {
      service.wakeAt(process, deadlineNs);
      isEarliest = noteEarliest();
    }
    if (isEarliest) {
      unparkPoller.run();
    }
  }

  /** Also for a process that was never started, which has no timer. */
  @Override
  public synchronized void cancelWake(long process) {
    service.cancelWake(process);
  }

  @Override
  public long sendAfter(WorkerContext context, long pid, long message, long deadlineNs) {
    long ref;
    boolean isEarliest;
    synchronized (this) {
      ref = service.sendAfter(context, pid, message, deadlineNs);
      isEarliest = noteEarliest();
    }
    if (isEarliest) {
      unparkPoller.run();
    }
    return ref;
  }

  /** Notes when the poller is to look next; whether that is earlier than it thought. */
  private boolean noteEarliest() {
    boolean isEarliest = service.nextDeadlineNs() < earliestNs;
    earliestNs = service.nextDeadlineNs();
    return isEarliest;
  }

  /** The calling thread is online. */
  @Override
  public long cancel(long ref) {
    return TimerService.cancelFromElsewhere(all, ref);
  }

  /** By the first worker. */
  int poll(long nowNs, int limit) {
    if (earliestNs > nowNs && !service.hasPosted()) {
      return 0;
    }
    synchronized (this) {
      participant.enter(); // it gives chunks back
      int work = service.poll(nowNs, limit);
      participant.exit();
      earliestNs = service.nextDeadlineNs();
      return work;
    }
  }

  long nextDeadlineNs() {
    return earliestNs;
  }

  synchronized void close() {
    service.close();
    participant.close();
    cache.close();
  }
}
