package org.skerry;

import java.util.List;
import java.util.Locale;
import org.skerry.jit.CompilerStatistics;
import org.skerry.memory.MemoryPool;
import org.skerry.process.Counters;
import org.skerry.process.WorkerContext;
import org.skerry.schedule.WorkerStatistics;

/**
 * What a VM has done. Exact when it stands still, close while it runs.
 *
 * @param workers number of workers
 * @param counters processes, messages, collections
 * @param work slices, steals, parks, of all workers together
 * @param usedBytes memory in use by processes, messages and code
 * @param committedBytes memory taken from the system for them
 * @param peakCommittedBytes the most of that at any time
 * @param compiler what has been compiled to JVM classes
 */
public record VmStatistics(
    int workers,
    Counters counters,
    WorkerStatistics work,
    long usedBytes,
    long committedBytes,
    long peakCommittedBytes,
    CompilerStatistics compiler) {

  static VmStatistics of(
      Driver driver, WorkerContext host, MemoryPool pool, CompilerStatistics compiler) {
    Counters counters = new Counters();
    counters.add(host.counters());
    driver.contexts().forEach(context -> count(context, counters));
    List<WorkerStatistics> workers = driver.statistics();
    return new VmStatistics(
        workers.size(),
        counters,
        workers.stream().reduce(WorkerStatistics::plus).orElseThrow(),
        pool.usedBytes(),
        pool.committedBytes(),
        pool.peakCommittedBytes(),
        compiler);
  }

  private static void count(WorkerContext context, Counters counters) {
    counters.add(context.counters());
    counters.collections += context.heap().collections();
    counters.bytesCopied += context.heap().bytesCopied();
    counters.bytesCollected += context.heap().bytesCollected();
  }

  /** A summary for people, some lines. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        """
        processes    %,d spawned, %,d ended
        messages     %,d sent, %,d received, %,d overflowed, %,d dropped
        images       %,d, %,d bytes
        collections  %,d, %,d bytes copied, %,d bytes freed
        slices       %,d, of which %,d were preempted and %,d ended in a wait
        workers      %,d, %,d steals, %,d parks, %,d unparks, %.1f %% busy
        timers       %,d fired
        memory       %,d bytes in use, %,d bytes taken, %,d bytes at most
        compiled     %,d functions of %,d instructions in %.1f ms; %,d too large stay interpreted\
        """,
        counters.spawns,
        counters.exits,
        counters.messagesSent,
        counters.messagesTaken,
        counters.overflows,
        counters.drops,
        counters.images,
        counters.imageBytes,
        counters.collections,
        counters.bytesCopied,
        counters.bytesCollected,
        counters.slices,
        counters.preemptions,
        counters.suspensions,
        workers,
        work.steals(),
        work.parks(),
        work.unparks(),
        100.0 * work.busyNs() / Math.max(1, work.busyNs() + work.idleNs()),
        work.timersFired(),
        usedBytes,
        committedBytes,
        peakCommittedBytes,
        compiler.functions(),
        compiler.instructions(),
        compiler.ns() / 1e6,
        compiler.interpretedFunctions());
  }
}
