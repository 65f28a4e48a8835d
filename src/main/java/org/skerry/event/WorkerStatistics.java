package org.skerry.event;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Period;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** What a worker has done since it began. */
@Name("org.skerry.WorkerStatistics")
@Label("Worker Statistics")
@Description("What a worker has done since it began")
@Category({"Skerry", "Scheduler"})
@Period("1 s")
@StackTrace(false)
public final class WorkerStatistics extends Event {
  /** Which of the VMs in this JVM, from 1 on. */
  @Label("VM")
  public int vm;

  /** Its number. */
  @Label("Worker")
  public int worker;

  /** Nanoseconds with something to do. */
  @Label("Busy")
  @Timespan
  public long busy;

  /** Nanoseconds without, spinning or parked. */
  @Label("Idle")
  @Timespan
  public long idle;

  /** Slices of processes. */
  @Label("Slices")
  public long slices;

  /** Those that used up their reductions. */
  @Label("Preemptions")
  public long preemptions;

  /** Times that it parked. */
  @Label("Parks")
  public long parks;

  /** Times that it woke another. */
  @Label("Unparks")
  public long unparks;

  /** Times that it took from another. */
  @Label("Steals")
  public long steals;

  /** Timers that fired. */
  @Label("Timers")
  public long timers;

  /** Times that its queue was full. */
  @Label("Spills")
  public long spills;

  /** Begins where its time does. */
  public WorkerStatistics() {}
}
