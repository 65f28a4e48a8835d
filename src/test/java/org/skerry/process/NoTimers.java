package org.skerry.process;

/** For processes that set none. */
public final class NoTimers implements Timers {
  @Override
  public void wakeAt(long process, long deadlineNs) {
    throw new AssertionError();
  }

  @Override
  public void cancelWake(long process) {
    throw new AssertionError();
  }

  @Override
  public long sendAfter(WorkerContext context, long pid, long message, long deadlineNs) {
    throw new AssertionError();
  }

  @Override
  public long cancel(long ref) {
    throw new AssertionError();
  }
}
