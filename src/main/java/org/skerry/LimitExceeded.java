package org.skerry;

import org.jspecify.annotations.Nullable;
import org.skerry.heap.HeapLayout;
import org.skerry.memory.Memory;
import org.skerry.process.Mailbox;
import org.skerry.process.MailboxUse;
import org.skerry.process.ProcessLayout;
import org.skerry.process.WorkerContext;
import org.skerry.term.Atoms;

/**
 * Something would have exceeded a limit. Thrown where the host itself asked, and nothing of it was
 * done then; or how a process ended that the host called: {@link CallFailed#limit}.
 */
public final class LimitExceeded extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The limits that there are. */
  public enum Limit {
    /** {@link VmBuilder#maxProcesses}, in processes. */
    PROCESSES,
    /** {@link VmBuilder#maxMemory}, in bytes. */
    MEMORY,
    /** {@link VmBuilder#maxHeap} or {@link SpawnOptions.Builder#maxHeap}, in bytes. */
    HEAP,
    /** How many messages the mailbox of a process may hold that ends where it is full. */
    MAILBOX,
    /** How many bytes of messages it may hold, in bytes. */
    MAILBOX_BYTES,
    /** How many atoms a VM may have. */
    ATOMS
  }

  private final Limit limit;
  private final transient Pid pid;
  private final long allowed;
  private final long used;
  private final long asked;

  /**
   * @param pid of the process whose limit it is, or that met it; null for one of the VM that the
   *     host met
   */
  LimitExceeded(Limit limit, Pid pid, long allowed, long used, long asked, String what) {
    super(
        what
            + " limit="
            + limit
            + (pid == null ? "" : " pid=" + pid)
            + " allowed="
            + allowed
            + " used="
            + used
            + " asked="
            + asked);
    this.limit = limit;
    this.pid = pid;
    this.allowed = allowed;
    this.used = used;
    this.asked = asked;
  }

  /** The host has asked for more memory than the VM has left. */
  static LimitExceeded memory(WorkerContext context, Pid pid, String what) {
    var pool = context.runtime().pool();
    return new LimitExceeded(
        Limit.MEMORY,
        pid,
        pool.maxBytes(),
        pool.committedBytes(),
        context.cache().refusedBytes(),
        what);
  }

  /** A process has met its own limit of memory. */
  static LimitExceeded heap(WorkerContext context, long process, String what) {
    return new LimitExceeded(
        Limit.HEAP,
        new Pid(Memory.getLong(process + ProcessLayout.PID)),
        Memory.getLong(process + HeapLayout.MEMORY_MAX),
        Memory.getLong(process + HeapLayout.MEMORY_USED),
        context.heap().refusedBytes(),
        what);
  }

  /**
   * Why a process ends, which the thread runs.
   *
   * @param reason of an exit of the kind {@code LIMIT}
   */
  static LimitExceeded ended(WorkerContext context, long process, long reason) {
    String what = "A process was ended.";
    var terms = context.runtime().terms();
    if (reason == terms.limitReason(Atoms.HEAP)) {
      return heap(context, process, what);
    }
    if (reason == terms.limitReason(Atoms.MAILBOX)) {
      return mailbox(process, what);
    }
    return memory(context, new Pid(Memory.getLong(process + ProcessLayout.PID)), what);
  }

  /** A mailbox is full, or was. */
  static LimitExceeded mailbox(long process, String what) {
    long limits = Memory.getLong(process + ProcessLayout.MAILBOX_LIMITS);
    long use = Mailbox.use(process);
    Pid pid = new Pid(Memory.getLong(process + ProcessLayout.PID));
    long messages = MailboxUse.count(use);
    return messages >= MailboxUse.count(limits)
        ? new LimitExceeded(Limit.MAILBOX, pid, MailboxUse.count(limits), messages, 1, what)
        : new LimitExceeded(
            Limit.MAILBOX_BYTES, pid, MailboxUse.bytes(limits), MailboxUse.bytes(use), 0, what);
  }

  /** Which limit. */
  public Limit limit() {
    return limit;
  }

  /**
   * The process whose limit it is, or that met one of the VM; null where the host met one of the
   * VM.
   */
  public @Nullable Pid pid() {
    return pid;
  }

  /** What it allows, in the limit's unit. */
  public long allowed() {
    return allowed;
  }

  /** How much of it was used, in the limit's unit. */
  public long used() {
    return used;
  }

  /**
   * How much was asked for beyond that, in the limit's unit; the last piece where it was asked for
   * in pieces, and 0 where nobody knows: {@link Limit#MAILBOX_BYTES}.
   */
  public long asked() {
    return asked;
  }
}
