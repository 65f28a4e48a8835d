package org.skerry.process;

import java.util.function.BooleanSupplier;
import org.agrona.collections.LongArrayList;
import org.skerry.event.LongSlice;
import org.skerry.heap.Heap;
import org.skerry.memory.BlockCache;
import org.skerry.memory.Epochs;
import org.skerry.memory.Memory;
import org.skerry.module.CodeSpace;
import org.skerry.module.FrameLayout;
import org.skerry.term.HeapWriter;
import org.skerry.term.Term;
import org.skerry.term.TermError;
import org.skerry.term.TermScratch;

/**
 * What a thread owns that runs processes or feeds them: a worker, or a host thread. That thread
 * alone uses it, and closes it.
 */
public final class WorkerContext implements AutoCloseable {
  private static final long REFS_PER_BATCH = 1 << 16;

  private final ProcessRuntime runtime;
  private final Scheduling scheduling;
  private final Timers timers;
  private final BlockCache cache;
  private final Epochs.Participant participant;
  private final Heap heap;
  private final HeapWriter writer;
  private final TermScratch scratch;
  private final ProcessTable table;
  private final SharedValues sharedValues;
  private final LongArrayList toNotify = new LongArrayList();
  private final ProcessTable.Indices indices = new ProcessTable.Indices();
  private final SpawnOptions spawnOptions = new SpawnOptions();
  private final Counters counters = new Counters();
  private final Turns turns = new Turns();

  /**
   * Reductions that are left of the slice in progress, where the engine does not have them at hand.
   */
  public int reductionsLeft;

  /** Whether {@link #sliceEvent} tells of the slice in progress, if that becomes long. */
  boolean tellsOfSlice;

  /** Null until somebody records. */
  LongSlice sliceEvent;

  /** Reductions that the slice in progress has been given. */
  long reductionsGranted;

  /** The process whose instructions this thread executes, or {@link Memory#NULL}. */
  private long running;

  private BooleanSupplier stopping = () -> false;

  /** The process whose compiled code this thread runs. For the compiler. */
  public long process;

  /** Why compiled code has left its frames; 0 while it runs. For the compiler. */
  public int left;

  /**
   * Where a frame that compiled code pushes must end: at the end of the chunk, or before, where the
   * Java stack would become deep. For the compiler.
   */
  public long frameLimit;

  /** {@link #frameLimit} if the chunk were endless. For the compiler. */
  public long javaLimit;

  /** The error that compiled code has left for. For the compiler. */
  public TermError raised;

  /** What functions of the host need for a call on this thread; null until there is one. */
  private HostCalls.ThreadState hostCall;

  private final long argumentStaging;
  private long nextRef;
  private long lastRef;

  /** The time at which the slice in progress began: good enough for what people look at. */
  private long coarseTimeNs;

  /**
   * Registers the thread with the pool and the epochs, offline.
   *
   * @param scheduling where this thread puts processes that it wakes or starts
   * @param timers as this thread sets them
   */
  public WorkerContext(ProcessRuntime runtime, Scheduling scheduling, Timers timers) {
    this.runtime = runtime;
    this.scheduling = scheduling;
    this.timers = timers;
    cache = runtime.pool().newCache();
    participant = runtime.epochs().register(cache);
    heap =
        new Heap(
            cache,
            runtime.code()::functionAddress,
            runtime.heapOptions(),
            process -> Recorded.pid(this, Lifecycle.pidOf(process)));
    writer = new HeapWriter(cache);
    scratch = new TermScratch(cache, runtime.atoms());
    scratch.giveUpWhen(this::isAwaited);
    table = runtime.table();
    sharedValues = runtime.sharedValues();
    argumentStaging = cache.allocate(FrameLayout.MAX_FRAME_BYTES);
    if (argumentStaging == Memory.NULL) {
      throw new IllegalStateException("the VM's memory is too small for another thread");
    }
  }

  /** What all threads of the machine share. */
  public ProcessRuntime runtime() {
    return runtime;
  }

  /** Where this thread puts processes that it wakes or starts. */
  public Scheduling scheduling() {
    return scheduling;
  }

