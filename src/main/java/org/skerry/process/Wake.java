package org.skerry.process;

import static org.skerry.process.ProcessLayout.STATE;

import org.skerry.memory.Memory;
import org.skerry.memory.VmBug;

/**
 * The wake word of a process: makes each process be in at most one run queue or on one worker, and
 * no notification be lost. Its edges, with the proof, are in {@code native-notes/wake-protocol.md}.
 *
 * <p>Every edge is a read-modify-write, also where it writes what was there: so each notification
 * is ordered before the worker's next edge, and what the notifier wrote before is seen behind that.
 */
public final class Wake {
  /** Nobody runs it and no queue holds it: it awaits a notification. */
  public static final int IDLE = 0;

  /** It is in a run queue, or on its way into one. */
  public static final int QUEUED = 1;

  /** A worker runs it. */
  public static final int RUNNING = 2;

  /** A worker runs it, and something has happened since that began. */
  public static final int RUNNING_NOTIFIED = 3;

  /** It is over. */
  public static final int EXITED = 4;

  private Wake() {}

  /**
   * Lets the process look again at what it awaits, once at least from now on. Any thread, online in
   * the VM's epochs.
   *
   * @param scheduling the calling thread's
   */
  public static void notify(Scheduling scheduling, long process) {
    for (; ; ) {
      int state = Memory.getIntOpaque(process + STATE);
      switch (state) {
        case IDLE -> {
          if (Memory.compareAndSetInt(process + STATE, IDLE, QUEUED)) {
            scheduling.ready(process);
            return;
          }
        }
        case RUNNING -> {
          if (Memory.compareAndSetInt(process + STATE, RUNNING, RUNNING_NOTIFIED)) {
            return;
          }
        }
        case QUEUED, RUNNING_NOTIFIED -> {
          if (Memory.compareAndSetInt(process + STATE, state, state)) {
            return;
          }
        }
        case EXITED -> {
          return;
        }
        default ->
            throw new VmBug("A wake word has a known state", "process", process, "state", state);
      }
    }
  }

  /** Whether the process is over. Any thread, online; volatile. */
  public static boolean isExited(long process) {
    return Memory.getIntVolatile(process + STATE) == EXITED;
  }

  /** Whether a worker runs the process just now. Any thread, online; opaque. */
  public static boolean isRunning(long process) {
    int state = Memory.getIntOpaque(process + STATE);
    return state == RUNNING || state == RUNNING_NOTIFIED;
  }

  /** The worker that took the process from a queue owns it from here on. */
  static void begin(long process) {
    int was = Memory.getAndSetInt(process + STATE, RUNNING);
    if (was != QUEUED) {
      throw new VmBug("What is taken from a run queue is queued", "process", process, "state", was);
    }
  }

  /**
   * The owner gives the process up until it is notified.
   *
   * @return false where it was notified since it began to run, or since this was last called: then
   *     the caller owns it still, and it must look again
   */
  static boolean suspend(long process) {
    if (Memory.compareAndSetInt(process + STATE, RUNNING, IDLE)) {
      return true;
    }
    int was = Memory.getAndSetInt(process + STATE, RUNNING);
    if (was != RUNNING_NOTIFIED) {
      throw new VmBug("A process that suspends runs", "process", process, "state", was);
    }
    return false;
  }

  /** The owner gives the process up and must put it into a run queue now. */
  static void requeue(long process) {
    int was = Memory.getAndSetInt(process + STATE, QUEUED);
    if (was != RUNNING && was != RUNNING_NOTIFIED) {
      throw new VmBug("A process that is preempted runs", "process", process, "state", was);
    }
  }

  /** The owner ends the process. */
  static void exit(long process) {
    int was = Memory.getAndSetInt(process + STATE, EXITED);
    if (was != RUNNING && was != RUNNING_NOTIFIED) {
      throw new VmBug("A process that ends runs", "process", process, "state", was);
    }
  }
}
