package org.skerry.event;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A process that a limit has ended. */
@Name("org.skerry.LimitExceeded")
@Label("Limit Exceeded")
@Description("A process was ended by a limit")
@Category({"Skerry", "Process"})
@StackTrace(false)
public final class LimitExceeded extends Event {
  /** Its pid, as programs print it. */
  @Label("Process")
  public String process;

  /** What it was started with. */
  @Label("Function")
  public String function;

  /** Which one, as its exit reason says. */
  @Label("Limit")
  public String limit;

  /** Begins where its time does. */
  public LimitExceeded() {}
}
