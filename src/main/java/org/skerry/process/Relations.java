package org.skerry.process;

import static org.skerry.process.SignalLayout.FROM;
import static org.skerry.process.SignalLayout.KEY;
import static org.skerry.process.SignalLayout.KIND;
import static org.skerry.process.SignalLayout.KIND_DEMONITOR;
import static org.skerry.process.SignalLayout.KIND_DOWN;
import static org.skerry.process.SignalLayout.KIND_EXIT;
import static org.skerry.process.SignalLayout.KIND_LINK;
import static org.skerry.process.SignalLayout.KIND_LINK_EXIT;
import static org.skerry.process.SignalLayout.KIND_MONITOR;
import static org.skerry.process.SignalLayout.KIND_MONITORED;
import static org.skerry.process.SignalLayout.KIND_UNLINK;
import static org.skerry.process.SignalLayout.OBJECT;
import static org.skerry.process.SignalLayout.STATE;
import static org.skerry.process.SignalLayout.STATE_CHARGED;
import static org.skerry.process.SignalLayout.STATE_NEW;
import static org.skerry.process.SignalLayout.WORD;

import org.skerry.heap.HeapLayout;
import org.skerry.memory.BlockCache;
import org.skerry.memory.Memory;
import org.skerry.term.Atoms;
import org.skerry.term.Term;

/**
 * Links and monitors as the process that makes or ends them sees it. All that two processes tell
 * each other about them travels as {@link Signals}, and each has its own side in a {@link
 * RelationTable}. For the process's owner, online. See {@code native-notes/relations.md}.
 *
 * <p>What must not fail later takes its memory when the relation is made: each side's node becomes
 * the signal that is sent when that side ends.
 */
public final class Relations {
  /** Done. */
  public static final int OK = 0;

  /** There is no memory, or the process may not have more; nothing was done. */
  public static final int NO_MEMORY = -1;

  private static final long ENTRY_CHARGE = BlockCache.blockSize(SignalLayout.BYTES);

  private Relations() {}

  /** The record of a process, or 0. Any thread that is online. */
  static long of(long process) {
    return Memory.getLongAcquire(process + ProcessLayout.RELATIONS);
  }

  /** Makes room for a name of a process; false where there is no memory. Any thread. */
  public static boolean prepare(WorkerContext context, long process) {
    return ensure(context, process) != Memory.NULL;
  }

  /** The record of a process, made where there is none; 0 where there is no memory. Any thread. */
  static long ensure(WorkerContext context, long process) {
    long relations = of(process);
    if (relations != Memory.NULL) {
      return relations;
    }
    relations = context.cache().allocate(RelationsLayout.BYTES);
    if (relations == Memory.NULL) {
      return Memory.NULL;
    }
    Memory.putLong(relations + RelationsLayout.NAME, 0);
    Memory.putLong(relations + RelationsLayout.INFO_REF, 0);
    Memory.putLong(relations + RelationsLayout.INFO_ANSWER, 0);
    Memory.putLong(relations + RelationsLayout.EXIT_REASON, 0);
    RelationTable.initialize(relations);
    long other =
        Memory.compareAndExchangeLong(process + ProcessLayout.RELATIONS, Memory.NULL, relations);
    if (other != Memory.NULL) {
      context.cache().free(relations, RelationsLayout.BYTES);
      return other;
    }
    return relations;
  }

  /**
   * Links the process to another. To one that is over it links it too, and that one's exit signal
   * comes at once.
   *
   * @return {@link #OK} or {@link #NO_MEMORY}
   */
  public static int link(WorkerContext context, long process, long pid) {
    long self = Memory.getLong(process + ProcessLayout.PID);
    if (pid == self) {
      return OK;
    }
    long target = context.table().find(pid);
    long relations = ensure(context, process);
    if (relations == Memory.NULL
        || target != Memory.NULL && ensure(context, target) == Memory.NULL) {
      return NO_MEMORY;
    }
    long link = RelationTable.find(relations, pid, KIND_LINK);
    if (link != Memory.NULL && Memory.getLong(link + OBJECT) == 0) {
      return OK;
    }
    long signal = Signals.node(context.cache(), KIND_LINK, self, Atoms.NOPROC);
    if (signal == Memory.NULL) {
      return NO_MEMORY;
    }
    if (link != Memory.NULL) {
      Memory.putLong(link + OBJECT, 0); // the unlink's answer will not match any more
    } else if (!addEntry(context, process, KIND_LINK, pid, pid, 0)) {
      Signals.free(context.cache(), signal);
      return NO_MEMORY;
    }
    if (target == Memory.NULL || !Signals.send(context, target, signal)) {
      tellNoProcess(context, process, signal, KIND_LINK_EXIT, pid);
    }
    return OK;
  }

