package org.skerry.schedule;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.skerry.heap.HeapOptions;
import org.skerry.memory.BlockCache;
import org.skerry.memory.Epochs;
import org.skerry.memory.Memory;
import org.skerry.memory.MemoryPool;
import org.skerry.module.CodeSpace;
import org.skerry.module.FrameLayout;
import org.skerry.module.FunctionLayout;
import org.skerry.process.Lifecycle;
import org.skerry.process.ProcessRuntime;
import org.skerry.process.ProcessTable;
import org.skerry.process.Reclamation;
import org.skerry.process.Scheduling;
import org.skerry.process.SharedValues;
import org.skerry.process.SpawnOptions;
import org.skerry.process.Timers;
import org.skerry.process.VmTerms;
import org.skerry.process.WorkerContext;
import org.skerry.process.World;
import org.skerry.term.Atoms;

/**
 * A machine without an interpreter, whose processes run {@link Programs}: real memory, epochs,
 * mailboxes, and a scheduler or a simulation. Closing it fails where memory was not given back.
 */
final class SchedulerFixture implements AutoCloseable {
  static final int REGISTERS = 5;
  private static final int FUNCTION_PAGE_BYTES = 512 * FunctionLayout.BYTES;
  private static final int LIVENESS_BYTES = 24;
  private static final long PATIENCE_S = 120;

  final MemoryPool pool = new MemoryPool(1L << 32);
  final Epochs epochs = new Epochs(new Reclamation());
  final Programs programs = new Programs();
  final AtomicLong exits = new AtomicLong();
  final ProcessRuntime runtime;
  private final ProcessTable table = new ProcessTable(pool.newCache(), 1 << 21);
  private final CodeSpace code = new CodeSpace(pool);
  private final Atoms atoms = new Atoms(pool, 1 << 10);
  private final BlockCache cache = pool.newCache();
  private final VmTerms terms = new VmTerms(cache, atoms, List.of());
  private final long liveness;
  private volatile long expectedExits = Long.MAX_VALUE;
  private final CountDownLatch allExited = new CountDownLatch(1);

  SchedulerFixture(World world) {
    long page = cache.allocate(FUNCTION_PAGE_BYTES);
    Memory.fill(page, FUNCTION_PAGE_BYTES, (byte) 0);
    Memory.putLong(code.directoryAddress(), page);
    liveness = cache.allocate(LIVENESS_BYTES);
    Memory.putInt(liveness, 8);
    Memory.putLong(liveness + 8, 0);
    Memory.putLong(liveness + 16, 0);
    for (int index = 0; index < Programs.COUNT; index++) {
      long record = page + (long) index * FunctionLayout.BYTES;
      Memory.putInt(record + FunctionLayout.FRAME_BYTES_OFFSET, FrameLayout.frameBytes(REGISTERS));
      Memory.putLong(record + FunctionLayout.LIVENESS_OFFSET, liveness);
      Memory.putShort(record + FunctionLayout.LIVE_SET_WORDS_OFFSET, (short) 1);
    }
    runtime =
        new ProcessRuntime(
            pool,
            epochs,
            table,
            code,
            atoms,
            HeapOptions.DEFAULT,
            world,
            (pid, text, toStderr) -> true,
            programs,
            (context, process, kind, reason) -> exited(),
            terms,
            new SpawnOptions(),
            SharedValues.NONE,
            new AtomicLong());
  }

  private void exited() {
    if (exits.incrementAndGet() == expectedExits) {
      allExited.countDown();
    }
  }

  void expectExits(long count) {
    expectedExits = count;
  }

  /** Until as many have ended as expected; an upper bound for what hangs, not a measurement. */
  boolean awaitExits() throws InterruptedException {
    return allExited.await(PATIENCE_S, TimeUnit.SECONDS);
  }

  /** A context for a thread that is no worker. */
  WorkerContext host(Scheduling scheduling, Timers timers) {
    return new WorkerContext(runtime, scheduling, timers);
  }

  static long start(WorkerContext host, int program, SpawnOptions options, long... registers) {
    host.participant().enter();
    try {
      long process = Programs.create(host, program, options);
      for (int i = 0; i < registers.length; i++) {
        Programs.setRegister(process, i, registers[i]);
      }
      return Lifecycle.start(host, process);
    } finally {
      host.participant().exit();
    }
  }

  /** Frees the processes that are left, with a context whose thread has ended. */
  void abandonProcesses(List<WorkerContext> contexts) {
    for (int index = 0; index < table.indexCount(); index++) {
      long process = table.at(index);
      if (process != 0) {
        Lifecycle.abandon(contexts.getFirst(), process);
      }
    }
  }

  /** Behind the scheduler's or the simulation's close. */
  @Override
  public void close() {
    epochs.freeRemaining(cache);
    epochs.close();
    table.close();
    terms.close();
    cache.free(liveness, LIVENESS_BYTES);
    cache.close();
    code.close();
    atoms.close();
    pool.close();
  }

  /** The machine's own clock. */
  static final class RealWorld implements World {
    private final AtomicLong seeds = new AtomicLong();

    @Override
    public long nanoTime() {
      return System.nanoTime();
    }

    @Override
    public long wallTimeNs() {
      return System.currentTimeMillis() * 1_000_000;
    }

    @Override
    public long randomSeed() {
      return seeds.incrementAndGet();
    }
  }
}
