package org.skerry.mvar;

import static org.skerry.memory.Memory.getByte;
import static org.skerry.memory.Memory.getInt;
import static org.skerry.memory.Memory.getLong;
import static org.skerry.memory.Memory.putLong;
import static org.skerry.mvar.MvarLayout.*;

import org.skerry.event.MvarWait;
import org.skerry.event.Recording;
import org.skerry.memory.Memory;
import org.skerry.process.Lifecycle;
import org.skerry.process.ProcessLayout;
import org.skerry.process.Recorded;
import org.skerry.process.WorkerContext;

/** Tells the flight recorder of long waits. Static methods, for the process's owner. */
final class RecordedWaits {
  private static final long MIN_NS = 1_000_000;

  private RecordedWaits() {}

  /** Under the latch of an MVar: a process is about to enter its queue. */
  static void begin(WorkerContext context, long mvar, long locks) {
    boolean isOn = Recording.isOn();
    putLong(locks + WAIT_SINCE_NS, isOn ? context.world().nanoTime() : 0);
    if (isOn) {
      long holder = getLong(mvar + HOLDERS);
      long pid = holder == Memory.NULL ? 0 : Lifecycle.pidOf(getLong(holder + PROCESS));
      putLong(locks + WAIT_HOLDER, pid);
    }
  }

  /** The process waits no more, for whatever reason. */
  static void end(WorkerContext context, long process, long hold) {
    if (Recording.isOn()) {
      long locks = getLong(process + ProcessLayout.LOCKS);
      long sinceNs = getLong(locks + WAIT_SINCE_NS);
      if (sinceNs != 0) {
        record(context, process, hold, locks, context.world().nanoTime() - sinceNs);
      }
    }
  }

  private static void record(
      WorkerContext context, long process, long hold, long locks, long waitedNs) {
    MvarWait event = new MvarWait();
    if (waitedNs >= MIN_NS && event.shouldCommit()) {
      long holder = getLong(locks + WAIT_HOLDER);
      event.process = Recorded.pid(context, Lifecycle.pidOf(process));
      event.mvar = context.code().mvarName(getInt(getLong(hold + MVAR) + INDEX));
      event.write = getByte(hold + ACCESS) == HoldQueue.WRITE;
      event.waited = waitedNs;
      event.holder = holder == 0 ? null : Recorded.pid(context, holder);
      event.commit();
    }
  }
}
