package org.skerry.schedule;

import static java.lang.foreign.MemoryLayout.structLayout;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import org.skerry.memory.LayoutTable;

/** The bytes of one timer, a cache line in a chunk of its worker's {@link TimerTable}. */
final class TimerLayout {
  static final LayoutTable TABLE =
      LayoutTable.of(
              "timer",
              structLayout(
                  JAVA_LONG.withName("next"),
                  JAVA_LONG.withName("previous"),
                  JAVA_LONG.withName("deadlineNs"),
                  JAVA_LONG.withName("target"),
                  JAVA_LONG.withName("message"),
                  JAVA_LONG.withName("state"),
                  JAVA_LONG.withName("nextPosted"),
                  JAVA_INT.withName("slot"),
                  JAVA_INT.withName("bucket")))
          .note("next", "owner only: next timer of the bucket, or next free slot of the chunk")
          .note("previous", "owner only: previous timer of the bucket, 0 in the first")
          .note("deadlineNs", "owner writes before arming; a canceller reads it before its CAS")
          .note("target", "owner only: the process block to wake, or the pid to send to")
          .note("message", "owner only: the message as a mailbox takes it; 0 in a timer that wakes")
          .note(
              "state",
              "`generation << 2 \\| status`; armed by the owner (release), ended by whoever's CAS"
                  + " succeeds")
          .note("nextPosted", "canceller writes before its CAS of the posted list's head")
          .note("slot", "owner only, constant: its number among the worker's slots")
          .note("bucket", "owner only: bucket of the wheel that holds it, -1 for none");

  static final int BYTES = 64;
  static final int NEXT = TABLE.offset("next");
  static final int PREVIOUS = TABLE.offset("previous");
  static final int DEADLINE_NS = TABLE.offset("deadlineNs");
  static final int TARGET = TABLE.offset("target");
  static final int MESSAGE = TABLE.offset("message");
  static final int STATE = TABLE.offset("state");
  static final int NEXT_POSTED = TABLE.offset("nextPosted");
  static final int SLOT = TABLE.offset("slot");
  static final int BUCKET = TABLE.offset("bucket");

  /** Status: the slot is free, or its timer has fired. */
  static final int FREE = 0;

  /** Status: on the wheel, to be fired. */
  static final int ARMED = 1;

  /** Status: cancelled by another thread; still on the wheel until the owner takes it off. */
  static final int CANCELLED = 2;

  static final int STATUS_BITS = 2;
  static final int STATUS_MASK = (1 << STATUS_BITS) - 1;

  static {
    if (TABLE.byteSize() != BYTES) {
      throw new ExceptionInInitializerError("a timer is one cache line: " + TABLE.byteSize());
    }
  }

  private TimerLayout() {}
}
