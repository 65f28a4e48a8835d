package org.skerry.process;

import static org.skerry.process.SignalLayout.FROM;
import static org.skerry.process.SignalLayout.KEY;
import static org.skerry.process.SignalLayout.KIND;
import static org.skerry.process.SignalLayout.KIND_DEMONITOR;
import static org.skerry.process.SignalLayout.KIND_DOWN;
import static org.skerry.process.SignalLayout.KIND_EXIT;
import static org.skerry.process.SignalLayout.KIND_INFO;
import static org.skerry.process.SignalLayout.KIND_INFO_ANSWER;
import static org.skerry.process.SignalLayout.KIND_LINK;
import static org.skerry.process.SignalLayout.KIND_LINK_EXIT;
import static org.skerry.process.SignalLayout.KIND_MONITOR;
import static org.skerry.process.SignalLayout.KIND_MONITORED;
import static org.skerry.process.SignalLayout.KIND_UNLINK;
import static org.skerry.process.SignalLayout.KIND_UNLINK_ACK;
import static org.skerry.process.SignalLayout.OBJECT;
import static org.skerry.process.SignalLayout.STATE;
import static org.skerry.process.SignalLayout.STATE_MESSAGE;
import static org.skerry.process.SignalLayout.WORD;

import org.skerry.memory.Memory;
import org.skerry.memory.VmBug;
import org.skerry.term.Atoms;

/**
 * What a process does with each kind of {@link Signals signal}. For its owner. A process that is
 * ending handles them too, but is neither ended by one nor told. See {@code
 * native-notes/relations.md}.
 */
final class SignalHandlers {
  private SignalHandlers() {}

  /**
   * Handles a signal.
   *
   * @param node the caller's, and then no more
   * @return whether it ends the process: then {@link Lifecycle#endWith} was called
   */
  static boolean handle(WorkerContext context, long process, long node) {
    switch (Memory.getInt(node + KIND)) {
      case KIND_EXIT -> {
        return exit(context, process, node);
      }
      case KIND_LINK_EXIT -> {
        return linkExit(context, process, node);
      }
      case KIND_DOWN -> down(context, process, node);
      case KIND_LINK -> link(context, process, node);
      case KIND_UNLINK -> unlink(context, process, node);
      case KIND_UNLINK_ACK -> unlinkAcknowledged(context, process, node);
      case KIND_MONITOR -> monitor(context, process, node);
      case KIND_DEMONITOR -> demonitor(context, process, node);
      case KIND_INFO -> ProcessInfo.answer(context, process, node);
      case KIND_INFO_ANSWER -> ProcessInfo.answered(context, process, node);
      default -> throw new VmBug("A signal has a known kind", "kind", Memory.getInt(node + KIND));
    }
    return false;
  }

  private static boolean exit(WorkerContext context, long process, long node) {
    long reason = Memory.getLong(node + WORD);
    if (isEnding(process)) {
      Signals.forget(context.cache(), node);
      return false;
    }
    if (reason == Atoms.KILL) {
      Lifecycle.endWith(process, ExitKind.KILLED, Atoms.KILLED);
      Signals.forget(context.cache(), node);
      return true;
    }
    boolean isOwn = Memory.getLong(node + FROM) == Memory.getLong(process + ProcessLayout.PID);
    return endOrTell(context, process, node, reason != Atoms.NORMAL || isOwn);
  }

  private static boolean linkExit(WorkerContext context, long process, long node) {
    long relations = Relations.of(process);
    long link =
        relations == Memory.NULL
            ? Memory.NULL
            : RelationTable.find(relations, Memory.getLong(node + FROM), KIND_LINK);
    boolean isLinked = link != Memory.NULL && Memory.getLong(link + OBJECT) == 0;
    if (link != Memory.NULL) {
      Relations.remove(context, process, link);
    }
    if (!isLinked || isEnding(process)) {
      Signals.forget(context.cache(), node);
      return false;
    }
    return endOrTell(context, process, node, Memory.getLong(node + WORD) != Atoms.NORMAL);
  }

