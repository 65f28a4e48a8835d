package org.skerry.process;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.skerry.heap.HeapOptions;
import org.skerry.memory.BlockCache;
import org.skerry.memory.Epochs;
import org.skerry.memory.Memory;
import org.skerry.memory.MemoryPool;
import org.skerry.module.CodeSpace;
import org.skerry.module.FrameLayout;
import org.skerry.module.FunctionLayout;
import org.skerry.term.Atoms;
import org.skerry.term.HeapWriter;
import org.skerry.term.Term;
import org.skerry.term.TermImage;
import org.skerry.term.Tuples;

/**
 * A machine without an interpreter: real memory, epochs, table and mailboxes, and functions of
 * which nothing but frame size and liveness is real. Closing it fails where a block was not given
 * back.
 */
final class ProcessFixture implements AutoCloseable {
  static final SpawnOptions DEFAULTS = new SpawnOptions();
  private static final int FUNCTION_PAGE_BYTES = 512 * FunctionLayout.BYTES;
  private static final int LIVENESS_BYTES = 32;
  private static final int FUNCTIONS = 3;

  /** Small frame, one r parameter. */
  static final int SMALL = 0;

  /** A frame that does not fit into the process block. */
  static final int LARGE = 1;

  /** Two r parameters. */
  static final int TWO = 2;

  final MemoryPool pool;
  final Epochs epochs = new Epochs(new Reclamation());
  final ProcessTable table;
  final CodeSpace code;
  final Atoms atoms;
  final ProcessRuntime runtime;
  final WorkerContext context;
  final ReadyQueue ready = new ReadyQueue();
  final List<String> exits = new ArrayList<>();

  /** Whether {@link #exits} are kept. */
  boolean hears = true;

  Engine engine = (worker, process, reductions) -> Engine.AWAIT;
  private final BlockCache cache;
  private final VmTerms terms;
  private final long liveness;
  private final List<WorkerContext> others = new ArrayList<>();

  ProcessFixture() {
    this(1L << 32, 1 << 20, HeapOptions.DEFAULT);
  }

  ProcessFixture(long poolBytes, int maxProcesses, HeapOptions heapOptions) {
    pool = new MemoryPool(poolBytes);
    cache = pool.newCache();
    table = new ProcessTable(pool.newCache(), maxProcesses);
    code = new CodeSpace(pool);
    atoms = new Atoms(pool, 1 << 10);
    terms = new VmTerms(cache, atoms, List.of());
    long page = cache.allocate(FUNCTION_PAGE_BYTES);
    Memory.fill(page, FUNCTION_PAGE_BYTES, (byte) 0);
    Memory.putLong(code.directoryAddress(), page);
    liveness = cache.allocate(FUNCTIONS * LIVENESS_BYTES);
    function(page, SMALL, 4, 1);
    function(page, LARGE, 40, 1);
    function(page, TWO, 4, 2);
    runtime =
        new ProcessRuntime(
            pool,
            epochs,
            table,
            code,
            atoms,
            heapOptions,
            new FixedWorld(),
            (pid, text, toStderr) -> true,
            (worker, process, reductions) -> engine.run(worker, process, reductions),
            (worker, process, kind, reason) -> heard(kind, reason),
            terms,
            DEFAULTS,
            SharedValues.NONE,
            new AtomicLong());
    context = new WorkerContext(runtime, ready, new NoTimers());
    context.participant().online();
  }

  private void heard(ExitKind kind, long reason) {
    if (!hears) {
      return;
    }
    synchronized (exits) {
      exits.add(kind + " " + Long.toHexString(reason));
    }
  }

