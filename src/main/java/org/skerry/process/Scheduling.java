package org.skerry.process;

/**
 * Hands a process that has something to do to the scheduler. One object for each thread that
 * notifies, a worker or a host thread, which alone calls it.
 */
public interface Scheduling {
  /**
   * Puts a process into a run queue, from which one worker takes it once.
   *
   * @param process a block whose wake word the caller has just set to {@link Wake#QUEUED}
   */
  void ready(long process);

  /**
   * Whether the process whose slice is over may go on, since nothing else wants this thread now.
   *
   * @return the reductions of the slice that begins with that, or 0 where it must give way
   */
  default int goOn() {
    return 0;
  }
}
