package org.skerry.process;

import java.util.Locale;
import org.skerry.event.LimitExceeded;
import org.skerry.event.LongSlice;
import org.skerry.event.MailboxFull;
import org.skerry.event.ProcessExit;
import org.skerry.event.ProcessSpawn;
import org.skerry.heap.HeapLayout;
import org.skerry.memory.Memory;
import org.skerry.module.CodeLocation;
import org.skerry.module.FrameLayout;
import org.skerry.term.TermPrinter;

/**
 * Tells the flight recorder what becomes of processes. Callers ask {@link
 * org.skerry.event.Recording#isOn} first. See {@code native-notes/events.md}.
 */
public final class Recorded {
  /** Never told: says whether long slices are. */
  private static final LongSlice SLICE = new LongSlice();

  private Recorded() {}

  /** A pid as programs print it. */
  public static String pid(WorkerContext context, long pid) {
    return TermPrinter.toString(pid, context.scratch());
  }

  static void spawned(WorkerContext context, long process) {
    ProcessSpawn event = new ProcessSpawn();
    if (event.shouldCommit()) {
      event.process = pid(context, Lifecycle.pidOf(process));
      event.function = function(context, process);
      event.commit();
    }
  }

  static void exited(WorkerContext context, long process, ExitKind kind, long reason) {
    ProcessExit event = new ProcessExit();
    if (event.shouldCommit()) {
      event.process = pid(context, Lifecycle.pidOf(process));
      event.function = function(context, process);
      event.how = kind.name().toLowerCase(Locale.ROOT);
      event.reductions = Memory.getLong(process + ProcessLayout.REDUCTIONS);
      event.commit();
    }
    if (kind == ExitKind.LIMIT) {
      exceeded(context, process, reason);
    }
  }

  private static void exceeded(WorkerContext context, long process, long reason) {
    LimitExceeded event = new LimitExceeded();
    if (event.shouldCommit()) {
      event.process = pid(context, Lifecycle.pidOf(process));
      event.function = function(context, process);
      event.limit = TermPrinter.toString(reason, context.scratch());
      event.commit();
    }
  }

  static void full(WorkerContext context, long process, MailboxPolicy policy) {
    MailboxFull event = new MailboxFull();
    if (event.shouldCommit()) {
      long sender = context.running();
      long use = Mailbox.use(process);
      event.receiver = pid(context, Lifecycle.pidOf(process));
      event.sender = sender == Memory.NULL ? null : pid(context, Lifecycle.pidOf(sender));
      event.policy = policy.name().toLowerCase(Locale.ROOT);
      event.messages = MailboxUse.count(use);
      event.bytes = MailboxUse.bytes(use);
      event.commit();
    }
  }

  /** A slice begins, or what goes on as one behind it. Makes an object once for each thread. */
  static void beginSlice(WorkerContext context) {
    if (!SLICE.isEnabled()) {
      return;
    }
    if (context.sliceEvent == null) {
      context.sliceEvent = new LongSlice();
    }
    context.sliceEvent.begin();
    context.tellsOfSlice = true;
  }

  /** The slice that {@link #beginSlice} told of has ended, and the process has its frames still. */
  static void endSlice(WorkerContext context, long process) {
    LongSlice event = context.sliceEvent;
    context.tellsOfSlice = false;
    event.end();
    long frame = Memory.getLong(process + HeapLayout.FP);
    if (event.shouldCommit() && frame != Memory.NULL) {
      long header = Memory.getLong(frame + FrameLayout.HEADER_OFFSET);
      CodeLocation at =
          context.code().location(FrameLayout.functionIndex(header), FrameLayout.pc(header));
      event.process = pid(context, Lifecycle.pidOf(process));
      event.function = name(at);
      event.line = at.line();
      event.commit();
    }
  }

  private static String function(WorkerContext context, long process) {
    return name(context.code().location(Memory.getInt(process + ProcessLayout.FUNCTION_INDEX), 0));
  }

  private static String name(CodeLocation at) {
    return at.module() + "." + at.function();
  }
}
