package org.skerry.semantics;

import static org.skerry.isa.InstructionWord.bc;
import static org.skerry.isa.InstructionWord.c;

import org.skerry.heap.Heap;
import org.skerry.heap.HeapLayout;
import org.skerry.isa.InstructionWord;
import org.skerry.memory.Memory;
import org.skerry.module.FrameLayout;
import org.skerry.module.FunctionLayout;
import org.skerry.process.Lifecycle;
import org.skerry.process.MailboxPolicy;
import org.skerry.process.Names;
import org.skerry.process.Priority;
import org.skerry.process.ProcessLayout;
import org.skerry.process.Relations;
import org.skerry.process.SpawnOptions;
import org.skerry.process.WorkerContext;
import org.skerry.term.Atoms;
import org.skerry.term.HeapWriter;
import org.skerry.term.Maps;
import org.skerry.term.ObjectLayout;
import org.skerry.term.Term;
import org.skerry.term.TermError;
import org.skerry.term.Tuples;

/**
 * Starting processes. Arguments that are no terms, and immediates, are written into the new
 * process's frame; if a term among them is a heap object, all terms travel as the image of a tuple.
 */
public final class Spawning {
  private static final long ENTRIES_OFFSET = 16;
  private static final long MAX_SANE_BYTES = 1L << 62;

  /**
   * What starting a process costs: a slice then starts fewer than fit into a run queue, so that
   * they run while their memory is still in the cache, and none goes round by the injection queue.
   */
  private static final int SPAWN_REDUCTIONS = 20;

  private Spawning() {}

  /**
   * Starts a process that runs a function.
   *
   * @param pc address of the instruction, which has the arguments
   * @param optionsSlot address of the register with the map of options, or 0 for none
   * @return its pid
   */
  public static long spawn(
      WorkerContext context, long process, long fp, long pc, long optionsSlot) {
    long first = Memory.getLong(pc);
    long second = Memory.getLong(pc + 8);
    boolean plain = optionsSlot == Memory.NULL;
    int functionIndex = plain ? bc(first) : (int) second;
    int count = plain ? (int) second & InstructionWord.SLOT_MAX : c(first);
    long function = context.code().functionAddress(functionIndex);
    SpawnOptions options = options(context, optionsSlot);
    int terms = unsigned(function + FunctionLayout.R_PARAMETERS_OFFSET);
    long staging = context.argumentStaging();
    Calls.copyArguments(fp, staging, pc + ENTRIES_OFFSET, count);
    int firstTerm = FunctionLayout.firstTermOffset(function);
    boolean simple = areImmediates(staging + firstTerm, terms);
    long room = roomFor(options, simple ? 0 : ObjectLayout.wordsBytes(terms));
    if (room > 0) {
      Room.make(context, process, room);
      Calls.copyArguments(fp, staging, pc + ENTRIES_OFFSET, count);
    }
    long child = create(context, functionIndex, options);
    long frame = Memory.getLong(child + HeapLayout.FP);
    for (int i = 0; i < count; i++) {
      int destination = Calls.destination(pc + ENTRIES_OFFSET, i);
      if (simple || destination < firstTerm) {
        Memory.putLong(frame + destination, Memory.getLong(staging + destination));
      }
    }
    if (!simple) {
      setImage(context, process, child, staging + firstTerm, terms);
    }
    return start(context, process, child, options);
  }

