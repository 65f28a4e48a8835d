package org.skerry.process;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;
import org.skerry.memory.BlockCache;
import org.skerry.memory.Memory;
import org.skerry.memory.VmBug;
import org.skerry.term.Term;

/**
 * Finds the block of a process by its pid, and gives out pids: each names one process for ever. See
 * {@code native-notes/process-table.md}.
 *
 * <p>Any thread. An index that is free lies in one thread's {@link Indices} or in the shared list.
 */
public final class ProcessTable implements AutoCloseable {
  /** The most processes that a table can hold at once: what indices remain beside those cached. */
  public static final int MAX_PROCESSES = (1 << Term.PID_INDEX_BITS) - (1 << 16);

  /** {@link #reserve}: there are as many processes as there may be. */
  public static final long TOO_MANY = -1;

  /** {@link #reserve}: there is no memory for more slots. */
  public static final long NO_MEMORY = -2;

  static final int LAST_GENERATION = (1 << Term.PID_GENERATION_BITS) - 1;

  private static final int CHUNK_BITS = 13;
  private static final int CHUNK_BYTES = 8 << CHUNK_BITS;
  private static final int MAX_INDICES = 1 << Term.PID_INDEX_BITS;
  private static final int DIRECTORY_BYTES = 8 * (MAX_INDICES >> CHUNK_BITS);

  /** Bit 0 of a slot whose index is free; its generation follows in the upper half. */
  private static final long FREE = 1;

  private static final int FREE_GENERATION_SHIFT = 32;

  private final BlockCache cache;
  private final long directory;
  private final int maxProcesses;
  private final LiveCount live = new LiveCount();
  private final AtomicInteger owned = new AtomicInteger();
  private final Names names;

  /** Free indices that no thread has cached; under this object's monitor, as all below. */
  private int[] shared = new int[Indices.CAPACITY];

  private int sharedCount;

  /** Indices from here on were never used. */
  private int fresh;

  private volatile int published;

  /**
   * @param cache the table's own, for slots; closed with it
   * @param maxProcesses the most processes at once, from 1 to {@link #MAX_PROCESSES}
   * @throws IllegalStateException where there is no memory for the directory
   */
  public ProcessTable(BlockCache cache, int maxProcesses) {
    if (maxProcesses < 1 || maxProcesses > MAX_PROCESSES) {
      throw new IllegalArgumentException(
          "A table holds 1 to " + MAX_PROCESSES + " processes: maxProcesses=" + maxProcesses);
    }
    this.cache = cache;
    this.maxProcesses = maxProcesses;
    names = new Names(cache.pool().newCache());
    directory = cache.allocate(DIRECTORY_BYTES);
    if (directory == Memory.NULL) {
      throw new IllegalStateException(
          "The memory cap leaves no room for the process table: bytes=" + DIRECTORY_BYTES);
    }
    Memory.fill(directory, DIRECTORY_BYTES, (byte) 0);
  }

  /**
   * The process with this pid.
   *
   * @param pid any pid; the caller is online in the VM's epochs, and the block is good until its
   *     next quiescent state
   * @return the address of the block, or 0 where the process is over
   */
  public long find(long pid) {
    int index = Term.pidIndex(pid);
    long chunk = Memory.getLongAcquire(directory + 8L * (index >>> CHUNK_BITS));
    if (chunk == Memory.NULL) {
      return Memory.NULL;
    }
    // Acquire: pairs with the release in publish, behind which the block is complete.
    long slot = Memory.getLongAcquire(chunk + 8L * (index & (1 << CHUNK_BITS) - 1));
    if ((slot & FREE) != 0 || slot == Memory.NULL) {
      return Memory.NULL;
    }
    return Memory.getLong(slot + ProcessLayout.PID) == pid ? slot : Memory.NULL;
  }

  /** Processes by their registered names. */
  public Names names() {
    return names;
  }

  /** The most processes at once. */
  public int maxProcesses() {
    return maxProcesses;
  }

  /** Processes that there are now, those being created included. */
  public int count() {
    return (int) LiveCount.VALUE.getVolatile(live);
  }

  /** A process of the host begins or ends, as one that is in {@link #count} all the while. */
  void countOwned(int change) {
    owned.getAndAdd(change);
  }

  /**
   * Whether no process is left but those that threads of the host own; it may change while they can
   * start others. Any thread.
   */
  public boolean hasOnlyOwned() {
    // In this order: one that ends leaves the owned ones first.
    return count() <= owned.get();
  }

  /** One above the highest index ever used: what a walk over {@link #at} must cover. */
  public int indexCount() {
    return published;
  }

  /**
   * The process with this index, for walks over all processes.
   *
   * @param index below {@link #indexCount}; the caller is online in the VM's epochs
   * @return the address of its block, or 0
   */
  public long at(int index) {
    long slot = Memory.getLongAcquire(slotAddress(index));
    return (slot & FREE) != 0 ? Memory.NULL : slot;
  }

  /**
   * Gives out a pid, under which nothing is found before {@link #publish}.
   *
   * @return the pid, {@link #TOO_MANY} or {@link #NO_MEMORY}
   */
  long reserve(Indices indices) {
    if (!countOne()) {
      return TOO_MANY;
    }
    if (indices.count == 0 && !refill(indices)) {
      uncountOne();
      return NO_MEMORY;
    }
    int index = indices.free[--indices.count];
    long slot = Memory.getLong(slotAddress(index));
    int generation = slot == 0 ? 1 : (int) (slot >>> FREE_GENERATION_SHIFT);
    return Term.pid(generation, index, 0);
  }

