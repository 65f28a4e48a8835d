package org.skerry.event;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;

/** A slice that kept others waiting for its worker. */
@Name("org.skerry.LongSlice")
@Label("Long Slice")
@Description("A process kept its worker for long")
@Category({"Skerry", "Process"})
@Threshold("1 ms")
@StackTrace(false)
public final class LongSlice extends Event {
  /** Its pid, as programs print it. */
  @Label("Process")
  public String process;

  /** Where it was at the end of the slice. */
  @Label("Function")
  public String function;

  /** The source line there; 0 where it is not known. */
  @Label("Line")
  public int line;

  /** Begins where its time does. */
  public LongSlice() {}
}