  /**
   * Starts a process that runs a closure.
   *
   * @param closureSlot address of the register with the closure
   * @param optionsSlot address of the register with the map of options, or 0 for none
   * @param registers address of the argument registers' offsets, four to a word
   * @return its pid
   */
  public static long spawnClosure(
      WorkerContext context,
      long process,
      long fp,
      long closureSlot,
      long optionsSlot,
      long registers,
      int count) {
    long closure = Memory.getLong(closureSlot);
    int functionIndex = Closures.functionIndex(context, closure);
    Closures.checkArity(closure, context.code().functionAddress(functionIndex), count);
    SpawnOptions options = options(context, optionsSlot);
    int terms = count + Closures.captureCount(closure);
    long staging = context.argumentStaging();
    stage(fp, closure, registers, count, staging);
    boolean simple = areImmediates(staging, terms);
    long room = roomFor(options, simple ? 0 : ObjectLayout.wordsBytes(terms));
    if (room > 0) {
      Room.make(context, process, room);
      stage(fp, Memory.getLong(closureSlot), registers, count, staging);
    }
    long child = create(context, functionIndex, options);
    if (simple) {
      long frame = Memory.getLong(child + HeapLayout.FP);
      Memory.copy(staging, frame + FrameLayout.REGISTERS_OFFSET, (long) terms << 3);
    } else {
      setImage(context, process, child, staging, terms);
    }
    return start(context, process, child, options);
  }

  private static void stage(long fp, long closure, long registers, int count, long staging) {
    Elements.copyRegisters(fp, registers, count, staging);
    Closures.copyCaptures(closure, staging + ((long) count << 3));
  }

  /** Heap that a spawn needs: for the arguments, and for its result where that is no pid. */
  private static long roomFor(SpawnOptions options, long argumentBytes) {
    return argumentBytes + (options.isMonitored() ? Tuples.bytes(2) : 0);
  }

  /** Relates the child to the process, starts it, and gives the instruction's result. */
  private static long start(WorkerContext context, long process, long child, SpawnOptions options) {
    if (options == context.runtime().spawnDefaults()) {
      return Lifecycle.start(context, child);
    }
    long name = options.name();
    long ref = options.isMonitored() ? context.newRef() : 0;
    boolean isRelated = options.isLinked() || ref != 0 || name != 0;
    if (isRelated) {
      relate(context, process, child, options, ref);
    }
    long pid = Lifecycle.start(context, child, name);
    if (ref == 0) {
      return pid;
    }
    HeapWriter writer = context.writer();
    Heap.enter(process, writer); // there is room: nothing was built since it was made
    return Room.close(process, writer, Tuples.of(pid, ref, writer));
  }

  private static void relate(
      WorkerContext context, long process, long child, SpawnOptions options, long ref) {
    long pid = Memory.getLong(child + ProcessLayout.PID);
    boolean isDone =
        Relations.relate(context, process, child, options.isLinked(), ref) == Relations.OK;
    int named = Names.OK;
    if (isDone && options.name() != 0) {
      named = Lifecycle.reserveName(context, options.name());
      if (named != Names.OK) {
        Relations.unrelate(context, process, pid, ref);
      }
    }
    if (!isDone || named != Names.OK) {
      Lifecycle.discard(context, child);
      throw named == Names.REFUSED ? TermError.BAD_ARGUMENT : TermError.LIMIT_EXCEEDED;
    }
  }

  private static boolean areImmediates(long words, int count) {
    for (int i = 0; i < count; i++) {
      if (Term.isObject(Memory.getLong(words + ((long) i << 3)))) {
        return false;
      }
    }
    return true;
  }

  private static long create(WorkerContext context, int functionIndex, SpawnOptions options) {
    context.reductionsLeft -= SPAWN_REDUCTIONS;
    long child = Lifecycle.create(context, functionIndex, options);
    if (child == Lifecycle.NO_MEMORY || child == Lifecycle.TOO_MANY) {
      throw TermError.LIMIT_EXCEEDED;
    }
    return child;
  }

  /** Gives a child all its terms as an image; there is room for the tuple that it is made of. */
  private static void setImage(
      WorkerContext context, long process, long child, long words, int count) {
    long tuple = Memory.getLong(process + HeapLayout.HEAP_TOP);
    Memory.putLong(process + HeapLayout.HEAP_TOP, tuple + ObjectLayout.wordsBytes(count));
    Memory.putLong(tuple, ObjectLayout.header(ObjectLayout.TUPLE, count));
    Memory.copy(words, tuple + ObjectLayout.ELEMENTS, (long) count << 3);
    try {
      long image = Images.of(context, process, tuple, Long.MAX_VALUE);
      Memory.putLong(child + ProcessLayout.ARGUMENT_IMAGE, image);
    } catch (TermError error) {
      Lifecycle.discard(context, child);
      throw error;
    }
  }

