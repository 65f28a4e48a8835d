package org.skerry.process;

import static org.skerry.process.SignalLayout.FROM;
import static org.skerry.process.SignalLayout.KEY;
import static org.skerry.process.SignalLayout.KIND;
import static org.skerry.process.SignalLayout.KIND_INFO;
import static org.skerry.process.SignalLayout.KIND_INFO_ANSWER;
import static org.skerry.process.SignalLayout.KIND_LINK;
import static org.skerry.process.SignalLayout.KIND_MONITOR;
import static org.skerry.process.SignalLayout.KIND_MONITORED;
import static org.skerry.process.SignalLayout.NEXT;
import static org.skerry.process.SignalLayout.OBJECT;
import static org.skerry.process.SignalLayout.WORD;

import org.skerry.heap.Heap;
import org.skerry.heap.HeapLayout;
import org.skerry.memory.Memory;
import org.skerry.module.FrameLayout;
import org.skerry.term.Atoms;
import org.skerry.term.Term;
import org.skerry.term.TermBuilder;
import org.skerry.term.TermError;

/**
 * What one process may know about another. It asks by a signal and awaits the answer; the other
 * answers where it stands, at the start of its next slice, so what it says is of one moment. See
 * {@code native-notes/relations.md}.
 */
public final class ProcessInfo {
  /** {@link #ask}: the answer is to come; the process awaits, and asks again. */
  public static final long PENDING = 0;

  /** {@link #ask}: there is no memory for the question or the answer. No term. */
  public static final long NO_MEMORY = Term.NONE;

  private static final int MAX_FRAMES = 100;

  private static final long[] ITEMS = {
    Atoms.AWAITS, Atoms.LOCATION, Atoms.STACK, Atoms.HEAP, Atoms.MEMORY, Atoms.MESSAGES,
    Atoms.LINKS, Atoms.MONITORS, Atoms.MONITORED_BY, Atoms.NAME, Atoms.REDUCTIONS, Atoms.HOLDS,
    Atoms.PRIORITY, Atoms.STATUS, Atoms.TRAP_EXIT
  };

  private ProcessInfo() {}

  /** Whether there is such a thing to ask for. */
  public static boolean isItem(long atom) {
    for (long item : ITEMS) {
      if (item == atom) {
        return true;
      }
    }
    return false;
  }

  /**
   * Asks a process, or looks whether it has answered. For the asking process's owner.
   *
   * @param pid whom to ask
   * @param item what to ask for, see {@link #isItem}
   * @return an immediate or the address of an image, which is the caller's; nil where the other is
   *     over; {@link #PENDING}; {@link #NO_MEMORY}
   */
  public static long ask(WorkerContext context, long process, long pid, long item) {
    long relations = Relations.ensure(context, process);
    if (relations == Memory.NULL) {
      return NO_MEMORY;
    }
    if (Memory.getLong(relations + RelationsLayout.INFO_REF) != 0) {
      return takeAnswer(relations);
    }
    long self = Memory.getLong(process + ProcessLayout.PID);
    if (pid == self) {
      return describe(context, process, item, true);
    }
    long target = context.table().find(pid);
    if (target == Memory.NULL) {
      return Term.NIL;
    }
    long node = Signals.node(context.cache(), KIND_INFO, self, item);
    if (node == Memory.NULL) {
      return NO_MEMORY;
    }
    long ref = context.newRef();
    Memory.putLong(node + KEY, ref);
    if (!Signals.send(context, target, node)) {
      Signals.free(context.cache(), node);
      return Term.NIL;
    }
    Memory.putLong(relations + RelationsLayout.INFO_REF, ref);
    return PENDING;
  }

  private static long takeAnswer(long relations) {
    long answer = Memory.getLong(relations + RelationsLayout.INFO_ANSWER);
    if (answer != PENDING) {
      Memory.putLong(relations + RelationsLayout.INFO_REF, 0);
      Memory.putLong(relations + RelationsLayout.INFO_ANSWER, 0);
    }
    return answer;
  }

  /** Handles a question; the node goes back with the answer. For the process's owner. */
  static void answer(WorkerContext context, long process, long node) {
    long from = Memory.getLong(node + FROM);
    long item = Memory.getLong(node + WORD);
    boolean isEnding = ProcessFlags.has(process, ProcessFlags.ENDING);
    Memory.putLong(node + WORD, isEnding ? Term.NIL : describe(context, process, item, false));
    Memory.putInt(node + KIND, KIND_INFO_ANSWER);
    Memory.putLong(node + FROM, Lifecycle.pidOf(process));
    if (!isEnding) {
      ProcessFlags.set(process, ProcessFlags.WAS_ASKED, true);
    }
    Relations.sendOrFree(context, from, node);
  }

  /** Handles an answer. For the process's owner. */
  static void answered(WorkerContext context, long process, long node) {
    long relations = Relations.of(process);
    if (Memory.getLong(relations + RelationsLayout.INFO_REF) != Memory.getLong(node + KEY)) {
      Signals.free(context.cache(), node);
      return;
    }
    Memory.putLong(relations + RelationsLayout.INFO_ANSWER, Memory.getLong(node + WORD));
    context.cache().free(node, SignalLayout.BYTES);
  }

