package org.skerry.process;

import org.skerry.memory.Memory;
import org.skerry.term.Term;

/**
 * A process whose code is a thread of the host: it has a mailbox, a heap, links and monitors, but
 * nothing that a worker could run. The thread that calls these methods owns it, one at a time, and
 * is online. See {@code native-notes/embedding.md}.
 */
public final class OwnedProcess {
  private OwnedProcess() {}

  /**
   * Starts a process that {@link Lifecycle#create} made, as one that traps exits.
   *
   * @return its pid
   */
  public static long start(WorkerContext context, long process) {
    ProcessFlags.set(process, ProcessFlags.TRAPS_EXIT, true);
    return Lifecycle.startOwned(context, process);
  }

  /**
   * Handles what has come since the last call, as the beginning of a slice does.
   *
   * @return whether the process lives on; otherwise it is over, and gone
   */
  public static boolean beginTurn(WorkerContext context, long process) {
    Mailbox.beginSlice(context, process);
    while (Signals.isPending(process)) {
      if (Signals.handle(context, process) == Signals.ENDS) {
        end(context, process);
        return false;
      }
    }
    return true;
  }

  /**
   * The next message, which is valid until the next call; {@link Term#NONE} where there is none.
   */
  public static long receive(WorkerContext context, long process) {
    return Mailbox.receive(context, process);
  }

  /** Lets those in who wait for room. */
  public static void endTurn(WorkerContext context, long process) {
    Mailbox.admitWaiters(context, process);
  }

  /** Ends the process, with what {@link Lifecycle#endWith} was told; its block is gone. */
  public static void end(WorkerContext context, long process) {
    context.table().countOwned(-1);
    boolean isOver = Lifecycle.exit(context, process);
    while (!isOver) {
      isOver = Lifecycle.continueExit(context, process);
    }
  }

  /** Ends the process as one that returned nil. */
  public static void finish(WorkerContext context, long process) {
    Lifecycle.endWith(process, ExitKind.RETURNED, Term.NIL);
    end(context, process);
  }

  /**
   * Ends the process with a reason of its own.
   *
   * @param reason an immediate, or the address of an image, which is given away
   * @return false where there is no memory: the process lives on, and the image is the caller's
   */
  public static boolean finish(WorkerContext context, long process, long reason) {
    long word = ExitReason.ofImage(context.cache(), reason);
    if (word == Memory.NULL) {
      return false;
    }
    Relations.keepReason(process, word);
    ExitReason.release(context.cache(), word);
    Lifecycle.endWith(process, ExitKind.EXITED, Term.NIL);
    end(context, process);
    return true;
  }

  /** The process's pid. */
  public static long pid(long process) {
    return Memory.getLong(process + ProcessLayout.PID);
  }
}
