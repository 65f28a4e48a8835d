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
 * @param processes what they did
 * @param messages between them
 * @param collector of their heaps
 * @param scheduling of all workers together
 * @param memory of the VM, outside the Java heap
 * @param compiler what has been compiled to JVM classes
 */
public record VmStatistics(
    int workers,
    Processes processes,
    Messages messages,
    Collector collector,
    Scheduling scheduling,
    Memory memory,
    Compiler compiler) {

  /**
   * Processes and their slices, by whatever thread.
   *
   * @param spawned how many were started
   * @param ended how many of those are over
   * @param slices that they ran
   * @param preemptions slices that used up their reductions
   * @param waits slices that ended in a wait
   */
  public record Processes(long spawned, long ended, long slices, long preemptions, long waits) {}

  /**
   * Messages.
   *
   * @param sent those that were accepted
   * @param received those that their receivers have taken
   * @param overflowed those that went to an overflow list
   * @param dropped those that a full mailbox dropped
   * @param images those of more than a word
   * @param imageBytes bytes of those
   */
  public record Messages(
      long sent, long received, long overflowed, long dropped, long images, long imageBytes) {}

  /**
   * Collections of heaps.
   *
   * @param collections how many
   * @param bytesCopied bytes that were still in use
   * @param bytesFreed bytes that were not
   */
  public record Collector(long collections, long bytesCopied, long bytesFreed) {}

  /**
   * What workers did.
   *
   * @param slices slices of processes that they ran
   * @param steals searches that took something from another worker
   * @param parks times that one parked
   * @param unparks times that one woke another
   * @param timersFired timers that expired
   * @param idleNs time without work, spinning or parked
   * @param busyNs the rest of their time
   */
  public record Scheduling(
      long slices,
      long steals,
      long parks,
      long unparks,
      long timersFired,
      long idleNs,
      long busyNs) {}

  /**
   * Memory outside the Java heap.
   *
   * @param usedBytes in use by processes, messages and code
   * @param committedBytes taken from the system for them
   * @param peakCommittedBytes the most of that at any time
   */
  public record Memory(long usedBytes, long committedBytes, long peakCommittedBytes) {}

  /**
   * What has been compiled.
   *
   * @param functions that became methods
   * @param instructions of those functions
   * @param interpretedFunctions that stay interpreted for good, because they are too large
   * @param ns time that it took
   */
  public record Compiler(int functions, long instructions, int interpretedFunctions, long ns) {}

  static VmStatistics of(
      Driver driver, WorkerContext host, MemoryPool pool, CompilerStatistics compiler) {
    Counters counters = new Counters();
    counters.add(host.counters());
    driver.contexts().forEach(context -> count(context, counters));
    List<WorkerStatistics> workers = driver.statistics();
    WorkerStatistics work = workers.stream().reduce(WorkerStatistics::plus).orElseThrow();
    return new VmStatistics(
        workers.size(),
        new Processes(
            counters.spawns,
            counters.exits,
            counters.slices,
            counters.preemptions,
            counters.suspensions),
        new Messages(
            counters.messagesSent,
            counters.messagesTaken,
            counters.overflows,
            counters.drops,
            counters.images,
            counters.imageBytes),
        new Collector(counters.collections, counters.bytesCopied, counters.bytesCollected),
        new Scheduling(
            work.slices(),
            work.steals(),
            work.parks(),
            work.unparks(),
            work.timersFired(),
            work.idleNs(),
            work.busyNs()),
        new Memory(pool.usedBytes(), pool.committedBytes(), pool.peakCommittedBytes()),
        new Compiler(
            compiler.functions(),
            compiler.instructions(),
            compiler.interpretedFunctions(),
            compiler.ns()));
  }

  static void count(WorkerContext context, Counters counters) {
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
        processes.spawned,
        processes.ended,
        messages.sent,
        messages.received,
        messages.overflowed,
        messages.dropped,
        messages.images,
        messages.imageBytes,
        collector.collections,
        collector.bytesCopied,
        collector.bytesFreed,
        processes.slices,
        processes.preemptions,
        processes.waits,
        workers,
        scheduling.steals,
        scheduling.parks,
        scheduling.unparks,
        100.0 * scheduling.busyNs / Math.max(1, scheduling.busyNs + scheduling.idleNs),
        scheduling.timersFired,
        memory.usedBytes,
        memory.committedBytes,
        memory.peakCommittedBytes,
        compiler.functions,
        compiler.instructions,
        compiler.ns / 1e6,
        compiler.interpretedFunctions);
  }
}
