package org.skerry;

import java.util.Locale;
import org.skerry.event.HostCall;
import org.skerry.event.Recording;

/** Tells the flight recorder of calls of functions of the host. Any thread. */
final class RecordedCalls {
  private RecordedCalls() {}

  /** A call begins; null where nobody records. */
  static HostCall begin() {
    if (!Recording.isOn()) {
      return null;
    }
    HostCall event = new HostCall();
    event.begin();
    return event;
  }

  /**
   * A call has ended.
   *
   * @param event what {@link #begin} gave
   */
  static void end(HostCall event, HostFunction function, Pid caller) {
    if (event == null) {
      return;
    }
    event.end();
    if (event.shouldCommit()) {
      event.process = caller.toString();
      event.function = function.module() + "." + function.name();
      event.kind = function.kind().name().toLowerCase(Locale.ROOT);
      event.commit();
    }
  }
}
