package org.skerry.event;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A process has ended. */
@Name("org.skerry.ProcessExit")
@Label("Process Exit")
@Description("A process has ended")
@Category({"Skerry", "Process"})
@Enabled(false)
@StackTrace(false)
public final class ProcessExit extends Event {
  /** Its pid, as programs print it. */
  @Label("Process")
  public String process;

  /** What it was started with. */
  @Label("Function")
  public String function;

  /**
   * {@code returned}, {@code error}, {@code exited}, {@code limit}, {@code signalled} or {@code
   * killed}.
   */
  @Label("How")
  public String how;

  /** What it has spent. */
  @Label("Reductions")
  public long reductions;

  /** Begins where its time does. */
  public ProcessExit() {}
}
