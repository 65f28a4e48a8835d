package org.skerry.mvar;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.collections.LongArrayList;
import org.skerry.heap.HeapOptions;
import org.skerry.memory.BlockCache;
import org.skerry.memory.Epochs;
import org.skerry.memory.Memory;
import org.skerry.memory.MemoryPool;
import org.skerry.module.CodeSpace;
import org.skerry.module.FrameLayout;
import org.skerry.module.FunctionLayout;
import org.skerry.process.Engine;
import org.skerry.process.Lifecycle;
import org.skerry.process.NoTimers;
import org.skerry.process.ProcessLayout;
import org.skerry.process.ProcessRuntime;
import org.skerry.process.ProcessTable;
import org.skerry.process.Reclamation;
import org.skerry.process.Scheduling;
import org.skerry.process.Slice;
import org.skerry.process.SpawnOptions;
import org.skerry.process.VmTerms;
import org.skerry.process.WorkerContext;
import org.skerry.process.World;
import org.skerry.term.Atoms;
import org.skerry.term.TermBuilder;

/**
 * A machine with MVars and real processes, whose code is the test's {@link #engine}. Closing it
 * fails where a block was not given back.
 */
final class MvarFixture implements AutoCloseable {
  private static final int FUNCTION_PAGE_BYTES = 512 * FunctionLayout.BYTES;
  private static final int LIVENESS_BYTES = 32;
  private static final int FRAME_REGISTERS = 4;

  final MemoryPool pool = new MemoryPool(1L << 32);
  final Mvars mvars = new Mvars(pool);
  final LongArrayList ready = new LongArrayList();
  final WorkerContext context;

  /** Ends of processes that were reported. */
  int reports;

  Engine engine = (worker, process, reductions) -> Engine.AWAIT;

  private final Epochs epochs;
  private final BlockCache cache = pool.newCache();
  private final ProcessTable table = new ProcessTable(pool.newCache(), 1 << 20);
  private final CodeSpace code = new CodeSpace(pool);
  private final Atoms atoms = new Atoms(pool, 1 << 10);
  private final VmTerms terms = new VmTerms(cache, atoms, List.of());
  private final long liveness = cache.allocate(LIVENESS_BYTES);
  private final ProcessRuntime runtime;
  private final List<WorkerContext> others = new ArrayList<>();

  MvarFixture() {
    Reclamation reclamation = new Reclamation();
    reclamation.sharedValues(mvars);
    epochs = new Epochs(reclamation);
    long page = cache.allocate(FUNCTION_PAGE_BYTES);
    Memory.fill(page, FUNCTION_PAGE_BYTES, (byte) 0);
    Memory.putLong(code.directoryAddress(), page);
    Memory.putInt(
        page + FunctionLayout.FRAME_BYTES_OFFSET, FrameLayout.frameBytes(FRAME_REGISTERS));
    Memory.putLong(page + FunctionLayout.LIVENESS_OFFSET, liveness);
    Memory.putShort(page + FunctionLayout.LIVE_SET_WORDS_OFFSET, (short) 1);
    Memory.putInt(liveness, 8);
    Memory.putLong(liveness + 8, 0);
    Memory.putLong(liveness + 16, 0);
    runtime =
        new ProcessRuntime(
            pool,
            epochs,
            table,
            code,
            atoms,
            HeapOptions.DEFAULT,
            new StillWorld(),
            (pid, text, toStderr) -> true,
            (worker, process, reductions) -> engine.run(worker, process, reductions),
            (worker, process, kind, reason) -> reports++,
            terms,
            new SpawnOptions(),
            mvars,
            new AtomicLong());
    context = new WorkerContext(runtime, ready::addLong, new NoTimers());
    context.participant().online();
  }

  /** A further thread's context, offline. */
  WorkerContext newContext(Scheduling scheduling) {
    WorkerContext other = new WorkerContext(runtime, scheduling, new NoTimers());
    others.add(other);
    return other;
  }

  /** The record of an MVar, made if there is none. */
  long mvar(int index) {
    if (!mvars.reserve(index + 1)) {
      throw new AssertionError();
    }
    return mvars.address(index);
  }

  /** A process that is started: it is in the queue. */
  long start(SpawnOptions options) {
    long process = Lifecycle.create(context, 0, options);
    if (process < 0) {
      throw new AssertionError("no process: " + process);
    }
    Lifecycle.start(context, process);
    return process;
  }

  /** A process that has run and suspended: nobody else touches it. */
  long idle() {
    long process = start(new SpawnOptions());
    runAll();
    return process;
  }

  /** Takes a process out of the queue. */
  long poll(int index) {
    return ready.removeAt(index);
  }

  /** One slice of a process that was taken out of the queue, as a worker runs it. */
  int run(long process) {
    Slice.begin(process);
    int outcome = Slice.run(context, process, 1000);
    while (outcome == Engine.AWAIT && !Slice.suspend(context, process)) {
      outcome = Slice.run(context, process, 1000);
    }
    if (outcome == Engine.PREEMPTED) {
      Slice.requeue(process);
      ready.addLong(process);
    }
    context.participant().quiescent();
    return outcome;
  }

  void runAll() {
    while (!ready.isEmpty()) {
      run(poll(0));
    }
  }

  /** An image of a string. */
  long image() {
    try (TermBuilder builder = new TermBuilder(context.scratch())) {
      return builder.pushString("text").popImage(Long.MAX_VALUE);
    }
  }

  static long pid(long process) {
    return Memory.getLong(process + ProcessLayout.PID);
  }

  @Override
  public void close() {
    for (int index = 0; index < table.indexCount(); index++) {
      long process = table.at(index);
      if (process != 0) {
        Lifecycle.abandon(context, process);
      }
    }
    context.participant().offline();
    for (WorkerContext other : others) {
      other.close();
    }
    epochs.freeRemaining(context.cache());
    context.close();
    epochs.close();
    mvars.close();
    table.close();
    terms.close();
    cache.free(liveness, LIVENESS_BYTES);
    cache.close();
    code.close();
    atoms.close();
    pool.close();
  }

  /** Time stands still. */
  private static final class StillWorld implements World {
    @Override
    public long nanoTime() {
      return 1;
    }

    @Override
    public long wallTimeNs() {
      return 1;
    }

    @Override
    public long randomSeed() {
      return 1;
    }

    @Override
    public void relax() {
      Thread.yield();
    }
  }
}
