package org.skerry.semantics;

import static org.skerry.memory.Memory.getLong;
import static org.skerry.memory.Memory.putLong;

import org.skerry.memory.Memory;
import org.skerry.memory.VmBug;
import org.skerry.mvar.Cycle;
import org.skerry.process.AwaitKind;
import org.skerry.process.Mailbox;
import org.skerry.process.PlainMessages;
import org.skerry.process.ProcessFlags;
import org.skerry.process.ProcessLayout;
import org.skerry.process.Signals;
import org.skerry.process.Timers;
import org.skerry.process.WorkerContext;
import org.skerry.term.Term;
import org.skerry.term.TermError;
import org.skerry.term.TermImage;

/**
 * Sending, receiving and sleeping. What has to wait notes for people what it waits for, and answers
 * {@link Control#AWAIT}; executed again, it looks again, so a wake-up without cause does no harm.
 */
public final class Messaging {
  private static final int SEND_WORDS = 1;
  private static final int SELECT_WORDS = 1;
  private static final int TIMED_WORDS = 2;
  private static final int SLEEP_WORDS = 1;

  private Messaging() {}

  /** Sends a copy of a message; waits where the mailbox is full and its policy is to wait. */
  public static int send(WorkerContext context, long process, long pidSlot, long messageSlot) {
    long pid = receiverPid(context, process, getLong(pidSlot));
    long target = context.table().find(pid);
    boolean isAgain = getLong(process + ProcessLayout.SPACE_ENTRY) != Memory.NULL;
    if (target != Memory.NULL && !deliver(context, process, target, messageSlot)) {
      Cycle cycle = Deadlocks.find(context, process, isAgain);
      if (cycle != null) {
        Mailbox.stopAwaitingRoom(context, process);
        return Deadlocks.raise(context, process, cycle);
      }
      await(context, process, AwaitKind.SPACE, pid);
      return Control.AWAIT;
    }
    if (getLong(process + ProcessLayout.SPACE_ENTRY) != Memory.NULL) {
      Mailbox.stopAwaitingRoom(context, process); // the receiver is over
    }
    context.reductionsLeft -= PlainMessages.SEND_REDUCTIONS;
    return SEND_WORDS;
  }

  /** 1 if a copy of the message went out, or the receiver is over; 0 if its mailbox is full. */
  public static long trySend(WorkerContext context, long process, long pidSlot, long messageSlot) {
    long target = context.table().find(Relating.receiverPid(context, getLong(pidSlot)));
    context.reductionsLeft -= PlainMessages.SEND_REDUCTIONS;
    if (target == Memory.NULL) {
      return 1;
    }
    if (Mailbox.isFull(target)) {
      return 0;
    }
    long message = outgoing(context, process, getLong(messageSlot));
    int result = Mailbox.offer(context, target, message);
    endsSliceIfKilled(context, process, target, result);
    return switch (result) {
      case Mailbox.OK, Mailbox.DROPPED, Mailbox.KILLED -> 1;
      case Mailbox.FULL, Mailbox.FAILED -> {
        discard(context, message);
        yield 0;
      }
      case Mailbox.NO_MEMORY -> {
        discard(context, message);
        throw TermError.LIMIT_EXCEEDED;
      }
      default -> throw new VmBug("An offer has a known result", "result", result);
    };
  }

  /** The oldest message, taken out; {@link Term#NONE} where there is none and the process waits. */
  public static long receive(WorkerContext context, long process) {
    long message = checked(Mailbox.receive(context, process));
    if (message == Term.NONE) {
      await(context, process, AwaitKind.MESSAGE, 0);
    }
    return message;
  }

  /** The oldest message, or the label where none comes in time. */
  public static int receiveTimeout(
      WorkerContext context, long process, long destination, long timeoutNs, int label) {
    long message = checked(Mailbox.receive(context, process));
    if (message == Term.NONE && Signals.isPending(process)) {
      return signalsFirst(context);
    }
    return timed(
        context, process, destination, message, timeoutNs, label, ProcessLayout.WAIT_DEADLINE_NS);
  }

  /** Begins a look-through of the mailbox. */
  public static void selectBegin(WorkerContext context, long process) {
    endDeadline(context, process, ProcessLayout.SELECT_DEADLINE_NS);
    Mailbox.selectBegin(process);
  }