  /** All parameters are live before the first instruction, and nothing is live across it. */
  private void function(long page, int index, int registers, int parameters) {
    long record = page + (long) index * FunctionLayout.BYTES;
    long table = liveness + (long) index * LIVENESS_BYTES;
    Memory.putInt(record + FunctionLayout.FRAME_BYTES_OFFSET, FrameLayout.frameBytes(registers));
    Memory.putLong(record + FunctionLayout.LIVENESS_OFFSET, table);
    Memory.putShort(record + FunctionLayout.LIVE_SET_WORDS_OFFSET, (short) 1);
    Memory.putShort(record + FunctionLayout.R_PARAMETERS_OFFSET, (short) parameters);
    Memory.putInt(table, 8);
    Memory.putLong(table + 8, (1L << parameters) - 1);
    Memory.putLong(table + 16, 0);
  }

  /** A further thread's context, offline; closed with the fixture. */
  WorkerContext newContext(Scheduling scheduling) {
    WorkerContext other = new WorkerContext(runtime, scheduling, new NoTimers());
    synchronized (others) {
      others.add(other);
    }
    return other;
  }

  /** A process that is started and idle. */
  long idle(SpawnOptions options) {
    long process = Lifecycle.create(context, SMALL, options);
    if (process < 0) {
      throw new AssertionError("no process: " + process);
    }
    Lifecycle.start(context, process);
    run(ready.poll());
    return process;
  }

  long idle() {
    return idle(DEFAULTS);
  }

  /** One slice of a process that is in the queue, as a worker runs it. */
  int run(long process) {
    Slice.begin(process);
    int outcome = Slice.run(context, process, 1000);
    while (outcome == Engine.AWAIT && !Slice.suspend(context, process)) {
      outcome = Slice.run(context, process, 1000);
    }
    if (outcome == Engine.PREEMPTED) {
      Slice.requeue(process);
      ready.ready(process);
    }
    return outcome;
  }

  /** Runs everything in the queue until it is empty. */
  void runAll() {
    for (long process = ready.poll(); process != 0; process = ready.poll()) {
      run(process);
    }
  }

  /** Ends an idle process. */
  void kill(long process) {
    Signals.kill(context, process, Signals.KILL);
    runAll();
  }

  static long pid(long process) {
    return Memory.getLong(process + ProcessLayout.PID);
  }

  /** An image of a tuple of so many small integers. */
  long image(WorkerContext worker, int size) {
    long heapBytes = Tuples.bytes(size);
    long room = worker.cache().allocate(heapBytes);
    if (room == Memory.NULL) {
      return TermImage.NO_MEMORY;
    }
    HeapWriter writer = new HeapWriter(worker.cache());
    writer.open(room, room + heapBytes, 0, 0);
    long tuple = Tuples.allocate(size, writer);
    for (int i = 0; i < size; i++) {
      Tuples.init(tuple, i, Term.smallInt(i));
    }
    long image = TermImage.flatten(tuple, room, room + heapBytes, Long.MAX_VALUE, worker.scratch());
    worker.cache().free(room, heapBytes);
    return image;
  }

  long image(int size) {
    return image(context, size);
  }

  /** Lets what is retired be freed. */
  void quiesce() {
    for (int i = 0; i < 3; i++) {
      context.participant().quiescent();
    }
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
    table.close();
    terms.close();
    cache.free(liveness, FUNCTIONS * LIVENESS_BYTES);
    cache.close();
    code.close();
    atoms.close();
    pool.close();
  }

  /** Processes in the order in which they became ready. Any thread. */
  static final class ReadyQueue implements Scheduling {
    private long[] processes = new long[1024];
    private int head;
    private int tail;

    @Override
    public synchronized void ready(long process) {
      if (tail - head == processes.length) {
        long[] more = new long[processes.length * 2];
        for (int i = head; i < tail; i++) {
          more[i & more.length - 1] = processes[i & processes.length - 1];
        }
        processes = more;
      }
      processes[tail++ & processes.length - 1] = process;
    }

    synchronized long poll() {
      return head == tail ? 0 : processes[head++ & processes.length - 1];
    }

    synchronized int size() {
      return tail - head;
    }
  }

  /** Time stands still. */
  private static final class FixedWorld implements World {
    private long seed;

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
      return ++seed;
    }
  }
}
