package org.skerry.event;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** A process goes on that has waited for an MVar, a millisecond or longer. */
@Name("org.skerry.MvarWait")
@Label("MVar Wait")
@Description("A process has waited for an MVar")
@Category({"Skerry", "Process"})
@StackTrace(false)
public final class MvarWait extends Event {
  /** Its pid, as programs print it. */
  @Label("Process")
  public String process;

  /** Its name, {@code module.name}. */
  @Label("MVar")
  public String mvar;

  /** Whether it asked for writing. */
  @Label("For Writing")
  public boolean write;

  /** Nanoseconds from when it asked until it went on. */
  @Label("Waited")
  @Timespan
  public long waited;

  /** One that held the MVar when it asked. */
  @Label("Holder")
  public String holder;

  /** Begins where its time does. */
  public MvarWait() {}
}
