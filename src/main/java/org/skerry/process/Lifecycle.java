package org.skerry.process;

import static org.skerry.process.ProcessLayout.ARGUMENT_IMAGE;
import static org.skerry.process.ProcessLayout.PID;
import static org.skerry.process.ProcessLayout.STATE;

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
    long pid = Memory.getLong(process + PID);
    Memory.putInt(process + STATE, Wake.QUEUED);
    context.table().publish(pid, process);
    context.counters().spawns++;
    context.scheduling().ready(process);
    return pid;
  }

  /** Frees a process that was created and not started. */
  public static void discard(WorkerContext context, long process) {
    context.table().cancel(Memory.getLong(process + PID), context.indices());
    releaseOwned(context, process);
    context.cache().free(process, ProcessLayout.BYTES);
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

  /** Ends a process as {@link #endWith} said. For its owner, online; the block is gone then. */
  static void exit(WorkerContext context, long process) {
    ExitKind kind = ExitKind.of(Memory.getByte(process + ProcessLayout.EXIT_KIND));
    long reason = Memory.getLong(process + HeapLayout.PENDING_TERM);
    if (Memory.getLong(process + ProcessLayout.LOCKS) != Memory.NULL) {
      context.sharedValues().release(context, process);
    }
    context.runtime().reporter().exited(context, process, kind, reason);
    context.table().release(Memory.getLong(process + PID), context.indices());
    Wake.exit(process);
    // Behind the exchange of the wake word: who registers now finds the process over.
    SpaceWaiters.wakeAll(context, process);
    if (Memory.getLong(process + ProcessLayout.TIMER) != 0) {
      context.timers().cancelWake(process);
    }
    SpaceWaiters.giveUp(context, process);
    Mailbox.drain(context, process);
    Signals.drain(context.cache(), process);
    releaseOwned(context, process);
    context.counters().exits++;
    context.participant().retire(process, context.cache());
    if (context.table().count() == 0) {
      context.runtime().reporter().lastExited();
    }
  }

  /**
   * Frees a process wherever it stands, at the end of the VM: no other thread runs or looks.
   *
   * @param context the calling thread's, online or not
   */
  public static void abandon(WorkerContext context, long process) {
    context.table().release(Memory.getLong(process + PID), context.indices());
    SpaceWaiters.abandon(context.cache(), process);
    if (Memory.getLong(process + ProcessLayout.LOCKS) != Memory.NULL) {
      context.sharedValues().abandon(context.cache(), process);
    }
    releaseOwned(context, process);
    Reclamation.reclaimProcess(process, context.cache());
  }

  /** Frees what only the owner ever touches. */
  private static void releaseOwned(WorkerContext context, long process) {
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

  private static boolean pushBottomFrame(WorkerContext context, long process, int functionIndex) {
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
    for (int i = 0; i < parameters; i++) {
      Memory.putLong(frame + FrameLayout.registerOffset(i), Term.NIL);
    }
    Memory.putLong(process + HeapLayout.FP, frame);
    return true;
  }
}