  /** The next message of the look-through. */
  public static int selectNext(WorkerContext context, long process, long destination) {
    long message = checked(Mailbox.selectNext(context, process));
    if (message == Term.NONE) {
      await(context, process, AwaitKind.MESSAGE, 0);
      return Control.AWAIT;
    }
    putLong(destination, message);
    return SELECT_WORDS;
  }

  /** The next message of the look-through, or the label once its time is over. */
  public static int selectNextTimeout(
      WorkerContext context, long process, long destination, long timeoutNs, int label) {
    long message = checked(Mailbox.selectNext(context, process));
    if (message != Term.NONE) {
      putLong(destination, message);
      return TIMED_WORDS;
    }
    if (Signals.isPending(process)) {
      return signalsFirst(context);
    }
    return timed(
        context, process, destination, message, timeoutNs, label, ProcessLayout.SELECT_DEADLINE_NS);
  }

  /**
   * A signal has come that may be a message, or that hides one: the slice ends, the next begins
   * with signals, and then the instruction is executed again. Who has no time left learns only then
   * that there is nothing.
   */
  private static int signalsFirst(WorkerContext context) {
    context.reductionsLeft = 0;
    return 0;
  }

  /** Takes the message looked at last out of the mailbox. */
  public static void selectTake(WorkerContext context, long process) {
    if (!Mailbox.selectTake(context, process)) {
      throw TermError.BAD_ARGUMENT;
    }
    endDeadline(context, process, ProcessLayout.SELECT_DEADLINE_NS);
  }

  /** Waits until some time has passed. */
  public static int sleep(WorkerContext context, long process, long ns) {
    return timed(context, process, 0, Term.NONE, ns, SLEEP_WORDS, ProcessLayout.WAIT_DEADLINE_NS);
  }

  /** Sends a copy of a message later; gives the ref that cancels it. */
  public static long sendAfter(
      WorkerContext context, long process, long pidSlot, long messageSlot, long ns) {
    long pid = Relating.receiverPid(context, getLong(pidSlot));
    long message = outgoing(context, process, getLong(messageSlot));
    long deadline = deadline(context.world().nanoTime(), ns);
    long ref = context.timers().sendAfter(context, pid, message, deadline);
    if (ref == Timers.NO_MEMORY) {
      discard(context, message);
      throw TermError.LIMIT_EXCEEDED;
    }
    return ref;
  }

  /** Cancels what {@link #sendAfter} began; the time that was left, or -1. */
  public static long cancel(WorkerContext context, long ref) {
    if (!Term.isRef(ref)) {
      throw TermError.TYPE_ERROR;
    }
    return context.timers().cancel(ref);
  }

  /** Whether the message is delivered, or lost as its receiver's policy says; else it must wait. */
  private static boolean deliver(
      WorkerContext context, long process, long target, long messageSlot) {
    while (true) {
      // An image is made only when there is room for it, or else every wake-up would make one.
      boolean full =
          Mailbox.isFull(target) && Mailbox.awaits(target) && !Mailbox.isAdmitted(process, target);
      long message = full ? Term.NIL : outgoing(context, process, getLong(messageSlot));
      int result = full ? Mailbox.FULL : Mailbox.offerFrom(context, process, target, message);
      switch (result) {
        case Mailbox.OK, Mailbox.DROPPED, Mailbox.KILLED -> {
          endsSliceIfKilled(context, process, target, result);
          return true;
        }
        case Mailbox.FAILED -> {
          discard(context, message);
          throw TermError.MAILBOX_FULL;
        }
        case Mailbox.NO_MEMORY -> {
          discard(context, message);
          throw TermError.LIMIT_EXCEEDED;
        }
        case Mailbox.FULL -> {
          int next = awaitRoom(context, process, target, message);
          discard(context, message);
          if (next != Mailbox.OK) {
            return next == Mailbox.OVER;
          }
        }
        default -> throw new VmBug("An offer has a known result", "result", result);
      }
    }
  }

  /** Whose own message was one too many does nothing more: signals come before the next slice. */
  private static void endsSliceIfKilled(
      WorkerContext context, long process, long target, int result) {
    if (result == Mailbox.KILLED && target == process) {
      context.reductionsLeft = 0;
    }
  }