  /** What an exit signal does to a process that is alive. */
  private static boolean endOrTell(
      WorkerContext context, long process, long node, boolean isDeadly) {
    if (ProcessFlags.has(process, ProcessFlags.TRAPS_EXIT)) {
      tell(process, node);
      return false;
    }
    if (isDeadly) {
      end(context, process, Memory.getLong(node + WORD));
    }
    Signals.forget(context.cache(), node);
    return isDeadly;
  }

  private static void end(WorkerContext context, long process, long reason) {
    long term = ExitReason.copyInto(context, process, reason);
    if (term == Mailbox.NO_ROOM) {
      term = context.runtime().terms().limitReason(Atoms.HEAP);
    } else {
      Relations.keepReason(process, reason);
    }
    Lifecycle.endWith(process, ExitKind.SIGNALLED, term);
  }

  /** The signal is a message of the mailbox from now on, at the place that it took there. */
  private static void tell(long process, long node) {
    Memory.putInt(node + STATE, STATE_MESSAGE);
    Mailbox.countSignal(process, node);
  }

  private static void down(WorkerContext context, long process, long node) {
    long relations = Relations.of(process);
    long monitored =
        relations == Memory.NULL
            ? Memory.NULL
            : RelationTable.find(relations, Memory.getLong(node + KEY), KIND_MONITORED);
    if (monitored == Memory.NULL) {
      Signals.forget(context.cache(), node);
      return;
    }
    Memory.putLong(node + OBJECT, Memory.getLong(monitored + OBJECT));
    Relations.remove(context, process, monitored);
    if (isEnding(process)) {
      Signals.forget(context.cache(), node);
      return;
    }
    tell(process, node);
    // Until it is taken, so that a demonitor that flushes finds it.
    RelationTable.insert(context.cache(), relations, node);
  }

  /** A link that is there already, or that this process has just ended, stays as it is. */
  private static void link(WorkerContext context, long process, long node) {
    long from = Memory.getLong(node + FROM);
    long relations = Relations.of(process);
    if (RelationTable.find(relations, from, KIND_LINK) != Memory.NULL) {
      Signals.free(context.cache(), node);
      return;
    }
    Memory.putLong(node + KEY, from);
    Memory.putLong(node + OBJECT, 0);
    RelationTable.insert(context.cache(), relations, node);
  }

  /** A link that this process has ended itself stays until its own unlink is acknowledged. */
  private static void unlink(WorkerContext context, long process, long node) {
    long from = Memory.getLong(node + FROM);
    long link = RelationTable.find(Relations.of(process), from, KIND_LINK);
    if (link != Memory.NULL && Memory.getLong(link + OBJECT) == 0) {
      Relations.remove(context, process, link);
    }
    Memory.putInt(node + KIND, KIND_UNLINK_ACK);
    Memory.putLong(node + FROM, Lifecycle.pidOf(process));
    Relations.sendOrFree(context, from, node);
  }

  private static void unlinkAcknowledged(WorkerContext context, long process, long node) {
    long link = RelationTable.find(Relations.of(process), Memory.getLong(node + FROM), KIND_LINK);
    // Another ref: linked anew since, or even ended anew.
    if (link != Memory.NULL && Memory.getLong(link + OBJECT) == Memory.getLong(node + OBJECT)) {
      Relations.remove(context, process, link);
    }
    Signals.free(context.cache(), node);
  }

  private static void monitor(WorkerContext context, long process, long node) {
    RelationTable.insert(context.cache(), Relations.of(process), node);
  }

  private static void demonitor(WorkerContext context, long process, long node) {
    long monitor =
        RelationTable.find(Relations.of(process), Memory.getLong(node + KEY), KIND_MONITOR);
    if (monitor != Memory.NULL) {
      Relations.remove(context, process, monitor);
    }
    Signals.free(context.cache(), node);
  }

  private static boolean isEnding(long process) {
    return ProcessFlags.has(process, ProcessFlags.ENDING);
  }
}
