package org.skerry.schedule;

/**
 * The order in which a worker looks at its queues. High comes first, yet of every {@value #CYCLE}
 * choices one begins with low and three more with normal, so none starves.
 */
final class Priorities {
  static final int HIGH = 0;
  static final int NORMAL = 1;
  static final int LOW = 2;
  static final int COUNT = 3;

  private static final int CYCLE = 16;

  private Priorities() {}

  /** The priority to look at first for a worker's {@code turn}-th choice. */
  static int first(int turn) {
    int place = turn & CYCLE - 1;
    if (place == 0) {
      return LOW;
    }
    return (place & 3) == 0 ? NORMAL : HIGH;
  }
}
