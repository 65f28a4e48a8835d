package org.skerry.event;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;

/** The heap of a process was collected. */
@Name("org.skerry.Collection")
@Label("Collection")
@Description("A process heap was collected")
@Category({"Skerry", "Memory"})
@Threshold("100 us")
@StackTrace(false)
public final class Collection extends Event {
  /** Its pid, as programs print it. */
  @Label("Process")
  public String process;

  /** Whether only the young generation was. */
  @Label("Young Generation")
  public boolean young;

  /** Bytes that were live and moved. */
  @Label("Copied")
  @DataAmount
  public long copied;

  /** Bytes that were not. */
  @Label("Freed")
  @DataAmount
  public long freed;

  /** Bytes of the heap then, used or not. */
  @Label("Heap After")
  @DataAmount
  public long heap;

  /** Begins where its time does. */
  public Collection() {}
}