  /**
   * Counts a process again that was {@link #uncount uncounted}.
   *
   * @return false where there are as many as there may be
   */
  boolean countAgain() {
    return countOne();
  }

  /** Does not count a process that was never published, and keeps its pid. */
  void uncount() {
    uncountOne();
  }

  /** Gives the pid of a process back that is not counted, and was never published. */
  void forget(long pid, Indices indices) {
    LiveCount.VALUE.getAndAdd(live, 1);
    cancel(pid, indices);
  }

  /** From now on the process is found. Release: the block is complete. */
  void publish(long pid, long process) {
    Memory.putLongRelease(slotAddress(Term.pidIndex(pid)), process);
  }

  /** Takes {@link #reserve} back: the pid was never published, and may be given out again. */
  void cancel(long pid, Indices indices) {
    uncountOne();
    if (indices.count == Indices.CAPACITY) {
      spill(indices);
    }
    indices.free[indices.count++] = Term.pidIndex(pid);
  }

  /** From now on nothing is found under the pid, ever. */
  void release(long pid, Indices indices) {
    int index = Term.pidIndex(pid);
    int generation = Term.pidGeneration(pid);
    long next = (long) (generation + 1) << FREE_GENERATION_SHIFT | FREE;
    Memory.putLongRelease(slotAddress(index), next);
    uncountOne();
    if (generation < LAST_GENERATION) {
      if (indices.count == Indices.CAPACITY) {
        spill(indices);
      }
      indices.free[indices.count++] = index;
    }
  }

  /** Brings all cached indices back. */
  void giveBack(Indices indices) {
    synchronized (this) {
      giveBack(indices, indices.count);
    }
  }

  /** For tests: the next process with this free index gets this generation. */
  void setGeneration(int index, int generation) {
    Memory.putLong(slotAddress(index), (long) generation << FREE_GENERATION_SHIFT | FREE);
  }

  /** Frees the slots. No thread uses the table any more. */
  @Override
  public void close() {
    for (int i = 0; i < DIRECTORY_BYTES; i += 8) {
      long chunk = Memory.getLong(directory + i);
      if (chunk != Memory.NULL) {
        cache.free(chunk, CHUNK_BYTES);
      }
    }
    names.close();
    cache.free(directory, DIRECTORY_BYTES);
    cache.close();
  }

  private long slotAddress(int index) {
    long chunk = Memory.getLongAcquire(directory + 8L * (index >>> CHUNK_BITS));
    if (chunk == Memory.NULL) {
      throw new VmBug("An index that was given out has a slot", "index", index);
    }
    return chunk + 8L * (index & (1 << CHUNK_BITS) - 1);
  }

  private boolean countOne() {
    for (; ; ) {
      int count = (int) LiveCount.VALUE.getOpaque(live);
      if (count >= maxProcesses) {
        return false;
      }
      if (LiveCount.VALUE.compareAndSet(live, count, count + 1)) {
        return true;
      }
    }
  }

  private void uncountOne() {
    LiveCount.VALUE.getAndAdd(live, -1);
  }

  private synchronized boolean refill(Indices indices) {
    int wanted = Indices.CAPACITY / 2;
    while (sharedCount > 0 && indices.count < wanted) {
      indices.free[indices.count++] = shared[--sharedCount];
    }
    while (indices.count < wanted && fresh < MAX_INDICES && addChunkFor(fresh)) {
      indices.free[indices.count++] = fresh++;
    }
    published = fresh;
    return indices.count > 0;
  }

  private boolean addChunkFor(int index) {
    long entry = directory + 8L * (index >>> CHUNK_BITS);
    if (Memory.getLong(entry) != Memory.NULL) {
      return true;
    }
    long chunk = cache.allocate(CHUNK_BYTES);
    if (chunk == Memory.NULL) {
      return false;
    }
    Memory.fill(chunk, CHUNK_BYTES, (byte) 0);
    // Release: whoever finds the chunk finds it zeroed.
    Memory.putLongRelease(entry, chunk);
    return true;
  }

  private synchronized void spill(Indices indices) {
    giveBack(indices, Indices.CAPACITY / 2);
  }

  private void giveBack(Indices indices, int count) {
    while (sharedCount + count > shared.length) {
      shared = java.util.Arrays.copyOf(shared, shared.length * 2);
    }
    for (int i = 0; i < count; i++) {
      shared[sharedCount++] = indices.free[--indices.count];
    }
  }

  /** One thread's free indices. */
  static final class Indices {
    static final int CAPACITY = 256;

    private final int[] free = new int[CAPACITY];
    private int count;
  }

  /** Keeps the count's cache lines its own. */
  @SuppressWarnings("unused")
  private static class LiveCountPadding {
    private long p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, pa, pb, pc, pd, pe, pf;
  }

  private static class LiveCountValue extends LiveCountPadding {
    int value;
  }

  @SuppressWarnings("unused")
  private static final class LiveCount extends LiveCountValue {
    static final VarHandle VALUE;

    static {
      try {
        VALUE = MethodHandles.lookup().findVarHandle(LiveCountValue.class, "value", int.class);
      } catch (ReflectiveOperationException e) {
        throw new ExceptionInInitializerError(e);
      }
    }

    private long q0, q1, q2, q3, q4, q5, q6, q7, q8, q9, qa, qb, qc, qd, qe, qf;
  }
}
