package org.skerry.event;

import jdk.jfr.FlightRecorder;

/**
 * Whether the flight recorder runs in this JVM. It is asked before any event class is touched: to
 * load the first one takes the JDK a tenth of a second, in which nobody is interested who does not
 * record.
 */
public final class Recording {
  private Recording() {}

  /** Whether it is worth making an event, which may still be disabled. Any thread; one load. */
  public static boolean isOn() {
    return FlightRecorder.isInitialized();
  }
}
