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
}
