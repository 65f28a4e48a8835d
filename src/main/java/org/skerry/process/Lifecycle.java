package org.skerry.process;

import static org.skerry.process.ProcessLayout.ARGUMENT_IMAGE;
import static org.skerry.process.ProcessLayout.PID;
import static org.skerry.process.ProcessLayout.STATE;

import org.skerry.event.Recording;
import org.skerry.heap.HeapLayout;
import org.skerry.memory.BlockCache;
import org.skerry.memory.Memory;
import org.skerry.module.FrameLayout;
import org.skerry.module.FunctionLayout;
import org.skerry.term.Term;
import org.skerry.term.TermImage;

/**
 * The beginning and the end of processes. A process is created, given its arguments, and started;
 * it ends in a slice, and its block is freed when nobody can have it in hand any more. See {@code
 * native-notes/process-block.md}.
 */
public final class Lifecycle {
  /** {@link #create}: the VM's or the process's own cap leaves no room for it. */
  public static final long NO_MEMORY = -1;

  /** {@link #create}: there are as many processes as there may be. */
  public static final long TOO_MANY = -2;

  /** A bit of the node of a pid, which no process of this VM has: the table finds it no more. */
  private static final long HIDDEN = 8;

  private static final long BLOCK_CHARGE = BlockCache.blockSize(ProcessLayout.BYTES);

  private Lifecycle() {}

  /**
   * Creates a process that is the caller's alone until {@link #start} or {@link #discard}. Its
   * bottom frame, at {@link HeapLayout#FP}, stands before the function's first instruction; r
   * parameters are nil there. The caller writes the arguments of banks i and f into the frame, and
   * those of bank r where they are immediates; otherwise it sets {@link
   * ProcessLayout#ARGUMENT_IMAGE} to an image of the tuple of all r arguments.
   *
   * @param context the calling thread's
   * @param functionIndex the function to run
   * @param options limits and behaviour; read only
   * @return the address of its block, {@link #NO_MEMORY} or {@link #TOO_MANY}
   */
  public static long create(WorkerContext context, int functionIndex, SpawnOptions options) {
    if (options.maxMemoryBytes() < BLOCK_CHARGE) {
      return NO_MEMORY;
    }
    long pid = context.table().reserve(context.indices());
    if (pid < 0 && (pid == ProcessTable.TOO_MANY || pid == ProcessTable.NO_MEMORY)) {
      return pid == ProcessTable.TOO_MANY ? TOO_MANY : NO_MEMORY;
    }
    long process = context.cache().allocate(ProcessLayout.BYTES);
    if (process == Memory.NULL) {
      context.table().cancel(pid, context.indices());
      return NO_MEMORY;
    }
    initialize(context, process, pid, functionIndex, options);
    if (!pushBottomFrame(context, process, functionIndex)) {
      discard(context, process);
      return NO_MEMORY;
    }
    return process;
  }

  /**
   * Starts a process that {@link #create} made: from now on it is found, and runs.
   *
   * @return its pid; the block is no longer the caller's
   */
  public static long start(WorkerContext context, long process) {
    return start(context, process, 0);
  }

  /**
   * As {@link #start(WorkerContext, long)}, with a name that was {@link #reserveName reserved}.
   *
   * @param name an atom, or 0 for none
   */
  public static long start(WorkerContext context, long process, long name) {
    long pid = Memory.getLong(process + PID);
    Memory.putInt(process + STATE, Wake.QUEUED);
    context.table().publish(pid, process);
    if (name != 0) {
      context.table().names().assign(name, process);
    }
    started(context, process);
    context.scheduling().ready(process);
    return pid;
  }

  /**
   * As {@link #start(WorkerContext, long)}, but in no run queue: the calling thread is the first to
   * run it, from {@link Slice#begin} on.
   */
  public static void startHere(WorkerContext context, long process) {
    Memory.putInt(process + STATE, Wake.QUEUED);
    context.table().publish(Memory.getLong(process + PID), process);
    started(context, process);
  }

  /**
   * Starts a process that the calling thread owns from its first moment to its last: it is found,
   * and no worker ever runs it. Its thread does for it what a slice does; see {@link OwnedProcess}.
   *
   * @return its pid
   */
  static long startOwned(WorkerContext context, long process) {
    long pid = Memory.getLong(process + PID);
    Memory.putInt(process + STATE, Wake.RUNNING);
    context.table().countOwned(1);
    context.table().publish(pid, process);
    started(context, process);
    return pid;
  }

  private static void started(WorkerContext context, long process) {
    context.counters().spawns++;
    if (Recording.isOn()) {
      Recorded.spawned(context, process);
    }
  }

