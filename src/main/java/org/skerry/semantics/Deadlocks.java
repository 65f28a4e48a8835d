package org.skerry.semantics;

import java.util.StringJoiner;
import org.skerry.event.Deadlock;
import org.skerry.event.Recording;
import org.skerry.memory.Memory;
import org.skerry.module.FrameLayout;
import org.skerry.mvar.Cycle;
import org.skerry.mvar.Mvars;
import org.skerry.mvar.WaitGraph;
import org.skerry.process.Lifecycle;
import org.skerry.process.Mailbox;
import org.skerry.process.ProcessFlags;
import org.skerry.process.Recorded;
import org.skerry.process.WorkerContext;
import org.skerry.term.Atoms;
import org.skerry.term.HeapWriter;
import org.skerry.term.TermBuilder;
import org.skerry.term.TermError;
import org.skerry.term.TermImage;
import org.skerry.term.TermPrinter;

/**
 * The error of a process whose request would make it wait for itself: {@code {:deadlock, text,
 * members}}. A member is {@code {pid, waits, holds, where}}: {@code waits} is {@code {:read,
 * mvar}}, {@code {:write, mvar}} or {@code {:mailbox, pid}}, and {@code holds} a list of {@code
 * {:read, mvar, where}} and {@code {:write, mvar, where}}. The first member is the process itself.
 */
final class Deadlocks {
  private static final int MAX_MEMBERS_IN_TEXT = 8;

  private Deadlocks() {}

  /**
   * The cycle that a process closes, which has just begun to wait and is in a queue, or null.
   *
   * @param isAgain whether it waited before: then only its mailbox may have brought a new edge,
   *     unless it is in the midst of a walk over very many
   */
  static Cycle find(WorkerContext context, long process, boolean isAgain) {
    // What makes it wait is visible before it looks whether anybody waits for it: whoever comes
    // later sees it and looks himself.
    Memory.fullFence();
    boolean hasSenders = Mailbox.hasWaiters(process);
    if (!isAgain) {
      ProcessFlags.set(process, ProcessFlags.OWES_WALK, false); // of a wait before
    }
    boolean looksOn = ProcessFlags.has(process, ProcessFlags.OWES_WALK);
    if (!looksOn && (isAgain ? !hasSenders : !WaitGraph.mayCloseCycle(process))) {
      return null;
    }
    if (hasSenders) {
      Mailbox.admitWaiters(context, process); // who finds room waits for nobody
    }
    return Mvars.of(context).graph().find(context, process);
  }

  /** Raises the error; the process does not wait any more. */
  static int raise(WorkerContext context, long process, Cycle cycle) {
    if (Recording.isOn()) {
      record(context, process, cycle);
    }
    long error;
    try {
      error = adopt(context, process, image(context, cycle));
    } catch (TermError noMemory) {
      throw TermError.DEADLOCK; // without the names, but not without the error
    }
    return Unwinding.raiseTerm(context, process, error) ? Control.RELOAD : Control.EXIT;
  }

  private static void record(WorkerContext context, long process, Cycle cycle) {
    Deadlock event = new Deadlock();
    if (event.shouldCommit()) {
      event.process = Recorded.pid(context, Lifecycle.pidOf(process));
      event.members = cycle.members().size();
      event.description = text(context, cycle);
      event.commit();
    }
  }

  private static long adopt(WorkerContext context, long process, long image) {
    HeapWriter writer;
    try {
      writer = Room.open(context, process, TermImage.heapBytes(image));
    } catch (ProcessLimit limit) {
      TermImage.release(image, context.cache());
      throw limit;
    }
    return Room.close(process, writer, TermImage.adopt(image, writer, context.cache()));
  }

  private static long image(WorkerContext context, Cycle cycle) {
    String text = text(context, cycle);
    try (TermBuilder builder = new TermBuilder(context.scratch())) {
      builder.pushImmediate(Atoms.DEADLOCK).pushString(text);
      for (Cycle.Member member : cycle.members()) {
        push(context, builder, member);
      }
      builder.makeList(cycle.members().size()).makeTuple(3);
      long image = builder.popImage(Long.MAX_VALUE);
      if (image < 0) {
        throw TermError.LIMIT_EXCEEDED;
      }
      return image;
    }
  }

  private static void push(WorkerContext context, TermBuilder builder, Cycle.Member member) {
    builder.pushImmediate(member.pid());
    if (member.mvar() < 0) {
      builder.pushAtom("mailbox").pushImmediate(member.receiver());
    } else {
      builder.pushAtom(mode(member.isWrite())).pushString(name(context, member.mvar()));
    }
    builder.makeTuple(2);
    for (Cycle.Held held : member.holds()) {
      builder
          .pushAtom(mode(held.isWrite()))
          .pushString(name(context, held.mvar()))
          .pushString(where(context, held.where()))
          .makeTuple(3);
    }
    builder.makeList(member.holds().size());
    builder.pushString(where(context, member.where())).makeTuple(4);
  }

  private static String text(WorkerContext context, Cycle cycle) {
    StringJoiner text = new StringJoiner("; ");
    int members = cycle.members().size();
    for (int i = 0; i < Math.min(members, MAX_MEMBERS_IN_TEXT); i++) {
      text.add(sentence(context, cycle.members().get(i)));
    }
    if (members > MAX_MEMBERS_IN_TEXT) {
      text.add("and " + (members - MAX_MEMBERS_IN_TEXT) + " more");
    }
    return text.toString();
  }

  private static String sentence(WorkerContext context, Cycle.Member member) {
    StringBuilder text = new StringBuilder(pid(context, member.pid()));
    if (member.mvar() < 0) {
      text.append(" sends to ").append(pid(context, member.receiver()));
    } else {
      text.append(member.isWrite() ? " asks to write " : " asks to read ");
      text.append(name(context, member.mvar()));
    }
    text.append(" at ").append(where(context, member.where()));
    String separator = ", holds ";
    for (Cycle.Held held : member.holds()) {
      text.append(separator).append(name(context, held.mvar()));
      text.append(held.isWrite() ? " for writing since " : " for reading since ");
      text.append(where(context, held.where()));
      separator = ", ";
    }
    return text.toString();
  }

  private static String pid(WorkerContext context, long pid) {
    return TermPrinter.toString(pid, context.scratch());
  }

  private static String mode(boolean isWrite) {
    return isWrite ? "write" : "read";
  }

  private static String name(WorkerContext context, int mvar) {
    return context.code().mvarName(mvar);
  }

  private static String where(WorkerContext context, long header) {
    return context
        .code()
        .location(FrameLayout.functionIndex(header), FrameLayout.pc(header))
        .toString();
  }
}