  /** Timers, as this thread sets them. */
  public Timers timers() {
    return timers;
  }

  /** This thread's way to blocks. */
  public BlockCache cache() {
    return cache;
  }

  /** This thread's part in the epochs: it goes online, announces quiescent states, goes offline. */
  public Epochs.Participant participant() {
    return participant;
  }

  /** Makes room in heaps. */
  public Heap heap() {
    return heap;
  }

  /**
   * Makes room in the heap of the process that this thread runs; what else the process could do
   * without goes first.
   *
   * @return false at a limit; {@link Heap#wasRefusedByVm} says whose
   */
  public boolean ensureRoom(long process, long byteCount) {
    return heap.ensure(process, byteCount)
        || Stack.dropSpare(cache, process) && heap.ensure(process, byteCount);
  }

  /** Builds terms in the room that was made. */
  public HeapWriter writer() {
    return writer;
  }

  /** Room for what deep operations on terms have to remember. */
  public TermScratch scratch() {
    return scratch;
  }

  /** Finds processes. */
  public ProcessTable table() {
    return table;
  }

  /** What all processes of the machine share. */
  public SharedValues sharedValues() {
    return sharedValues;
  }

  /**
   * Processes that this thread is about to notify; empty between uses. For whoever finds out under
   * a lock whom to notify, and does it behind.
   */
  public LongArrayList toNotify() {
    return toNotify;
  }

  /** The functions that processes run. */
  public CodeSpace code() {
    return runtime.code();
  }

  /** Options for the next spawn, to be filled anew each time. */
  public SpawnOptions spawnOptions() {
    return spawnOptions;
  }

  /** As much memory as a frame can have, for arguments on their way from one to another. */
  public long argumentStaging() {
    return argumentStaging;
  }

  /** What functions of the host need for a call on this thread; null until it was set. */
  public HostCalls.ThreadState hostCall() {
    return hostCall;
  }

  /** Sets {@link #hostCall()}. */
  public void hostCall(HostCalls.ThreadState call) {
    hostCall = call;
  }

  /** A ref that no other call on any thread of this VM returns. */
  public long newRef() {
    if (nextRef == lastRef) {
      nextRef = runtime.refs().getAndAdd(REFS_PER_BATCH);
      lastRef = nextRef + REFS_PER_BATCH;
    }
    return Term.ref(nextRef++);
  }

  /**
   * Sets when an instruction that takes long is to be given up, for the process is not to go on.
   *
   * @param condition asked by this thread now and then; cheap
   */
  public void stopWhen(BooleanSupplier condition) {
    stopping = condition;
  }

  /** The process whose instructions this thread executes, or {@link Memory#NULL}. */
  long running() {
    return running;
  }

  /** The slice tells whose instructions this thread executes. */
  void running(long process) {
    running = process;
  }

  /** Whether something waits for the end of the instruction: the end of the VM, or a kill. */
  private boolean isAwaited() {
    return stopping.getAsBoolean() || running != Memory.NULL && Signals.isKillPending(running);
  }

  ProcessTable.Indices indices() {
    return indices;
  }

  /** For words that this thread and others fight for. */
  public Turns turns() {
    return turns;
  }

  /** What this thread has counted. */
  public Counters counters() {
    return counters;
  }

  /** Time and chance. */
  public World world() {
    return runtime.world();
  }

  /** Where output goes. */
  public Console console() {
    return runtime.console();
  }

  /** The clock as its worker read it last, see {@link #coarseTimeNs(long)}. */
  public long coarseTimeNs() {
    return coarseTimeNs;
  }

  /** The worker tells what its clock says, now and then. */
  public void coarseTimeNs(long nowNs) {
    coarseTimeNs = nowNs;
  }

  /** Goes offline where it is not, hands over what is still retired, and gives everything back. */
  @Override
  public void close() {
    participant.close();
    if (hostCall != null) {
      hostCall.close();
    }
    table.giveBack(indices);
    scratch.close();
    cache.free(argumentStaging, FrameLayout.MAX_FRAME_BYTES);
    cache.close();
  }
}
