package org.skerry.process;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemoryLayout;
import java.util.ArrayList;
import java.util.List;
import org.skerry.heap.HeapLayout;
import org.skerry.memory.LayoutTable;

/**
 * The bytes of a process block: the collector's record, the stack's record, what the running worker
 * alone writes, one cache line that other threads write, and the first stack chunk. See {@code
 * native-notes/process-block.md}.
 *
 * <p>"Owner" below is the thread that runs the process, or that creates it before it starts.
 */
public final class ProcessLayout {
  /** Bytes of a process block. */
  public static final int BYTES = 512;

  private static final int CACHE_LINE_BYTES = 64;

  /** Offset of the line that others write: behind what the owner alone writes. */
  private static final int SHARED_LINE = 256;

  /** The declaration. */
  public static final LayoutTable TABLE = declare();

  /** Image of the tuple of all r arguments, adopted in the first slice; 0 where there is none. */
  public static final int ARGUMENT_IMAGE = TABLE.offset("argumentImage");

  /** Clock time at which the wait in progress ends; 0 where it has no end. */
  public static final int WAIT_DEADLINE_NS = TABLE.offset("waitDeadlineNs");

  /** Clock time at which the look-through of the mailbox ends; 0 where it has no end. */
  public static final int SELECT_DEADLINE_NS = TABLE.offset("selectDeadlineNs");

  /** What {@link Traces} keeps: address of a record; 0 while there is none. */
  public static final int TRACE = TABLE.offset("trace");

  /** What it awaits, for people to see: a pid, the address of a record, or 0. */
  public static final int AWAIT_OBJECT = TABLE.offset("awaitObject");

  /** Since when, on the worker's coarse clock. */
  public static final int AWAIT_SINCE_NS = TABLE.offset("awaitSinceNs");

  /** A message that is out of the ring and not yet in the heap; 0 where there is none. */
  public static final int HELD_WORD = TABLE.offset("heldWord");

  /** First of the messages that came out of the overflow list, oldest first. */
  public static final int PENDING = TABLE.offset("pending");

  /** Processes that wait for room in this mailbox, newest first. */
  public static final int SPACE_WAITERS = TABLE.offset("spaceWaiters");

  /** This process's own entry in another's list of waiters; 0 where there is none. */
  public static final int SPACE_ENTRY = TABLE.offset("spaceEntry");

  /** State of the process's random number generator. */
  public static final int RANDOM_STATE = TABLE.offset("randomState");

  /** Name, links and monitors: address of their record; 0 while there are none. */
  public static final int RELATIONS = TABLE.offset("relations");

  /** What {@link Timers} keeps about the process's own timer; 0 where there is none. */
  public static final int TIMER = TABLE.offset("timer");

  /** Reductions that the process has used in all slices that are over. */
  public static final int REDUCTIONS = TABLE.offset("reductions");

  /** VM index of the function that it was spawned with; int. */
  public static final int FUNCTION_INDEX = TABLE.offset("functionIndex");

  /** Ordinal of its {@link Priority}; byte. */
  public static final int PRIORITY = TABLE.offset("priority");

  /** What it awaits, for people to see: ordinal of an {@link AwaitKind}; byte. */
  public static final int AWAIT_KIND = TABLE.offset("awaitKind");

  /** See {@link ProcessFlags}; byte. */
  public static final int FLAGS = TABLE.offset("flags");

  /** How it ends: ordinal of an {@link ExitKind}, meaningful once it does; byte. */
  public static final int EXIT_KIND = TABLE.offset("exitKind");

  /** Its pid; found by it once it has started, and until {@link Lifecycle} hides it. */
  public static final int PID = TABLE.offset("pid");

  /** The wake word, see {@link Wake}; int. */
  public static final int STATE = TABLE.offset("state");

  /** Ordinal of the mailbox's {@link MailboxPolicy}; byte. */
  public static final int MAILBOX_POLICY = TABLE.offset("mailboxPolicy");

  /** Binary logarithm of the ring's capacity in bytes; byte. */
  public static final int RING_SHIFT = TABLE.offset("ringShift");

  /** The most that the mailbox may hold: {@code count:24 | bytes:40}. */
  public static final int MAILBOX_LIMITS = TABLE.offset("mailboxLimits");

  /** All that was ever accepted: {@code count:24 | bytes:40}, modulo 2^64. */
  public static final int MAILBOX_ACCEPTED = TABLE.offset("mailboxAccepted");

  /** All that was ever taken: {@code count:24 | bytes:40}, modulo 2^64. */
  public static final int MAILBOX_TAKEN = TABLE.offset("mailboxTaken");

  /** Newest of the messages that did not fit into the ring. */
  public static final int OVERFLOW_HEAD = TABLE.offset("overflowHead");

  /** Newest of the control signals; the low three bits are kill requests. */
  public static final int SIGNAL_HEAD = TABLE.offset("signalHead");

  /** Address of the ring; 0 before the first message. */
  public static final int RING = TABLE.offset("ring");

  /**
   * Processes that wait for room and are next, oldest first; all are older than {@link
   * #SPACE_WAITERS}.
   */
  public static final int SPACE_QUEUE = TABLE.offset("spaceQueue");

  /** What it holds and awaits of {@link SharedValues}: address of a record; 0 before the first. */
  public static final int LOCKS = TABLE.offset("locks");

  /** The stack chunk that was unlinked last, see {@link Stack}; 0 where there is none. */
  static final int STACK_SPARE = TABLE.offset("stackSpare");