  /**
   * Ends the process's link to another: no exit signal of that comes through it any more.
   *
   * @return {@link #OK} or {@link #NO_MEMORY}
   */
  public static int unlink(WorkerContext context, long process, long pid) {
    long relations = of(process);
    long link =
        relations == Memory.NULL ? Memory.NULL : RelationTable.find(relations, pid, KIND_LINK);
    if (link == Memory.NULL || Memory.getLong(link + OBJECT) != 0) {
      return OK;
    }
    long self = Memory.getLong(process + ProcessLayout.PID);
    long signal = Signals.node(context.cache(), KIND_UNLINK, self, Term.NIL);
    if (signal == Memory.NULL) {
      return NO_MEMORY;
    }
    long ref = context.newRef();
    Memory.putLong(signal + OBJECT, ref);
    Memory.putLong(link + OBJECT, ref);
    if (!Signals.sendTo(context, pid, signal)) {
      Signals.free(context.cache(), signal);
      remove(context, process, link); // nobody will acknowledge it
    }
    return OK;
  }

  /**
   * Monitors a process.
   *
   * @param object its pid, or the name that it was found by
   * @param pid its pid, or nil where the name stands for none
   * @return the ref, or {@link #NO_MEMORY}
   */
  public static long monitor(WorkerContext context, long process, long object, long pid) {
    long target = pid == Term.NIL ? Memory.NULL : context.table().find(pid);
    if (ensure(context, process) == Memory.NULL
        || target != Memory.NULL && ensure(context, target) == Memory.NULL) {
      return NO_MEMORY;
    }
    long self = Memory.getLong(process + ProcessLayout.PID);
    long signal = Signals.node(context.cache(), KIND_MONITOR, self, Atoms.NOPROC);
    if (signal == Memory.NULL) {
      return NO_MEMORY;
    }
    long ref = context.newRef();
    Memory.putLong(signal + KEY, ref);
    if (!addEntry(context, process, KIND_MONITORED, ref, pid, object)) {
      Signals.free(context.cache(), signal);
      return NO_MEMORY;
    }
    if (target == Memory.NULL || !Signals.send(context, target, signal)) {
      tellNoProcess(context, process, signal, KIND_DOWN, pid);
    }
    return ref;
  }

  /**
   * Ends a monitor: its message comes no more.
   *
   * @return whether there was one
   */
  public static boolean demonitor(WorkerContext context, long process, long ref) {
    long relations = of(process);
    long monitored =
        relations == Memory.NULL ? Memory.NULL : RelationTable.find(relations, ref, KIND_MONITORED);
    if (monitored == Memory.NULL) {
      return false;
    }
    takeOut(context, process, relations, monitored);
    becomeDemonitor(context, process, monitored);
    return true;
  }

  /** Takes the message of a monitor that is over out of the mailbox, wherever it lies. */
  public static void flush(WorkerContext context, long process, long ref) {
    long relations = of(process);
    long down =
        relations == Memory.NULL ? Memory.NULL : RelationTable.find(relations, ref, KIND_DOWN);
    if (down == Memory.NULL) {
      Mailbox.removeSavedDown(context, process, ref);
      return;
    }
    RelationTable.remove(context.cache(), relations, down);
    Mailbox.uncountSignal(context, process, down);
    Signals.forget(context.cache(), down);
  }

  /**
   * Sends an exit signal to a process; nothing where that is over.
   *
   * @param term the reason, of this process's heap
   * @return {@link #OK} or {@link #NO_MEMORY}
   */
  public static int exit(WorkerContext context, long process, long pid, long term) {
    long target = context.table().find(pid);
    if (target == Memory.NULL) {
      return OK;
    }
    long reason = ExitReason.of(context, process, term);
    long self = Memory.getLong(process + ProcessLayout.PID);
    long node = reason == 0 ? Memory.NULL : Signals.node(context.cache(), KIND_EXIT, self, reason);
    if (node != Memory.NULL) {
      if (!Signals.send(context, target, node)) {
        Signals.free(context.cache(), node);
      }
      return OK;
    }
    if (reason == Atoms.KILL) {
      Signals.kill(context, target, Signals.KILL); // which needs no memory
      return OK;
    }
    if (reason != 0) {
      ExitReason.release(context.cache(), reason);
    }
    return NO_MEMORY;
  }