  private static long describe(WorkerContext context, long process, long item, boolean isSelf) {
    try (TermBuilder builder = new TermBuilder(context.scratch())) {
      push(context, process, item, isSelf, builder);
      long term = builder.peek();
      return Term.isObject(term) ? builder.popImage(Long.MAX_VALUE) : term;
    } catch (TermError noMemory) {
      return NO_MEMORY;
    }
  }

  private static void push(
      WorkerContext context, long process, long item, boolean isSelf, TermBuilder builder) {
    if (item == Atoms.AWAITS) {
      pushAwaited(context, process, isSelf, builder);
    } else if (item == Atoms.LOCATION || item == Atoms.STACK) {
      pushFrames(context, process, item == Atoms.STACK, builder);
    } else if (item == Atoms.LINKS) {
      pushRelated(process, KIND_LINK, builder);
    } else if (item == Atoms.MONITORS) {
      pushRelated(process, KIND_MONITORED, builder);
    } else if (item == Atoms.MONITORED_BY) {
      pushRelated(process, KIND_MONITOR, builder);
    } else if (item == Atoms.HOLDS) {
      context.sharedValues().pushHolds(context, process, builder);
    } else if (item == Atoms.NAME) {
      long name = Names.nameOf(process);
      builder.pushImmediate(name == 0 ? Term.NIL : name);
    } else if (item == Atoms.PRIORITY) {
      builder.pushImmediate(Priority.of(Memory.getByte(process + ProcessLayout.PRIORITY)).atom());
    } else if (item == Atoms.STATUS) {
      builder.pushImmediate(status(process, isSelf));
    } else if (item == Atoms.TRAP_EXIT) {
      builder.pushImmediate(
          ProcessFlags.has(process, ProcessFlags.TRAPS_EXIT) ? Term.TRUE : Term.FALSE);
    } else {
      builder.pushInt(number(process, item));
    }
  }

  private static long number(long process, long item) {
    if (item == Atoms.MEMORY) {
      return Memory.getLong(process + HeapLayout.MEMORY_USED);
    }
    if (item == Atoms.MESSAGES) {
      return Mailbox.messageCount(process);
    }
    if (item == Atoms.REDUCTIONS) {
      return Memory.getLong(process + ProcessLayout.REDUCTIONS);
    }
    return Heap.usedBytes(process);
  }

  private static long status(long process, boolean isSelf) {
    if (isSelf) {
      return Atoms.RUNNING;
    }
    return awaitKind(process) == AwaitKind.NONE ? Atoms.RUNNABLE : Atoms.WAITING;
  }

  private static AwaitKind awaitKind(long process) {
    return AwaitKind.of(Memory.getByte(process + ProcessLayout.AWAIT_KIND));
  }

  /** {@code {kind, object, ns}}, or nil where it awaits nothing. */
  private static void pushAwaited(
      WorkerContext context, long process, boolean isSelf, TermBuilder builder) {
    AwaitKind kind = isSelf ? AwaitKind.NONE : awaitKind(process);
    if (kind == AwaitKind.NONE) {
      builder.pushImmediate(Term.NIL);
      return;
    }
    long object = Memory.getLong(process + ProcessLayout.AWAIT_OBJECT);
    builder.pushAtom(kind.name().toLowerCase(java.util.Locale.ROOT));
    if (kind != AwaitKind.MVAR || !context.sharedValues().pushAwaited(context, process, builder)) {
      builder.pushImmediate(Term.isPid(object) ? object : Term.NIL);
    }
    long sinceNs = Memory.getLong(process + ProcessLayout.AWAIT_SINCE_NS);
    builder.pushInt(Math.max(context.world().nanoTime() - sinceNs, 0));
    builder.makeTuple(3);
  }

  private static void pushFrames(
      WorkerContext context, long process, boolean all, TermBuilder builder) {
    int count = 0;
    long fp = Memory.getLong(process + HeapLayout.FP);
    while (fp != Memory.NULL && count < (all ? MAX_FRAMES : 1)) {
      long header = Memory.getLong(fp);
      builder.pushString(
          context
              .code()
              .location(FrameLayout.functionIndex(header), FrameLayout.pc(header))
              .toString());
      fp = Memory.getLong(fp + FrameLayout.CALLER_FRAME_OFFSET);
      count++;
    }
    if (all) {
      builder.makeList(count);
    }
  }

  private static void pushRelated(long process, int kind, TermBuilder builder) {
    long relations = Relations.of(process);
    long count = 0;
    int buckets = relations == Memory.NULL ? 0 : RelationTable.bucketCount(relations);
    for (int i = 0; i < buckets; i++) {
      long node = RelationTable.bucket(relations, i);
      for (; node != Memory.NULL; node = Memory.getLong(node + NEXT)) {
        long object = Memory.getLong(node + OBJECT);
        if (Memory.getInt(node + KIND) == kind && (kind != KIND_LINK || object == 0)) {
          builder.pushImmediate(kind == KIND_MONITORED ? object : Memory.getLong(node + FROM));
          count++;
        }
      }
    }
    builder.makeList(count);
  }
}
