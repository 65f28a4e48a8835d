package org.skerry.process;

import static org.skerry.process.ProcessLayout.SIGNALS_TAKEN;
import static org.skerry.process.ProcessLayout.SIGNAL_HEAD;
import static org.skerry.process.SignalLayout.FROM;
import static org.skerry.process.SignalLayout.KIND;
import static org.skerry.process.SignalLayout.KIND_DOWN;
import static org.skerry.process.SignalLayout.KIND_EXIT;
import static org.skerry.process.SignalLayout.KIND_INFO_ANSWER;
import static org.skerry.process.SignalLayout.KIND_LINK_EXIT;
import static org.skerry.process.SignalLayout.NEXT;
import static org.skerry.process.SignalLayout.STATE;
import static org.skerry.process.SignalLayout.STATE_NEW;
import static org.skerry.process.SignalLayout.STATE_NOTHING;
import static org.skerry.process.SignalLayout.WORD;

import org.skerry.memory.BlockCache;
import org.skerry.memory.Memory;
import org.skerry.term.Atoms;

/**
 * Control signals: what one process, or the VM, tells another about its life. They have their own
 * path and are never refused for want of room in a mailbox; those that may become a message take a
 * place in the mailbox besides, so that they keep their order with the sender's messages. See
 * {@code native-notes/signals.md}.
 *
 * <p>A kill request is a bit and needs no memory. Every other signal needs a node, which its sender
 * has before anything happens that cannot be taken back.
 */
public final class Signals {
  /** {@link #kill}: somebody asked for it; the reason will be {@code killed}. */
  public static final int KILL = 1;

  /** {@link #kill}: its mailbox is full, and that is its policy: it ends as one beyond a limit. */
  public static final int MAILBOX_FULL = 2;

  /** {@link #kill}: the VM stops, or its time is up; {@code shutdown}. */
  public static final int SHUTDOWN = 4;

  /** {@link #exit}: the signal will be seen, or the process is over. */
  public static final int OK = 0;

  /** {@link #exit}: there is no memory for it; its word is still the caller's. */
  public static final int NO_MEMORY = -1;

  /** {@link #handle}: all are handled, and the process goes on. */
  public static final int ALL = 0;

  /** {@link #handle}: the process ends: {@link Lifecycle#endWith} was called. */
  public static final int ENDS = 1;

  /** {@link #handle}: there are more, which wait for the next slice. */
  public static final int MORE = 2;

  /** Signals that one call handles, and that one slice of a process that ends sends. */
  static final int BATCH = 500;

  private static final long REQUESTS = KILL | MAILBOX_FULL | SHUTDOWN;

