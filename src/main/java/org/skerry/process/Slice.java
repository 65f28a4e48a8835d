package org.skerry.process;

import static org.skerry.process.ProcessLayout.ARGUMENT_IMAGE;

import org.skerry.event.Recording;
import org.skerry.heap.HeapLayout;
import org.skerry.memory.Memory;
import org.skerry.module.FrameLayout;
import org.skerry.module.FunctionLayout;
import org.skerry.term.Atoms;
import org.skerry.term.ObjectLayout;

/**
 * What a worker does with a process that it took from a run queue: {@link #begin}, {@link #run}
 * once or more often, and then {@link #suspend} or {@link #requeue}, or nothing where it is over. A
 * worker calls no edge of {@link Wake} but through here.
 *
 * <p>For the worker's thread, online from {@link #begin} on.
 */
public final class Slice {
  /** Beside what {@link Signals#handle} returns: the process has ended, and is gone. */
  private static final int OVER = -1;

  private Slice() {}

  /** The process is the worker's from here on. */
  public static void begin(long process) {
    Wake.begin(process);
  }

  /**
   * Handles signals and runs the process for a while; ends it where it is over.
   *
   * @param reductions how many to spend at most; positive
   * @return {@link Engine#PREEMPTED} and {@link Engine#AWAIT}, and then the process is the worker's
   *     still; {@link Engine#EXITED}, and then it is gone
   */
  public static int run(WorkerContext context, long process, int reductions) {
    int outcome = Engine.EXITED;
    Mailbox.beginSlice(context, process);
    int handled =
        Signals.isPending(process) || Lifecycle.isEnding(process)
            ? handleSignals(context, process)
            : Signals.ALL;
    if (handled == Signals.MORE) {
      return Engine.PREEMPTED;
    }
    if (handled == Signals.ALL
        && (Memory.getLong(process + ARGUMENT_IMAGE) == Memory.NULL
            || adoptArguments(context, process))) {
      context.running(process);
      context.reductionsGranted = reductions;
      outcome = runEngine(context, process, reductions);
      context.running(Memory.NULL);
      countReductions(context, process);
      if (outcome == Engine.PREEMPTED) {
        Memory.putByte(process + ProcessLayout.AWAIT_KIND, (byte) 0);
      }
    }
    if (outcome == Engine.EXITED && handled != OVER && !Lifecycle.exit(context, process)) {
      return Engine.PREEMPTED;
    }
    return outcome;
  }

  /** As {@link #run} for a process that nobody can have told anything, and that does not end. */
  static int runUnseen(WorkerContext context, long process, int reductions) {
    context.running(process);
    context.reductionsGranted = reductions;
    int outcome = runEngine(context, process, reductions);
    context.running(Memory.NULL);
    countReductions(context, process);
    return outcome;
  }

  private static int runEngine(WorkerContext context, long process, int reductions) {
    if (Recording.isOn()) {
      Recorded.beginSlice(context);
    }
    int outcome = context.runtime().engine().run(context, process, reductions);
    if (context.tellsOfSlice) {
      Recorded.endSlice(context, process);
    }
    return outcome;
  }

  /**
   * Begins the next slice in the midst of the process's code, at a safepoint where its reductions
   * are used up, if nothing else is to be done on this thread.
   *
   * @return its reductions; 0 where the process must give way
   */
  public static int goOn(WorkerContext context, long process) {
    int reductions = Signals.isPending(process) ? 0 : context.scheduling().goOn();
    if (reductions > 0) {
      // As at the end of a slice: it may go on for hours, and ask what it has spent.
      countReductions(context, process);
      if (context.tellsOfSlice) {
        Recorded.endSlice(context, process);
        Recorded.beginSlice(context);
      }
      Memory.putByte(process + ProcessLayout.AWAIT_KIND, (byte) 0);
      Mailbox.beginSlice(context, process);
      context.reductionsGranted = (long) context.reductionsLeft + reductions;
    }
    return reductions;
  }

  private static void countReductions(WorkerContext context, long process) {
    long spent = context.reductionsGranted - context.reductionsLeft;
    long before = Memory.getLong(process + ProcessLayout.REDUCTIONS);
    Memory.putLong(process + ProcessLayout.REDUCTIONS, before + spent);
  }

  private static int handleSignals(WorkerContext context, long process) {
    if (Lifecycle.isEnding(process)) {
      return Lifecycle.continueExit(context, process) ? OVER : Signals.MORE;
    }
    return Signals.handle(context, process);
  }

  /**
   * Gives the process up until it is notified.
   *
   * @return false where it was notified meanwhile: then it is the worker's still, and must run
   *     again or be requeued
   */
  public static boolean suspend(WorkerContext context, long process) {
    Stack.dropSpare(context.cache(), process);
    boolean hasAdmittedAll = Mailbox.admitWaiters(context, process);
    if (!Wake.suspend(process)) {
      return false;
    }
    if (hasAdmittedAll) {
      Mailbox.suspended(context, process);
    }
    return true;
  }

  /** Gives the process up; the worker puts it into a run queue now. */
  public static void requeue(long process) {
    Wake.requeue(process);
  }

  /** Moves the spawn arguments into the heap and the bottom frame; false where there is no room. */
  private static boolean adoptArguments(WorkerContext context, long process) {
    long image = Memory.getLong(process + ARGUMENT_IMAGE);
    long tuple = Mailbox.adopt(context, process, image);
    if (tuple == Mailbox.NO_ROOM) {
      Lifecycle.endWith(process, ExitKind.LIMIT, context.runtime().terms().limitReason(Atoms.HEAP));
      return false;
    }
    Memory.putLong(process + ARGUMENT_IMAGE, Memory.NULL);
    long frame = Memory.getLong(process + HeapLayout.FP);
    long function =
        context.code().functionAddress(Memory.getInt(frame + FrameLayout.FUNCTION_INDEX_OFFSET));
    long first = frame + FunctionLayout.firstTermOffset(function);
    long count = ObjectLayout.size(Memory.getLong(tuple));
    for (int i = 0; i < count; i++) {
      long argument = Memory.getLong(tuple + ObjectLayout.ELEMENTS + 8L * i);
      Memory.putLong(first + 8L * i, argument);
    }
    return true;
  }
}
