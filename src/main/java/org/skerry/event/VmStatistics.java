package org.skerry.event;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Period;
import jdk.jfr.StackTrace;

/** What a VM has and has done. */
@Name("org.skerry.VmStatistics")
@Label("VM Statistics")
@Description("What a VM has and has done")
@Category({"Skerry", "Scheduler"})
@Period("1 s")
@StackTrace(false)
public final class VmStatistics extends Event {
  /** Which of the VMs in this JVM, from 1 on. */
  @Label("VM")
  public int vm;

  /** That there are. */
  @Label("Processes")
  public int processes;

  /** Bytes of processes, messages and code. */
  @Label("Used")
  @DataAmount
  public long used;

  /** Bytes taken from the system for them. */
  @Label("Committed")
  @DataAmount
  public long committed;

  /** Processes started so far. */
  @Label("Spawned")
  public long spawned;

  /** Processes ended so far. */
  @Label("Ended")
  public long ended;

  /** Messages sent so far. */
  @Label("Sent")
  public long sent;

  /** In mailboxes, not taken yet. */
  @Label("Waiting Messages")
  public long waiting;

  /** Of heaps, so far. */
  @Label("Collections")
  public long collections;

  /** Bytes that they have moved. */
  @Label("Copied")
  @DataAmount
  public long copied;

  /** Begins where its time does. */
  public VmStatistics() {}
}