  /**
   * Keeps a name for a process that is about to start, and that has relations.
   *
   * @return {@link Names#OK}, {@link Names#REFUSED} or {@link Names#NO_MEMORY}
   */
  public static int reserveName(WorkerContext context, long name) {
    return context.table().names().reserve(name);
  }

  /** Frees a process that was created and not started. */
  public static void discard(WorkerContext context, long process) {
    context.table().cancel(Memory.getLong(process + PID), context.indices());
    releaseOwned(context, process);
    Relations.reclaim(context.cache(), process);
    context.cache().free(process, ProcessLayout.BYTES);
    tellIfLast(context);
  }

  static void tellIfLast(WorkerContext context) {
    if (context.table().hasOnlyOwned()) {
      context.runtime().reporter().lastExited();
    }
  }

  /**
   * Says how a process ends. Whoever runs it then returns {@link Engine#EXITED}. For its owner.
   *
   * @param reason a term in its heap, or an immediate
   */
  public static void endWith(long process, ExitKind kind, long reason) {
    Memory.putByte(process + ProcessLayout.EXIT_KIND, (byte) kind.ordinal());
    Memory.putLong(process + HeapLayout.PENDING_TERM, reason);
  }

  /** The pid of a process, also of one that is hidden because it ends. */
  public static long pidOf(long process) {
    return Memory.getLong(process + PID) & ~HIDDEN;
  }

  /**
   * Ends a process as {@link #endWith} said. For its owner, online.
   *
   * @return whether it is over and its block gone; otherwise it has more to release or to tell
   *     others, and must be requeued, see {@link #continueExit}
   */
  static boolean exit(WorkerContext context, long process) {
    if (!releaseShared(context, process)) {
      ProcessFlags.set(process, ProcessFlags.ENDING, true);
      return false;
    }
    return beginTelling(context, process);
  }

  /** False where the process holds so many MVars that some are left for its next slice. */
  private static boolean releaseShared(WorkerContext context, long process) {
    return Memory.getLong(process + ProcessLayout.LOCKS) == Memory.NULL
        || context.sharedValues().release(context, process, Signals.BATCH);
  }

  /** The process holds nothing that others wait for: it is reported and found no more. */
  private static boolean beginTelling(WorkerContext context, long process) {
    ExitKind kind = ExitKind.of(Memory.getByte(process + ProcessLayout.EXIT_KIND));
    long reason = Memory.getLong(process + HeapLayout.PENDING_TERM);
    if (ProcessFlags.has(process, ProcessFlags.HOST_STATE)) {
      context.runtime().host().exited(context, process);
    }
    if (Recording.isOn()) {
      Recorded.exited(context, process, kind, reason);
    }
    context.runtime().reporter().exited(context, process, kind, reason);
    if (Relations.of(process) == Memory.NULL && !Signals.isPending(process)) {
      if (Signals.close(process)) {
        finish(context, process);
        return true;
      }
    }
    ProcessFlags.set(process, ProcessFlags.ENDING, true);
    long relations = Relations.of(process);
    long pid = Memory.getLong(process + PID);
    if (relations != Memory.NULL) {
      context.table().names().giveBack(relations, pid);
    }
    // Release: who finds it no more sees its name given back. It keeps its slot and its count.
    Memory.putLongRelease(process + PID, pid | HIDDEN);
    return tell(context, process);
  }

  /** Whether {@link #continueExit} is to be called instead of running the process. */
  static boolean isEnding(long process) {
    return ProcessFlags.has(process, ProcessFlags.ENDING);
  }

  /**
   * Goes on ending a process: releases what it holds; then handles what has come, and tells those
   * that it is related to; up to {@link Signals#BATCH} holds or signals.
   *
   * @return as {@link #exit}
   */
  static boolean continueExit(WorkerContext context, long process) {
    if (Memory.getLong(process + ProcessLayout.LOCKS) == Memory.NULL) {
      return tell(context, process);
    }
    return releaseShared(context, process) && beginTelling(context, process);
  }

  private static boolean tell(WorkerContext context, long process) {
    for (int i = 0; i < Signals.BATCH; i++) {
      long node = Signals.next(process);
      if (node != Memory.NULL) {
        SignalHandlers.handle(context, process, node);
      } else if (Signals.close(process) && !sendLast(context, process)) {
        finish(context, process);
        return true;
      }
    }
    return false;
  }

  private static boolean sendLast(WorkerContext context, long process) {
    if (Relations.of(process) == Memory.NULL) {
      return false;
    }
    ExitKind kind = ExitKind.of(Memory.getByte(process + ProcessLayout.EXIT_KIND));
    Relations.noteReason(context, process, kind, Memory.getLong(process + HeapLayout.PENDING_TERM));
    return Relations.sendLast(context, process);
  }