  /** {@link Mailbox#awaitRoom}, where that can be waited for. */
  private static int awaitRoom(WorkerContext context, long process, long target, long message) {
    int next =
        target == process ? Mailbox.FULL : Mailbox.awaitRoom(context, process, target, message);
    if (next == Mailbox.FULL || next == Mailbox.NO_MEMORY) {
      discard(context, message);
      throw next == Mailbox.FULL ? TermError.DEADLOCK : TermError.LIMIT_EXCEEDED;
    }
    return next;
  }

  private static int timed(
      WorkerContext context,
      long process,
      long destination,
      long message,
      long timeoutNs,
      int label,
      int deadlineOffset) {
    if (message != Term.NONE) {
      endDeadline(context, process, deadlineOffset);
      putLong(destination, message);
      return TIMED_WORDS;
    }
    long deadline = getLong(process + deadlineOffset);
    if (deadline == 0 && timeoutNs <= 0) {
      return label;
    }
    long now = context.world().nanoTime();
    if (deadline == 0) {
      deadline = deadline(now, timeoutNs);
      putLong(process + deadlineOffset, deadline);
      // In place of a timer that may be there: one wait can lie within the look-through of another.
      context.timers().wakeAt(process, deadline);
    } else if (now - deadline >= 0) {
      endDeadline(context, process, deadlineOffset);
      return label;
    }
    if (getLong(process + ProcessLayout.TIMER) == 0) {
      context.timers().wakeAt(process, deadline);
    }
    await(context, process, destination == 0 ? AwaitKind.TIMER : AwaitKind.MESSAGE, 0);
    return Control.AWAIT;
  }

  /** Never 0, which stands for none. */
  static long deadline(long now, long ns) {
    long deadline = now + Math.max(ns, 0);
    if (deadline < now && now > 0) {
      return Long.MAX_VALUE;
    }
    return deadline == 0 ? 1 : deadline;
  }

  static void endDeadline(WorkerContext context, long process, int deadlineOffset) {
    if (getLong(process + deadlineOffset) != 0) {
      putLong(process + deadlineOffset, 0);
      if (getLong(process + ProcessLayout.TIMER) != 0) {
        context.timers().cancelWake(process);
      }
    }
  }

  /** Where the name of a receiver is gone for which it waited, it waits no more. */
  private static long receiverPid(WorkerContext context, long process, long receiver) {
    try {
      return Relating.receiverPid(context, receiver);
    } catch (TermError error) {
      Mailbox.stopAwaitingRoom(context, process);
      throw error;
    }
  }

  /** An immediate as it is, anything else as an image. */
  private static long outgoing(WorkerContext context, long process, long term) {
    if (!Term.isObject(term)) {
      return term;
    }
    try {
      return Images.of(context, process, term, Long.MAX_VALUE);
    } catch (TermError error) {
      Mailbox.stopAwaitingRoom(context, process); // what it has a place for will not be sent
      throw error;
    }
  }

  private static void discard(WorkerContext context, long message) {
    if (Term.isObject(message)) {
      TermImage.release(message, context.cache());
    }
  }

  private static long checked(long message) {
    if (message == Mailbox.NO_ROOM) {
      throw ProcessLimit.HEAP;
    }
    return message;
  }

  /** Notes for people what the process waits for from now on. */
  static void await(WorkerContext context, long process, AwaitKind kind, long object) {
    boolean wasAsked =
        ProcessFlags.has(process, ProcessFlags.WAS_ASKED)
            && ProcessFlags.set(process, ProcessFlags.WAS_ASKED, false);
    if (wasAsked
        && Memory.getByte(process + ProcessLayout.AWAIT_KIND) == kind.ordinal()
        && getLong(process + ProcessLayout.AWAIT_OBJECT) == object) {
      return; // the question alone has woken it
    }
    Memory.putByte(process + ProcessLayout.AWAIT_KIND, (byte) kind.ordinal());
    putLong(process + ProcessLayout.AWAIT_OBJECT, object);
    putLong(process + ProcessLayout.AWAIT_SINCE_NS, context.coarseTimeNs());
  }
}
