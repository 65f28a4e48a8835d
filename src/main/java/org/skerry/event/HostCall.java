package org.skerry.event;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;

/** A call of a function of the host, from when it was made until its outcome was there. */
@Name("org.skerry.HostCall")
@Label("Host Call")
@Description("A function of the host took long")
@Category({"Skerry", "Host"})
@Threshold("1 ms")
@StackTrace(false)
public final class HostCall extends Event {
  /** Its pid, as programs print it. */
  @Label("Process")
  public String process;

  /** The function, {@code module.function}. */
  @Label("Function")
  public String function;

  /** {@code inline}, {@code blocking} or {@code async}: only the first keeps a worker. */
  @Label("Kind")
  public String kind;

  /** Begins where its time does. */
  public HostCall() {}
}
