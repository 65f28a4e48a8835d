package org.skerry.process;

import static org.skerry.process.ProcessLayout.PID;
import static org.skerry.process.ProcessLayout.SIGNAL_HEAD;

import org.skerry.memory.BlockCache;
import org.skerry.memory.Memory;
import org.skerry.memory.VmBug;
import org.skerry.term.Atoms;

/**
 * Control signals: what one process, or the VM, tells another about its life. They do not go
 * through the mailbox and are never refused for want of room there. See {@code
 * native-notes/signals.md}.
 *
 * <p>A kill request is a bit and needs no memory. Every other signal needs a node, and whoever
 * sends it learns at once where there is no memory for that.
 */
public final class Signals {
  /** {@link #kill}: somebody asked for it; the reason will be {@code killed}. */
  public static final int KILL = 1;

  /** {@link #kill}: its mailbox is full, and that is its policy: it ends as one beyond a limit. */
  public static final int MAILBOX_FULL = 2;

  /** {@link #kill}: the VM stops, or its time is up; {@code shutdown}. */
  public static final int SHUTDOWN = 4;

  /** {@link #exit}: the signal will be seen. */
  public static final int OK = 0;

  /** {@link #exit}: there is no memory for it; its word is still the caller's. */
  public static final int NO_MEMORY = -1;

  private static final long REQUESTS = KILL | MAILBOX_FULL | SHUTDOWN;

  private Signals() {}

  /**
   * Ends a process at the latest when its slice is over. Any thread that is online. Cannot fail.
   *
   * @param process the block of the process to end
   * @param request {@link #KILL}, {@link #MAILBOX_FULL} or {@link #SHUTDOWN}
   */
  public static void kill(WorkerContext context, long process, int request) {
    Memory.getAndBitwiseOrLong(process + SIGNAL_HEAD, request);
    Wake.notify(context.scheduling(), process);
  }

  /**
   * Sends an exit signal. Any thread that is online. Signals from one sender are seen in order.
   *
   * @param process the receiver's block
   * @param fromPid the sender's pid, or nil
   * @param reason an immediate, or the address of an image, which is the signal's from now on
   * @return {@link #OK} or {@link #NO_MEMORY}
   */
  public static int exit(WorkerContext context, long process, long fromPid, long reason) {
    long node = context.cache().allocate(SignalLayout.BYTES);
    if (node == Memory.NULL) {
      return NO_MEMORY;
    }
    Memory.putLong(node + SignalLayout.FROM, fromPid);
    Memory.putLong(node + SignalLayout.WORD, reason);
    Memory.putInt(node + SignalLayout.KIND, SignalLayout.KIND_EXIT);
    push(process, node);
    Wake.notify(context.scheduling(), process);
    return OK;
  }

  /** Whether there is something to handle. Any thread that is online. */
  public static boolean isPending(long process) {
    return Memory.getLongOpaque(process + SIGNAL_HEAD) != 0;
  }

  /** Whether it is to end whatever the signals say that have come. Any thread that is online. */
  static boolean isKillPending(long process) {
    return (Memory.getLongOpaque(process + SIGNAL_HEAD) & REQUESTS) != 0;
  }

  /**
   * Handles all signals that have come, in order. For the process's owner, at a safepoint.
   *
   * @return whether they end the process: then {@link Lifecycle#endWith} was called
   */
  static boolean handle(WorkerContext context, long process) {
    long head = Memory.getAndSetLong(process + SIGNAL_HEAD, 0);
    long requests = head & REQUESTS;
    boolean ends = requests != 0;
    if (ends) {
      endAsRequested(context, process, requests);
    }
    for (long node = reversed(head & -8); node != Memory.NULL; ) {
      long next = Memory.getLong(node + SignalLayout.NEXT);
      if (ends) {
        Mailbox.releaseMessage(Memory.getLong(node + SignalLayout.WORD), context.cache());
      } else {
        ends = handle(context, process, node);
      }
      context.cache().free(node, SignalLayout.BYTES);
      node = next;
    }
    return ends;
  }

  /** Frees all signals that nobody will see. */
  static void drain(BlockCache cache, long process) {
    long node = Memory.getAndSetLong(process + SIGNAL_HEAD, 0) & -8;
    while (node != Memory.NULL) {
      long next = Memory.getLong(node + SignalLayout.NEXT);
      Mailbox.releaseMessage(Memory.getLong(node + SignalLayout.WORD), cache);
      cache.free(node, SignalLayout.BYTES);
      node = next;
    }
  }

  private static boolean handle(WorkerContext context, long process, long node) {
    if (Memory.getInt(node + SignalLayout.KIND) != SignalLayout.KIND_EXIT) {
      throw new VmBug("A signal has a known kind", "kind", Memory.getInt(node + SignalLayout.KIND));
    }
    long reason = Memory.getLong(node + SignalLayout.WORD);
    if (reason == Atoms.KILL) {
      Lifecycle.endWith(process, ExitKind.KILLED, Atoms.KILLED);
      return true;
    }
    long from = Memory.getLong(node + SignalLayout.FROM);
    if (reason == Atoms.NORMAL && from != Memory.getLong(process + PID)) {
      return false;
    }
    long term = (reason & 7) != 0 ? reason : Mailbox.adopt(context, process, reason);
    if (term == Mailbox.NO_ROOM) {
      Mailbox.releaseMessage(reason, context.cache());
      term = context.runtime().terms().limitReason(Atoms.HEAP);
    }
    Lifecycle.endWith(process, ExitKind.SIGNALLED, term);
    return true;
  }

  private static void endAsRequested(WorkerContext context, long process, long requests) {
    if ((requests & KILL) != 0) {
      Lifecycle.endWith(process, ExitKind.KILLED, Atoms.KILLED);
    } else if ((requests & MAILBOX_FULL) != 0) {
      long reason = context.runtime().terms().limitReason(Atoms.MAILBOX);
      Lifecycle.endWith(process, ExitKind.LIMIT, reason);
    } else {
      Lifecycle.endWith(process, ExitKind.KILLED, Atoms.SHUTDOWN);
    }
  }

  private static void push(long process, long node) {
    for (; ; ) {
      long head = Memory.getLongAcquire(process + SIGNAL_HEAD);
      Memory.putLong(node + SignalLayout.NEXT, head & -8);
      if (Memory.compareAndSetLong(process + SIGNAL_HEAD, head, node | head & REQUESTS)) {
        return;
      }
    }
  }

  private static long reversed(long newest) {
    long oldest = Memory.NULL;
    for (long node = newest; node != Memory.NULL; ) {
      long older = Memory.getLong(node + SignalLayout.NEXT);
      Memory.putLong(node + SignalLayout.NEXT, oldest);
      oldest = node;
      node = older;
    }
    return oldest;
  }
}