  /** The process has told everybody, and no signal comes to it: frees it. */
  private static void finish(WorkerContext context, long process) {
    long pid = pidOf(process);
    context.table().release(pid, context.indices());
    Wake.exit(process);
    // Behind the exchange of the wake word: who registers now finds the process over.
    SpaceWaiters.wakeAll(context, process);
    context.runtime().host().gone(pid);
    if (Relations.of(process) != Memory.NULL) {
      context.table().names().giveBack(Relations.of(process), pid);
      Relations.release(context.cache(), process);
    }
    if (Memory.getLong(process + ProcessLayout.TIMER) != 0) {
      context.timers().cancelWake(process);
    }
    SpaceWaiters.giveUp(context, process);
    UnreadMessages.drain(context, process);
    releaseOwned(context, process);
    context.counters().exits++;
    boolean isAwaited = ProcessFlags.has(process, ProcessFlags.HOST_WAITS);
    context.participant().retire(process, context.cache());
    if (isAwaited) {
      context.runtime().reporter().gone(pid);
    }
    tellIfLast(context);
  }

  /**
   * Frees a process wherever it stands, at the end of the VM: no other thread runs or looks.
   *
   * @param context the calling thread's, online or not
   */
  public static void abandon(WorkerContext context, long process) {
    context.table().release(pidOf(process), context.indices());
    SpaceWaiters.abandon(context.cache(), process);
    if (Memory.getLong(process + ProcessLayout.LOCKS) != Memory.NULL) {
      context.sharedValues().abandon(context.cache(), process);
    }
    releaseOwned(context, process);
    Reclamation.reclaimProcess(process, context.cache());
  }

  /** Frees what only the owner ever touches. */
  static void releaseOwned(WorkerContext context, long process) {
    long image = Memory.getLong(process + ARGUMENT_IMAGE);
    if (image != Memory.NULL) {
      Memory.putLong(process + ARGUMENT_IMAGE, Memory.NULL);
      TermImage.release(image, context.cache());
    }
    SavedMessages.release(context.cache(), process);
    context.heap().release(process);
    Traces.release(context.cache(), process);
    Stack.release(context.cache(), process);
  }

  private static void initialize(
      WorkerContext context, long process, long pid, int functionIndex, SpawnOptions options) {
    for (int i = 0; i < ProcessLayout.FIRST_CHUNK; i += Long.BYTES) {
      Memory.putLong(process + i, 0);
    }
    Memory.putLong(process + HeapLayout.MEMORY_USED, BLOCK_CHARGE);
    Memory.putLong(process + HeapLayout.MEMORY_MAX, options.maxMemoryBytes());
    Memory.putLong(process + HeapLayout.PENDING_TERM, Term.NIL);
    Stack.initialize(process, process + ProcessLayout.FIRST_CHUNK, ProcessLayout.FIRST_CHUNK_BYTES);
    Memory.putLong(process + ProcessLayout.RANDOM_STATE, context.world().randomSeed());
    Memory.putInt(process + ProcessLayout.FUNCTION_INDEX, functionIndex);
    Memory.putByte(process + ProcessLayout.PRIORITY, (byte) options.priority().ordinal());
    Memory.putLong(process + PID, pid);
    Memory.putByte(process + ProcessLayout.MAILBOX_POLICY, (byte) options.policy().ordinal());
    Memory.putByte(process + ProcessLayout.RING_SHIFT, (byte) options.ringShift());
    Memory.putLong(
        process + ProcessLayout.MAILBOX_LIMITS,
        MailboxUse.of(options.maxMessages(), options.maxMailboxBytes()));
  }

  static boolean pushBottomFrame(WorkerContext context, long process, int functionIndex) {
    long function = context.code().functionAddress(functionIndex);
    int frameBytes = Memory.getInt(function + FunctionLayout.FRAME_BYTES_OFFSET);
    long frame = Stack.first(context.cache(), process, frameBytes);
    if (frame == Memory.NULL) {
      return false;
    }
    Memory.putLong(frame + FrameLayout.HEADER_OFFSET, FrameLayout.header(functionIndex, 0));
    Memory.putLong(frame + FrameLayout.CALLER_FRAME_OFFSET, 0);
    int parameters =
        Short.toUnsignedInt(Memory.getShort(function + FunctionLayout.R_PARAMETERS_OFFSET));
    long first = frame + FunctionLayout.firstTermOffset(function);
    for (int i = 0; i < parameters; i++) {
      Memory.putLong(first + ((long) i << 3), Term.NIL);
    }
    Memory.putLong(process + HeapLayout.FP, frame);
    return true;
  }
}