  /** Oldest of the control signals that are taken from {@link #SIGNAL_HEAD} and not handled. */
  public static final int SIGNALS_TAKEN = TABLE.offset("signalsTaken");

  /** The first stack chunk, up to the end of the block. */
  public static final int FIRST_CHUNK = TABLE.offset("firstChunk");

  /** Bytes of the first stack chunk. */
  public static final int FIRST_CHUNK_BYTES = TABLE.byteSize("firstChunk");

  static {
    assert TABLE.byteSize() == BYTES : TABLE.byteSize();
    assert PID == SHARED_LINE : PID;
    assert SPACE_QUEUE == PID + CACHE_LINE_BYTES : SPACE_QUEUE;
    assert TABLE.offset("stackFirst") == StackLayout.STACK_FIRST;
  }

  private ProcessLayout() {}

  private static LayoutTable declare() {
    List<MemoryLayout> fields = new ArrayList<>();
    fields.addAll(HeapLayout.LAYOUT.memberLayouts());
    fields.addAll(StackLayout.LAYOUT.memberLayouts());
    fields.addAll(ownerFields());
    long unused = SHARED_LINE - byteSize(fields);
    if (unused > 0) {
      fields.add(MemoryLayout.paddingLayout(unused));
    }
    fields.addAll(sharedFields());
    fields.add(JAVA_LONG.withName("spaceQueue"));
    fields.add(JAVA_LONG.withName("locks"));
    fields.add(JAVA_LONG.withName("stackSpare"));
    fields.add(JAVA_LONG.withName("signalsTaken"));
    long chunkWords = (BYTES - byteSize(fields)) / Long.BYTES;
    fields.add(MemoryLayout.sequenceLayout(chunkWords, JAVA_LONG).withName("firstChunk"));
    return noted(
        LayoutTable.of("process", MemoryLayout.structLayout(fields.toArray(MemoryLayout[]::new))));
  }

  private static long byteSize(List<MemoryLayout> fields) {
    return MemoryLayout.structLayout(fields.toArray(MemoryLayout[]::new)).byteSize();
  }

  private static List<MemoryLayout> ownerFields() {
    return List.of(
        JAVA_LONG.withName("argumentImage"),
        JAVA_LONG.withName("waitDeadlineNs"),
        JAVA_LONG.withName("selectDeadlineNs"),
        JAVA_LONG.withName("trace"),
        JAVA_LONG.withName("awaitObject"),
        JAVA_LONG.withName("awaitSinceNs"),
        JAVA_LONG.withName("heldWord"),
        JAVA_LONG.withName("pending"),
        JAVA_LONG.withName("spaceWaiters"),
        JAVA_LONG.withName("spaceEntry"),
        JAVA_LONG.withName("randomState"),
        JAVA_LONG.withName("relations"),
        JAVA_LONG.withName("timer"),
        JAVA_LONG.withName("reductions"),
        JAVA_INT.withName("functionIndex"),
        JAVA_BYTE.withName("priority"),
        JAVA_BYTE.withName("awaitKind"),
        JAVA_BYTE.withName("flags"),
        JAVA_BYTE.withName("exitKind"));
  }

  private static List<MemoryLayout> sharedFields() {
    return List.of(
        JAVA_LONG.withName("pid"),
        JAVA_INT.withName("state"),
        JAVA_BYTE.withName("mailboxPolicy"),
        JAVA_BYTE.withName("ringShift"),
        MemoryLayout.paddingLayout(2),
        JAVA_LONG.withName("mailboxLimits"),
        JAVA_LONG.withName("mailboxAccepted"),
        JAVA_LONG.withName("mailboxTaken"),
        JAVA_LONG.withName("overflowHead"),
        JAVA_LONG.withName("signalHead"),
        JAVA_LONG.withName("ring"));
  }

  private static LayoutTable noted(LayoutTable table) {
    return table
        .note("heapTop", "from here to `nursery`: the collector's record; owner, plain")
        .note("stackFirst", "from here to `stackChunk`: the stack's record; owner, plain")
        .note("argumentImage", "from here to `exitKind`: owner, plain, but for three fields")
        .note("spaceWaiters", "senders CAS an entry in; the owner exchanges it for 0")
        .note(
            "priority", "owner writes it before start; any reads, plain: state was acquired first")
        .note("pid", "creator; constant from before it can be found until it ends")
        .note("state", "owner and notifiers, by CAS or exchange only")
        .note("mailboxPolicy", "creator writes it before start; senders read it, plain")
        .note("ringShift", "creator writes it before start; any reads it, plain")
        .note("mailboxLimits", "creator writes it before start; senders read it, plain")
        .note("mailboxAccepted", "senders, by CAS; any reads it, acquire")
        .note("mailboxTaken", "owner, release; senders read it, acquire")
        .note("overflowHead", "senders CAS a node in; the owner detaches; any reads it, acquire")
        .note("signalHead", "any CASes a node in or sets a bit; the owner exchanges it for 0")
        .note("ring", "the first sender, CAS from 0; then constant; any reads it, acquire")
        .note("spaceQueue", "owner, plain")
        .note("locks", "owner, release; walks over waiting processes read it, acquire")
        .note("stackSpare", "a chunk that `Stack` keeps while the process runs; owner, plain")
        .note("signalsTaken", "owner, plain")
        .note("relations", "0; then a record for good: any CASes it in, and reads it, acquire")
        .note("flags", "bit 0: it traps exits; bit 1: it is ending, and known to nobody")
        .note("firstChunk", "frames; owner, plain");
  }
}
