package org.skerry.io;

import java.util.Arrays;
import org.skerry.memory.Memory;

/** Bytes on their way to two streams, in order. One thread at a time. */
final class OutputBuffer {
  /** Bytes from a run's end, or the start, to the next belong to one stream. */
  private int[] runEnds = new int[16];

  private boolean[] runToStderr = new boolean[16];
  private int runCount;
  private final byte[] bytes;
  private int length;

  OutputBuffer(int capacity) {
    bytes = new byte[capacity];
  }

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  int runCount() {
    return runCount;
  }

  int runEnd(int run) {
    return runEnds[run];
  }

  boolean isToStderr(int run) {
    return runToStderr[run];
  }

  /** Appends raw memory; there is room for it. */
  void append(long address, int count, boolean toStderr) {
    Memory.copyOut(address, bytes, length, count);
    extend(count, toStderr);
  }

  /** Appends bytes; there is room for them. */
  void append(byte[] from, int offset, int count, boolean toStderr) {
    System.arraycopy(from, offset, bytes, length, count);
    extend(count, toStderr);
  }

  private void extend(int count, boolean toStderr) {
    length += count;
    if (runCount == 0 || runToStderr[runCount - 1] != toStderr) {
      if (runCount == runEnds.length) {
        runEnds = Arrays.copyOf(runEnds, 2 * runCount);
        runToStderr = Arrays.copyOf(runToStderr, 2 * runCount);
      }
      runToStderr[runCount++] = toStderr;
    }
    runEnds[runCount - 1] = length;
  }

  void clear() {
    length = 0;
    runCount = 0;
  }
}