  /**
   * Relates a process to one that it has created and that has not started.
   *
   * @param isLinked whether to link the two
   * @param ref of the monitor, or 0 for none
   * @return {@link #OK}, or {@link #NO_MEMORY}: the child is to be discarded then
   */
  public static int relate(
      WorkerContext context, long process, long child, boolean isLinked, long ref) {
    long relations = ensure(context, process);
    long childRelations = ensure(context, child);
    if (relations == Memory.NULL || childRelations == Memory.NULL) {
      return NO_MEMORY;
    }
    long self = Memory.getLong(process + ProcessLayout.PID);
    long pid = Memory.getLong(child + ProcessLayout.PID);
    BlockCache cache = context.cache();
    if (isLinked) {
      long other = Signals.node(cache, KIND_LINK, self, Atoms.NOPROC);
      if (other == Memory.NULL || !addEntry(context, process, KIND_LINK, pid, pid, 0)) {
        freeIfAny(cache, other);
        return NO_MEMORY;
      }
      Memory.putLong(other + KEY, self);
      RelationTable.insert(cache, childRelations, other);
    }
    if (ref != 0) {
      long other = Signals.node(cache, KIND_MONITOR, self, Atoms.NOPROC);
      if (other == Memory.NULL || !addEntry(context, process, KIND_MONITORED, ref, pid, pid)) {
        freeIfAny(cache, other);
        unrelate(context, process, pid, 0);
        return NO_MEMORY;
      }
      Memory.putLong(other + KEY, ref);
      RelationTable.insert(cache, childRelations, other);
    }
    return OK;
  }

  /** Takes {@link #relate} back on the process's side; the child is discarded. */
  public static void unrelate(WorkerContext context, long process, long pid, long ref) {
    long relations = of(process);
    long link = RelationTable.find(relations, pid, KIND_LINK);
    if (link != Memory.NULL) {
      remove(context, process, link);
    }
    long monitored = RelationTable.find(relations, ref, KIND_MONITORED);
    if (monitored != Memory.NULL) {
      remove(context, process, monitored);
    }
  }

  /** Takes an entry out of the process's table and frees it. */
  static void remove(WorkerContext context, long process, long node) {
    takeOut(context, process, of(process), node);
    Signals.free(context.cache(), node);
  }

  /** Sends a signal, or frees it where its receiver is over. */
  static void sendOrFree(WorkerContext context, long pid, long node) {
    if (!Signals.sendTo(context, pid, node)) {
      Signals.free(context.cache(), node);
    }
  }

  /** What the process ends with came as a signal, and goes on as it is. */
  static void keepReason(long process, long reason) {
    long relations = of(process);
    if (relations != Memory.NULL) {
      Memory.putLong(relations + RelationsLayout.EXIT_REASON, ExitReason.retain(reason));
    }
  }

  /**
   * Why the process ends, for those that it is related to, is in its record from now on. Its heap
   * is whole still.
   */
  static void noteReason(WorkerContext context, long process, ExitKind kind, long term) {
    long at = of(process) + RelationsLayout.EXIT_REASON;
    if (Memory.getLong(at) != 0) {
      return;
    }
    long reason = kind == ExitKind.RETURNED ? Atoms.NORMAL : ExitReason.of(context, process, term);
    Memory.putLong(
        at, reason == 0 ? ExitReason.retain(context.runtime().terms().noMemoryReason()) : reason);
  }

  /**
   * Sends the last signal of one of the relations of a process that ends.
   *
   * @return false where there is none left
   */
  static boolean sendLast(WorkerContext context, long process) {
    long relations = of(process);
    long node =
        relations == Memory.NULL
            ? Memory.NULL
            : RelationTable.removeAny(context.cache(), relations);
    if (node == Memory.NULL) {
      return false;
    }
    switch (Memory.getInt(node + KIND)) {
      case KIND_LINK -> {
        if (Memory.getLong(node + OBJECT) == 0) {
          becomeExit(context, process, node, KIND_LINK_EXIT);
        } else {
          Signals.free(context.cache(), node);
        }
      }
      case KIND_MONITOR -> becomeExit(context, process, node, KIND_DOWN);
      case KIND_MONITORED -> becomeDemonitor(context, process, node);
      default -> {
        // A message that nobody takes: freed with the mailbox.
      }
    }
    return true;
  }

