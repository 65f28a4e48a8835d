package org.skerry.mvar;

import static org.skerry.memory.Memory.getLong;
import static org.skerry.memory.Memory.putInt;
import static org.skerry.memory.Memory.putLong;
import static org.skerry.mvar.MvarLayout.*;

import org.skerry.memory.BlockCache;
import org.skerry.memory.Memory;
import org.skerry.memory.MemoryPool;
import org.skerry.module.CodeSpace;
import org.skerry.process.ProcessLayout;
import org.skerry.process.SharedValues;
import org.skerry.process.WorkerContext;
import org.skerry.term.TermBuilder;

/**
 * All MVars of one virtual machine: their records, which an index finds in two loads and which
 * never move.
 *
 * <pre>
 * directory:  {@value #DIRECTORY_ENTRIES} addresses of pages, 0 where there is none yet
 * page:       {@value #PAGE_MVARS} records
 * </pre>
 *
 * <p>Threading: {@link #reserve} and {@link #close} are for one thread at a time; the rest, as each
 * says, for any.
 */
public final class Mvars implements SharedValues, AutoCloseable {
  private static final int PAGE_SHIFT = 9;
  private static final int PAGE_MVARS = 1 << PAGE_SHIFT;
  private static final int DIRECTORY_ENTRIES = CodeSpace.MAX_MVARS / PAGE_MVARS;
  private static final long PAGE_BYTES = (long) PAGE_MVARS * BYTES;
  private static final long DIRECTORY_BYTES = 8L * DIRECTORY_ENTRIES;

  private final BlockCache cache;
  private final long directory;
  private final WaitGraph graph = new WaitGraph(this);
  private volatile int count;
  private boolean isClosed;

  /** Snapshots of processes that the end of the VM has found. */
  private long abandonedSnapshots;

  /**
   * @param pool where the records live
   * @throws IllegalStateException if it is too small for the directory
   */
  public Mvars(MemoryPool pool) {
    cache = pool.newCache();
    directory = cache.allocate(DIRECTORY_BYTES);
    if (directory == Memory.NULL) {
      cache.close();
      throw new IllegalStateException(
          "no memory for the directory of MVars: bytes="
              + DIRECTORY_BYTES
              + " max="
              + pool.maxBytes());
    }
    Memory.fill(directory, DIRECTORY_BYTES, (byte) 0);
  }

  /** The MVars of the machine that a thread works for, which has some. */
  public static Mvars of(WorkerContext context) {
    return (Mvars) context.sharedValues();
  }

  /**
   * Makes MVars without a value, behind those that there are.
   *
   * @param total how many there are then at least
   * @return false where there is no memory; then those that there was memory for are there
   */
  public synchronized boolean reserve(int total) {
    while (count < total) {
      long entry = directory + 8L * (count >>> PAGE_SHIFT);
      if (getLong(entry) == Memory.NULL) {
        long page = cache.allocate(PAGE_BYTES);
        if (page == Memory.NULL) {
          return false;
        }
        Memory.fill(page, PAGE_BYTES, (byte) 0);
        putLong(entry, page);
      }
      putInt(address(count) + INDEX, count);
      count++; // publishes the record
    }
    return true;
  }

  /** Number of MVars; their indices are below it. Any thread. */
  public int count() {
    return count;
  }

  /** The record of an MVar. Any thread. */
  public long address(int mvarIndex) {
    return getLong(directory + 8L * (mvarIndex >>> PAGE_SHIFT))
        + (long) (mvarIndex & PAGE_MVARS - 1) * BYTES;
  }

  /** The index of the MVar of a record. Any thread. */
  public static int index(long mvar) {
    return Memory.getInt(mvar + INDEX);
  }

  /**
   * Gives an MVar its first value; no process reads or writes it yet.
   *
   * @param value a word as in {@link MvarValue}, which the MVar owns from now on
   */
  public void initialize(int mvarIndex, long value) {
    Memory.putLongRelease(address(mvarIndex) + VALUE, value);
  }

