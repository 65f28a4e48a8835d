package org.skerry.semantics;

import org.skerry.memory.Memory;
import org.skerry.process.AwaitKind;
import org.skerry.process.Mailbox;
import org.skerry.process.Names;
import org.skerry.process.ProcessFlags;
import org.skerry.process.ProcessInfo;
import org.skerry.process.ProcessLayout;
import org.skerry.process.ProcessTable;
import org.skerry.process.Relations;
import org.skerry.process.Signals;
import org.skerry.process.WorkerContext;
import org.skerry.term.HeapWriter;
import org.skerry.term.Lists;
import org.skerry.term.Term;
import org.skerry.term.TermError;

/** Links, monitors, exit signals, names, and what processes know of each other. */
public final class Relating {
  /** What {@link #settle} says where the instruction goes on. */
  public static final int SETTLED = 1;

  private static final int INFO_WORDS = 1;

  /** What looking at an entry of the process table stands for, in bytes of bulk work. */
  private static final long ENTRY_BYTES = 16;

  private Relating() {}

  /**
   * Handles the signals that have come, before an instruction whose outcome they change: so a
   * process sees a signal before any message that its sender sent later.
   *
   * @return {@link #SETTLED}; {@link Control#EXIT}; 0 where there are more, so that the instruction
   *     is executed again in the next slice
   */
  public static int settle(WorkerContext context, long process) {
    if (!Signals.isPending(process)) {
      return SETTLED;
    }
    return switch (Signals.handle(context, process)) {
      case Signals.ENDS -> Control.EXIT;
      case Signals.MORE -> {
        context.reductionsLeft = 0;
        yield 0;
      }
      default -> SETTLED;
    };
  }

  /** Links the process to another. */
  public static void link(WorkerContext context, long process, long pid) {
    check(Relations.link(context, process, pid(pid)));
  }

  /** Ends a link. */
  public static void unlink(WorkerContext context, long process, long pid) {
    check(Relations.unlink(context, process, pid(pid)));
  }

  /** Monitors a process, by its pid or name; returns the ref. */
  public static long monitor(WorkerContext context, long process, long object) {
    long pid = object;
    if (Term.isAtom(object)) {
      pid = whereis(context, object);
    } else {
      pid(object);
    }
    long ref = Relations.monitor(context, process, object, pid);
    if (ref == Relations.NO_MEMORY) {
      throw TermError.LIMIT_EXCEEDED;
    }
    return ref;
  }

  /** Ends a monitor; 1 if there was one. */
  public static long demonitor(WorkerContext context, long process, long ref, boolean flushes) {
    if (!Term.isRef(ref)) {
      throw TermError.TYPE_ERROR;
    }
    boolean was = Relations.demonitor(context, process, ref);
    if (!was && flushes) {
      Relations.flush(context, process, ref);
    }
    return was ? 1 : 0;
  }

  /** Sends an exit signal. */
  public static void exit(WorkerContext context, long process, long pid, long reason) {
    check(Relations.exit(context, process, pid(pid), reason));
    if (pid == Memory.getLong(process + ProcessLayout.PID)) {
      context.reductionsLeft = 0; // it is handled before the next instruction
    }
  }

  /** Sets whether exit signals become messages; 1 if they did. */
  public static long trapExit(long process, long on) {
    return ProcessFlags.set(process, ProcessFlags.TRAPS_EXIT, on != 0) ? 1 : 0;
  }

  /** Gives a process a name. */
  public static void register(WorkerContext context, long name, long pid) {
    int result = Names.OK;
    long process = context.table().find(pid(pid));
    if (!Term.isAtom(name)) {
      throw TermError.TYPE_ERROR;
    }
    if (process != Memory.NULL) {
      result = context.table().names().register(context, name, pid, process);
    }
    if (process == Memory.NULL || result == Names.REFUSED) {
      throw TermError.BAD_ARGUMENT;
    }
    if (result == Names.NO_MEMORY) {
      throw TermError.LIMIT_EXCEEDED;
    }
  }

  /** Takes a name away. */
  public static void unregister(WorkerContext context, long name) {
    if (!Term.isAtom(name)) {
      throw TermError.TYPE_ERROR;
    }
    if (!context.table().names().unregister(context, name)) {
      throw TermError.BAD_ARGUMENT;
    }
  }

  /** The pid that a name stands for, or nil. */
  public static long whereis(WorkerContext context, long name) {
    if (!Term.isAtom(name)) {
      throw TermError.TYPE_ERROR;
    }
    long pid = context.table().names().whereis(name);
    return pid == 0 || context.table().find(pid) == Memory.NULL ? Term.NIL : pid;
  }

  /** The pid that a pid or a name stands for; bad_argument where the name stands for none. */
  static long receiverPid(WorkerContext context, long object) {
    if (Term.isPid(object)) {
      return object;
    }
    long pid = whereis(context, object);
    if (pid == Term.NIL) {
      throw TermError.BAD_ARGUMENT;
    }
    return pid;
  }

  /** The pids of all processes. */
  public static long list(WorkerContext context, long process) {
    ProcessTable table = context.table();
    int indices = table.indexCount();
    long room = Math.min(table.count(), indices);
    HeapWriter writer = Room.open(context, process, room * Lists.BYTES);
    long list = Term.EMPTY_LIST;
    for (int i = indices - 1; i >= 0 && room > 0; i--) {
      long other = table.at(i);
      long pid = other == Memory.NULL ? 0 : Memory.getLongAcquire(other + ProcessLayout.PID);
      if (pid != 0 && Term.pidNode(pid) == 0) { // otherwise it is ending
        list = Lists.cons(pid, list, writer);
        room--;
      }
    }
    Room.charge(process, indices * ENTRY_BYTES);
    return Room.close(process, writer, list);
  }

  /** What an item says about a process. */
  public static int info(
      WorkerContext context, long process, long destination, long pid, long item) {
    pid(pid);
    if (!Term.isAtom(item)) {
      throw TermError.TYPE_ERROR;
    }
    if (!ProcessInfo.isItem(item)) {
      throw TermError.UNDEFINED;
    }
    long answer = ProcessInfo.ask(context, process, pid, item);
    if (answer == ProcessInfo.PENDING) {
      Messaging.await(context, process, AwaitKind.INFO, pid);
      return Control.AWAIT;
    }
    if (answer == ProcessInfo.NO_MEMORY) {
      throw TermError.LIMIT_EXCEEDED;
    }
    long term = Mailbox.adoptWord(context, process, answer);
    if (term == Mailbox.NO_ROOM) {
      throw ProcessLimit.HEAP;
    }
    Memory.putLong(destination, term);
    return INFO_WORDS;
  }

  private static long pid(long term) {
    if (!Term.isPid(term)) {
      throw TermError.TYPE_ERROR;
    }
    return term;
  }

  private static void check(int result) {
    if (result == Relations.NO_MEMORY) {
      throw TermError.LIMIT_EXCEEDED;
    }
  }
}