  /**
   * Frees what the record refers to; the record itself stays for those who still have the process
   * in hand. For the last owner, or at the end of the VM.
   */
  static void release(BlockCache cache, long process) {
    long relations = of(process);
    if (relations == Memory.NULL) {
      return;
    }
    long node = RelationTable.removeAny(cache, relations);
    while (node != Memory.NULL) {
      if (Memory.getInt(node + KIND) != KIND_DOWN) {
        Signals.free(cache, node);
      }
      node = RelationTable.removeAny(cache, relations);
    }
    RelationTable.release(cache, relations);
    long answer = Memory.getLong(relations + RelationsLayout.INFO_ANSWER);
    if (answer != 0) {
      Mailbox.releaseMessage(answer, cache);
      Memory.putLong(relations + RelationsLayout.INFO_ANSWER, 0);
    }
    long reason = Memory.getLong(relations + RelationsLayout.EXIT_REASON);
    if (reason != 0) {
      ExitReason.release(cache, reason);
      Memory.putLong(relations + RelationsLayout.EXIT_REASON, 0);
    }
  }

  /** Frees the record. Nobody has the process in hand. */
  static void reclaim(BlockCache cache, long process) {
    release(cache, process);
    long relations = of(process);
    if (relations != Memory.NULL) {
      cache.free(relations, RelationsLayout.BYTES);
    }
  }

  /** An entry that the process pays for; false where it must not or cannot. */
  private static boolean addEntry(
      WorkerContext context, long process, int kind, long key, long from, long object) {
    long used = Memory.getLong(process + HeapLayout.MEMORY_USED);
    if (ENTRY_CHARGE > Memory.getLong(process + HeapLayout.MEMORY_MAX) - used) {
      return false;
    }
    long node = Signals.node(context.cache(), kind, from, Term.NIL);
    if (node == Memory.NULL) {
      return false;
    }
    Memory.putLong(process + HeapLayout.MEMORY_USED, used + ENTRY_CHARGE);
    Memory.putInt(node + STATE, STATE_CHARGED);
    Memory.putLong(node + KEY, key);
    Memory.putLong(node + OBJECT, object);
    RelationTable.insert(context.cache(), of(process), node);
    return true;
  }

  private static void takeOut(WorkerContext context, long process, long relations, long node) {
    RelationTable.remove(context.cache(), relations, node);
    if (Memory.getInt(node + STATE) == STATE_CHARGED) {
      long used = Memory.getLong(process + HeapLayout.MEMORY_USED);
      Memory.putLong(process + HeapLayout.MEMORY_USED, used - ENTRY_CHARGE);
    }
  }

  /** What was to go to a process that is over comes back as its last signal. */
  private static void tellNoProcess(
      WorkerContext context, long process, long node, int kind, long pid) {
    Memory.putInt(node + KIND, kind);
    Memory.putLong(node + FROM, pid);
    Memory.putLong(node + WORD, Atoms.NOPROC);
    Signals.send(context, process, node);
    context.reductionsLeft = 0; // so that it is handled at once
  }

  private static void becomeExit(WorkerContext context, long process, long node, int kind) {
    long other = Memory.getLong(node + FROM);
    long reason = Memory.getLong(of(process) + RelationsLayout.EXIT_REASON);
    Memory.putInt(node + KIND, kind);
    Memory.putInt(node + STATE, STATE_NEW);
    Memory.putLong(node + FROM, Lifecycle.pidOf(process));
    Memory.putLong(node + WORD, ExitReason.retain(reason));
    sendOrFree(context, other, node);
  }

  private static void becomeDemonitor(WorkerContext context, long process, long node) {
    long other = Memory.getLong(node + FROM);
    Memory.putInt(node + KIND, KIND_DEMONITOR);
    Memory.putLong(node + FROM, Lifecycle.pidOf(process));
    Memory.putLong(node + WORD, Term.NIL);
    if (other == Term.NIL) {
      Signals.free(context.cache(), node); // a name that stood for nobody
    } else {
      sendOrFree(context, other, node);
    }
  }

  private static void freeIfAny(BlockCache cache, long node) {
    if (node != Memory.NULL) {
      Signals.free(cache, node);
    }
  }
}
