package org.skerry.event;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Throttle;
import jdk.jfr.Timespan;

/** A timer that fired a millisecond late or more. */
@Name("org.skerry.TimerLag")
@Label("Timer Lag")
@Description("A timer fired late")
@Category({"Skerry", "Scheduler"})
@Throttle("100/s")
@StackTrace(false)
public final class TimerLag extends Event {
  /** Whose timer it was. */
  @Label("Worker")
  public int worker;

  /** Nanoseconds behind its deadline. */
  @Label("Lag")
  @Timespan
  public long lag;

  /** Begins where its time does. */
  public TimerLag() {}
}
