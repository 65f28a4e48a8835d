package org.skerry.process;

/** One thread's ready processes, without allocation. */
final class BenchmarkQueue implements Scheduling {
  private final long[] processes = new long[1 << 12];
  private int head;
  private int tail;

  @Override
  public void ready(long process) {
    processes[tail++ & processes.length - 1] = process;
  }

  long poll() {
    return head == tail ? 0 : processes[head++ & processes.length - 1];
  }
}