  /** {@code signalHead} of a process that takes no signals any more, with or without requests. */
  private static final long CLOSED = -8;

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
    long word = ExitReason.ofImage(context.cache(), reason);
    long node = word == 0 ? Memory.NULL : node(context.cache(), KIND_EXIT, fromPid, word);
    if (node == Memory.NULL) {
      if (word != reason && word != 0) {
        context.cache().free(word, RelationsLayout.REASON_BYTES);
      }
      return NO_MEMORY;
    }
    if (!send(context, process, node)) {
      free(context.cache(), node);
    }
    return OK;
  }

  /** A node of its own for a signal; 0 where there is no memory. */
  static long node(BlockCache cache, int kind, long from, long word) {
    long node = cache.allocate(SignalLayout.BYTES);
    if (node != Memory.NULL) {
      Memory.putInt(node + KIND, kind);
      Memory.putInt(node + STATE, STATE_NEW);
      Memory.putLong(node + FROM, from);
      Memory.putLong(node + WORD, word);
      Memory.putLong(node + SignalLayout.KEY, 0);
      Memory.putLong(node + SignalLayout.OBJECT, 0);
    }
    return node;
  }

  /** Frees a node, and what its word refers to. */
  static void free(BlockCache cache, long node) {
    long word = Memory.getLong(node + WORD);
    switch (Memory.getInt(node + KIND)) {
      case KIND_INFO_ANSWER -> Mailbox.releaseMessage(word, cache);
      case KIND_EXIT, KIND_LINK_EXIT, KIND_DOWN -> ExitReason.release(cache, word);
      default -> {
        // its word is an immediate
      }
    }
    cache.free(node, SignalLayout.BYTES);
  }

  /** Whether it is to end whatever the signals say that have come. Any thread that is online. */
  static boolean isKillPending(long process) {
    return (Memory.getLongOpaque(process + SIGNAL_HEAD) & REQUESTS) != 0;
  }

  /**
   * Sends a signal. Any thread that is online.
   *
   * @param node all its fields are set; the receiver's from now on
   * @return false where the receiver is over: the node is the caller's still
   */
  static boolean send(WorkerContext context, long process, long node) {
    boolean isMail = SignalLayout.isMail(Memory.getInt(node + KIND));
    if (isMail) {
      Memory.putInt(node + STATE, STATE_NEW);
    }
    if (!push(process, node)) {
      return false;
    }
    if (isMail) {
      // Behind the push: who finds it in the mailbox finds it among the signals, or handled.
      Mailbox.enqueueSignal(process, node);
    }
    Wake.notify(context.scheduling(), process);
    return true;
  }

  /** As {@link #send}, to the process with this pid. */
  static boolean sendTo(WorkerContext context, long pid, long node) {
    long process = context.table().find(pid);
    return process != Memory.NULL && send(context, process, node);
  }

  /** Whether there is something to handle. For the process's owner. */
  public static boolean isPending(long process) {
    return (Memory.getLongOpaque(process + SIGNAL_HEAD) | Memory.getLong(process + SIGNALS_TAKEN))
        != 0;
  }

  /**
   * Handles signals that have come, in order, up to {@link #BATCH} of them. For the process's
   * owner, at a safepoint; may collect.
   *
   * @return {@link #ALL}, {@link #ENDS} or {@link #MORE}
   */
  public static int handle(WorkerContext context, long process) {
    long requests = Memory.getLongOpaque(process + SIGNAL_HEAD) & REQUESTS;
    if (requests != 0) {
      endAsRequested(context, process, requests);
      return ENDS;
    }
    for (int i = 0; i < BATCH; i++) {
      long node = next(process);
      if (node == Memory.NULL) {
        return ALL;
      }
      if (SignalHandlers.handle(context, process, node)) {
        return ENDS;
      }
    }
    return isPending(process) ? MORE : ALL;
  }

  /**
   * The oldest signal that is not handled; 0 where there is none. For the owner.
   *
   * @return the node, which is the caller's
   */
  static long next(long process) {
    long node = Memory.getLong(process + SIGNALS_TAKEN);
    if (node == Memory.NULL) {
      long head = Memory.getLongOpaque(process + SIGNAL_HEAD);
      if ((head & -8) == 0 || (head & -8) == CLOSED) {
        return Memory.NULL;
      }
      // Requests stay: they are looked at before this, and end the process.
      node = reversed(Memory.getAndBitwiseAndLong(process + SIGNAL_HEAD, REQUESTS) & -8);
    }
    Memory.putLong(process + SIGNALS_TAKEN, Memory.getLong(node + NEXT));
    return node;
  }

  /**
   * The owner, which ends and has handled what came: no signal comes any more.
   *
   * @return false where one has come meanwhile: it is handled first, and then this called again
   */
  static boolean close(long process) {
    for (; ; ) {
      long head = Memory.getLongAcquire(process + SIGNAL_HEAD);
      if ((head & -8) != 0 && (head & -8) != CLOSED) {
        return false;
      }
      if (Memory.compareAndSetLong(process + SIGNAL_HEAD, head, CLOSED | head & REQUESTS)) {
        return true;
      }
    }
  }

  /** Frees all signals that nobody will see; nobody looks at the process any more. */
  static void drain(BlockCache cache, long process) {
    drop(cache, Memory.getLong(process + SIGNALS_TAKEN));
    Memory.putLong(process + SIGNALS_TAKEN, Memory.NULL);
    drop(cache, Memory.getAndSetLong(process + SIGNAL_HEAD, CLOSED) & -8);
  }

  /** A signal that may have a place in the mailbox is nothing any more. */
  static void forget(BlockCache cache, long node) {
    ExitReason.release(cache, Memory.getLong(node + WORD));
    Memory.putLong(node + WORD, Atoms.NORMAL);
    Memory.putInt(node + STATE, STATE_NOTHING);
  }

  private static void drop(BlockCache cache, long first) {
    for (long node = first == CLOSED ? Memory.NULL : first; node != Memory.NULL; ) {
      long next = Memory.getLong(node + NEXT);
      if (!SignalLayout.isMail(Memory.getInt(node + KIND))) {
        free(cache, node); // any other is freed with the mailbox
      }
      node = next;
    }
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

  /** False where the receiver takes none any more. */
  private static boolean push(long process, long node) {
    for (; ; ) {
      long head = Memory.getLongAcquire(process + SIGNAL_HEAD);
      if ((head & -8) == CLOSED) {
        return false;
      }
      Memory.putLong(node + NEXT, head & -8);
      if (Memory.compareAndSetLong(process + SIGNAL_HEAD, head, node | head & REQUESTS)) {
        return true;
      }
    }
  }

  private static long reversed(long newest) {
    long oldest = Memory.NULL;
    for (long node = newest; node != Memory.NULL; ) {
      long older = Memory.getLong(node + NEXT);
      Memory.putLong(node + NEXT, oldest);
      oldest = node;
      node = older;
    }
    return oldest;
  }
}