  /** The options that a map says, over the VM's defaults. */
  private static SpawnOptions options(WorkerContext context, long mapSlot) {
    if (mapSlot == Memory.NULL) {
      return context.runtime().spawnDefaults();
    }
    SpawnOptions options = context.spawnOptions().copyFrom(context.runtime().spawnDefaults());
    long map = Memory.getLong(mapSlot);
    long known = 0;
    long maxHeap = Maps.get(map, Atoms.MAX_HEAP, context.scratch());
    if (maxHeap != Term.NONE) {
      known++;
      options.maxMemoryBytes(Math.min(options.maxMemoryBytes(), positive(maxHeap)));
    }
    long maxMailbox = Maps.get(map, Atoms.MAX_MAILBOX, context.scratch());
    if (maxMailbox != Term.NONE) {
      known++;
      options.maxMessages((int) Math.min(positive(maxMailbox), Integer.MAX_VALUE));
    }
    long maxBytes = Maps.get(map, Atoms.MAX_MAILBOX_BYTES, context.scratch());
    if (maxBytes != Term.NONE) {
      known++;
      options.maxMailboxBytes(Math.max(positive(maxBytes), SpawnOptions.MIN_MAILBOX_BYTES));
    }
    long policy = Maps.get(map, Atoms.MAILBOX_POLICY, context.scratch());
    if (policy != Term.NONE) {
      known++;
      options.policy(policy(policy));
    }
    long priority = Maps.get(map, Atoms.PRIORITY, context.scratch());
    if (priority != Term.NONE) {
      known++;
      options.priority(priority(priority));
    }
    known += relationOptions(context, map, options);
    if (known != Maps.size(map)) {
      throw TermError.BAD_ARGUMENT;
    }
    return options;
  }

  private static long relationOptions(WorkerContext context, long map, SpawnOptions options) {
    long known = 0;
    long link = Maps.get(map, Atoms.LINK, context.scratch());
    if (link != Term.NONE) {
      known++;
      options.linked(bool(link));
    }
    long monitor = Maps.get(map, Atoms.MONITOR, context.scratch());
    if (monitor != Term.NONE) {
      known++;
      options.monitored(bool(monitor));
    }
    long name = Maps.get(map, Atoms.NAME, context.scratch());
    if (name != Term.NONE) {
      known++;
      if (!Term.isAtom(name)) {
        throw TermError.TYPE_ERROR;
      }
      options.name(name);
    }
    return known;
  }

  private static boolean bool(long term) {
    if (term != Term.TRUE && term != Term.FALSE) {
      throw TermError.TYPE_ERROR;
    }
    return term == Term.TRUE;
  }

  private static long positive(long term) {
    if (!Term.isInt(term)) {
      throw TermError.TYPE_ERROR;
    }
    long value = Term.intValue(term);
    if (value < 1 || value > MAX_SANE_BYTES) {
      throw TermError.BAD_ARGUMENT;
    }
    return value;
  }

  private static MailboxPolicy policy(long atom) {
    if (atom == Atoms.AWAIT) {
      return MailboxPolicy.AWAIT;
    }
    if (atom == Atoms.FAIL) {
      return MailboxPolicy.FAIL;
    }
    if (atom == Atoms.DROP) {
      return MailboxPolicy.DROP;
    }
    if (atom == Atoms.KILL) {
      return MailboxPolicy.KILL;
    }
    throw TermError.BAD_ARGUMENT;
  }

  private static Priority priority(long atom) {
    if (atom == Atoms.HIGH) {
      return Priority.HIGH;
    }
    if (atom == Atoms.NORMAL) {
      return Priority.NORMAL;
    }
    if (atom == Atoms.LOW) {
      return Priority.LOW;
    }
    throw TermError.BAD_ARGUMENT;
  }

  private static int unsigned(long address) {
    return Memory.getShort(address) & 0xFFFF;
  }
}
