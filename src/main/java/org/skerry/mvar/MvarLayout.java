package org.skerry.mvar;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemoryLayout;
import org.skerry.memory.LayoutTable;

/**
 * The bytes of MVars: the record of each, the record of a process that locks them, and a hold. See
 * {@code native-notes/mvars.md}.
 */
public final class MvarLayout {
  /**
   * An MVar. All of it is in one cache line, for whoever takes a lock writes most of it; and has
   * the next line to itself, too, since some cores fetch lines in pairs.
   */
  public static final LayoutTable TABLE =
      LayoutTable.of(
              "mvar",
              MemoryLayout.structLayout(
                  JAVA_LONG.withName("word"),
                  JAVA_LONG.withName("value"),
                  JAVA_INT.withName("index"),
                  JAVA_INT.withName("readers"),
                  JAVA_LONG.withName("owner"),
                  JAVA_LONG.withName("holders"),
                  JAVA_LONG.withName("queueHead"),
                  JAVA_LONG.withName("queueTail"),
                  JAVA_INT.withName("waiters"),
                  MemoryLayout.paddingLayout(4),
                  JAVA_LONG.withName("scan"),
                  MemoryLayout.paddingLayout(56)))
          .note("word", "the lock word: CAS sets its latch, whoever set it stores with release")
          .note("value", "the value word; under the latch or by who holds for writing, release")
          .note("index", "the MVar's index in the VM; constant")
          .note("owner", "the process block of who held it for writing last; under the latch")
          .note("readers", "processes that hold it for reading only; under the latch")
          .note("holders", "the first hold of each process that holds it, newest first; likewise")
          .note("queueHead", "the hold that waits longest; likewise")
          .note("queueTail", "the one that waits shortest; likewise")
          .note("waiters", "holds in the queue; likewise")
          .note("scan", "with SCANNED: the holder at which a walk goes on; likewise");

  /** A hold, or the wish for one. In the queue and, if it is its process's first, in `holders`. */
  public static final LayoutTable HOLD =
      LayoutTable.of(
              "hold",
              MemoryLayout.structLayout(
                  JAVA_LONG.withName("next"),
                  JAVA_LONG.withName("previous"),
                  JAVA_LONG.withName("mvar"),
                  JAVA_LONG.withName("process"),
                  JAVA_LONG.withName("below"),
                  JAVA_LONG.withName("frame"),
                  JAVA_LONG.withName("where"),
                  JAVA_INT.withName("state"),
                  JAVA_BYTE.withName("access"),
                  JAVA_BYTE.withName("prior"),
                  JAVA_BYTE.withName("wait"),
                  MemoryLayout.paddingLayout(1)))
          .note("next", "the younger in the queue, or the older holder; under the latch")
          .note("previous", "the other way round; under the latch")
          .note("mvar", "whose it is; constant while it is used")
          .note("process", "the process block; constant")
          .note(
              "below",
              "the process's hold before this one; owner, plain. Waiting: its ticket, under the"
                  + " latch. Answered: the value word; who answers")
          .note("frame", "the frame that took it; owner, plain")
          .note("where", "function and pc of the instruction that asked; constant")
          .note(
              "state",
              "0 waiting, 1 granted, 2 answered; release under the latch; the owner acquires")
          .note("access", "1 read, 2 write: what it asks for; constant once it is in a list")
          .note("prior", "0, 1 or 2: what its process had of this MVar before; likewise")
          .note("wait", "1 if the wait ends by itself, 2 if for one operation only; likewise");

  /** What a process has to do with MVars. */
  public static final LayoutTable LOCKS =
      LayoutTable.of(
              "locks",
              MemoryLayout.structLayout(
                  JAVA_LONG.withName("waitMvar"),
                  JAVA_LONG.withName("waitHold"),
                  JAVA_LONG.withName("waitNumber"),
                  JAVA_LONG.withName("holds"),
                  JAVA_LONG.withName("snapshots"),
                  HOLD.layout().withName("first"),
                  JAVA_LONG.withName("waitSinceNs"),
                  JAVA_LONG.withName("waitHolder")))
          .note(
              "waitMvar",
              "the MVar in whose queue it is, 0 if in none; under that MVar's latch, release;"
                  + " walks read it, acquire")
          .note("waitHold", "what it waits with, or was granted and has not taken; owner, plain")
          .note("waitNumber", "counts its waits; owner, before it enters a queue")
          .note("holds", "its holds, newest first; owner, plain")
          .note("snapshots", "its snapshots of shared maps; owner, plain")
          .note("first", "a hold, so that one at a time needs no memory; free if its `mvar` is 0")
          .note("waitSinceNs", "when its wait began, if the flight recorder ran; or 0; owner")
          .note("waitHolder", "pid of one that held the MVar then; likewise");

  /** Bytes of the record of an MVar. */
  public static final int BYTES = TABLE.byteSize();

  /** The lock word, see {@link LockWord}. */
  public static final int WORD = TABLE.offset("word");

  /** The value word, see {@link MvarValue}. */
  public static final int VALUE = TABLE.offset("value");

  /** Index of the MVar in its VM; int. */
  public static final int INDEX = TABLE.offset("index");

  /** In the record of a process: its snapshots of shared maps. */
  public static final int LOCKS_SNAPSHOTS = LOCKS.offset("snapshots");

  static final int OWNER = TABLE.offset("owner");
  static final int QUEUE_HEAD = TABLE.offset("queueHead");
  static final int QUEUE_TAIL = TABLE.offset("queueTail");
  static final int HOLDERS = TABLE.offset("holders");
  static final int READERS = TABLE.offset("readers");
  static final int WAITERS = TABLE.offset("waiters");
  static final int SCAN = TABLE.offset("scan");

  static final int WAIT_MVAR = LOCKS.offset("waitMvar");
  static final int WAIT_HOLD = LOCKS.offset("waitHold");
  static final int WAIT_NUMBER = LOCKS.offset("waitNumber");
  static final int HOLDS = LOCKS.offset("holds");
  static final int WAIT_SINCE_NS = LOCKS.offset("waitSinceNs");
  static final int WAIT_HOLDER = LOCKS.offset("waitHolder");
  static final int FIRST_HOLD = LOCKS.offset("first");
  static final int LOCKS_BYTES = LOCKS.byteSize();

  static final int NEXT = HOLD.offset("next");
  static final int PREVIOUS = HOLD.offset("previous");
  static final int MVAR = HOLD.offset("mvar");
  static final int PROCESS = HOLD.offset("process");
  static final int BELOW = HOLD.offset("below");
  static final int FRAME = HOLD.offset("frame");
  static final int WHERE = HOLD.offset("where");
  static final int STATE = HOLD.offset("state");
  static final int ACCESS = HOLD.offset("access");
  static final int PRIOR = HOLD.offset("prior");
  static final int WAIT = HOLD.offset("wait");

  /** The value word that a read waited for: it has no process's hold below it. */
  static final int ANSWER = BELOW;

  /** While it waits: it grows from the head of the queue to its tail; of upgrades it is 0. */
  static final int TICKET = BELOW;

  static final int HOLD_BYTES = HOLD.byteSize();

  private MvarLayout() {}
}
