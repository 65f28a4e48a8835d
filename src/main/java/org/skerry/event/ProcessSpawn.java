package org.skerry.event;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A process was started. */
@Name("org.skerry.ProcessSpawn")
@Label("Process Spawn")
@Description("A process was started")
@Category({"Skerry", "Process"})
@Enabled(false)
@StackTrace(false)
public final class ProcessSpawn extends Event {
  /** Its pid, as programs print it. */
  @Label("Process")
  public String process;

  /** What it runs, {@code module.function}. */
  @Label("Function")
  public String function;

  /** Begins where its time does. */
  public ProcessSpawn() {}
}