  /**
   * Gives an MVar the first value that a process has computed. It, or one that it started, may have
   * written already; one that holds the MVar for writing then has written last.
   *
   * @param value a word as in {@link MvarValue}, which the MVar owns from now on
   */
  public void initialize(WorkerContext context, int mvarIndex, long value) {
    long mvar = address(mvarIndex);
    long word = LockWord.latch(context, mvar);
    // Who holds it for writing stores without the latch.
    boolean isOurs = (word & LockWord.WRITER) == 0 || getLong(mvar + VALUE) == MvarValue.NONE;
    if (isOurs) {
      MvarValue.replace(context, mvar, value);
    }
    LockWord.unlatch(mvar, word);
    if (!isOurs) {
      MvarValue.release(value, context.cache());
    }
  }

  /** Whether an MVar has a value. Any thread; acquire. */
  public boolean hasValue(int mvarIndex) {
    return Memory.getLongAcquire(address(mvarIndex) + VALUE) != MvarValue.NONE;
  }

  /** Whether an MVar's value is a shared map just now. Any thread. */
  public static boolean hasSharedMap(long mvar) {
    long value = Memory.getLongAcquire(mvar + VALUE);
    return !MvarValue.isImmediate(value) && MvarValue.kind(value) == MvarValue.MAP;
  }

  /** The graph of who waits for whom. */
  public WaitGraph graph() {
    return graph;
  }

  @Override
  public boolean release(WorkerContext context, long process, int budget) {
    OwnedSnapshots.closeAll(context, process);
    if (!MvarLocks.releaseAll(context, process, budget)) {
      return false;
    }
    long locks = getLong(process + ProcessLayout.LOCKS);
    Memory.putLongRelease(process + ProcessLayout.LOCKS, Memory.NULL);
    awaitWalk(context);
    context.cache().free(locks, LOCKS_BYTES);
    return true;
  }

  @Override
  public void abandon(BlockCache processes, long process) {
    long locks = getLong(process + ProcessLayout.LOCKS);
    putLong(process + ProcessLayout.LOCKS, Memory.NULL);
    long pending = getLong(locks + WAIT_HOLD);
    if (pending != Memory.NULL) {
      Holds.abandon(processes, locks, pending);
    }
    for (long hold = getLong(locks + HOLDS); hold != Memory.NULL; ) {
      long below = getLong(hold + BELOW);
      Holds.abandon(processes, locks, hold);
      hold = below;
    }
    abandonedSnapshots = OwnedSnapshots.prepend(locks, abandonedSnapshots);
    processes.free(locks, LOCKS_BYTES);
  }

  @Override
  public int reclaimValue(long value, BlockCache reclaiming, int budget) {
    return MvarValue.reclaim(value, reclaiming, budget);
  }

  @Override
  public void pushHolds(WorkerContext context, long process, TermBuilder builder) {
    HoldFacts.pushHolds(context, process, builder);
  }

  @Override
  public boolean pushAwaited(WorkerContext context, long process, TermBuilder builder) {
    return HoldFacts.pushAwaited(context, process, builder);
  }

  @Override
  public void awaitWalk(WorkerContext context) {
    graph.awaitWalk(context);
  }

  /** Frees all values and records; no process may run any more, and none is left. */
  @Override
  public synchronized void close() {
    if (isClosed) {
      return;
    }
    isClosed = true;
    OwnedSnapshots.closeAbandoned(abandonedSnapshots, cache);
    for (int i = 0; i < count; i++) {
      MvarValue.release(getLong(address(i) + VALUE), cache);
    }
    for (int page = 0; page < DIRECTORY_ENTRIES; page++) {
      long address = getLong(directory + 8L * page);
      if (address != Memory.NULL) {
        cache.free(address, PAGE_BYTES);
      }
    }
    cache.free(directory, DIRECTORY_BYTES);
    cache.close();
  }
}
