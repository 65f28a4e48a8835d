package org.skerry.schedule;

/**
 * What a worker has done since it started. Exact once it has stopped, close while it runs.
 *
 * @param slices slices of processes
 * @param preemptions slices that used up their reductions
 * @param steals searches that took something from another worker
 * @param parks times that it parked
 * @param unparks times that it woke another worker
 * @param timersFired timers that expired
 * @param injected processes that it took from the injection queue
 * @param spills times that a full queue went to the injection queue
 * @param idleNs time without work, spinning or parked
 * @param busyNs the rest of its time
 */
public record WorkerStatistics(
    long slices,
    long preemptions,
    long steals,
    long parks,
    long unparks,
    long timersFired,
    long injected,
    long spills,
    long idleNs,
    long busyNs) {

  static final WorkerStatistics NONE = new WorkerStatistics(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

  /** The sum of two workers'. */
  public WorkerStatistics plus(WorkerStatistics other) {
    return new WorkerStatistics(
        slices + other.slices,
        preemptions + other.preemptions,
        steals + other.steals,
        parks + other.parks,
        unparks + other.unparks,
        timersFired + other.timersFired,
        injected + other.injected,
        spills + other.spills,
        idleNs + other.idleNs,
        busyNs + other.busyNs);
  }
}
