package org.skerry.event;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A request that would have made its process wait for itself. */
@Name("org.skerry.Deadlock")
@Label("Deadlock")
@Description("A request would have closed a cycle of waits")
@Category({"Skerry", "Process"})
@StackTrace(false)
public final class Deadlock extends Event {
  /** Its pid, as programs print it. */
  @Label("Process")
  public String process;

  /** Processes of the cycle. */
  @Label("Members")
  public int members;

  /** Who waits for what, and who holds it. */
  @Label("Description")
  public String description;

  /** Begins where its time does. */
  public Deadlock() {}
}
