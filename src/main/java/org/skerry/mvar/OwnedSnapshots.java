package org.skerry.mvar;

import static org.skerry.memory.Memory.getLong;
import static org.skerry.memory.Memory.putLong;
import static org.skerry.mvar.MvarLayout.LOCKS_SNAPSHOTS;
import static org.skerry.mvar.SharedMapLayout.NEXT_OWNED;
import static org.skerry.mvar.SharedMapLayout.REF;
import static org.skerry.mvar.SharedMapLayout.SNAPSHOT_BYTES;

import org.skerry.heap.HeapLayout;
import org.skerry.memory.BlockCache;
import org.skerry.memory.Memory;
import org.skerry.process.ProcessLayout;
import org.skerry.process.WorkerContext;

/**
 * The snapshots of a process, which knows them by refs. The one used last comes first. For the
 * process's owner, online.
 */
public final class OwnedSnapshots {
  /** Most snapshots that a process has at a time. */
  public static final int MAX = 64;

  /** What a process is charged for each. */
  public static final long CHARGE = BlockCache.blockSize(SNAPSHOT_BYTES);

  private OwnedSnapshots() {}

  /** Whether the process may have one more, as far as its number goes. */
  public static boolean mayAdd(long process) {
    int count = 0;
    for (long s = first(process); s != Memory.NULL; s = getLong(s + NEXT_OWNED)) {
      count++;
    }
    return count < MAX;
  }

  /**
   * Makes sure that the process can own snapshots, and charges it for one.
   *
   * @return false where its own cap or the VM's leaves no room
   */
  public static boolean charge(WorkerContext context, long process) {
    if (Holds.record(context, process) == Memory.NULL) {
      return false;
    }
    long used = getLong(process + HeapLayout.MEMORY_USED);
    if (CHARGE > getLong(process + HeapLayout.MEMORY_MAX) - used) {
      return false;
    }
    putLong(process + HeapLayout.MEMORY_USED, used + CHARGE);
    return true;
  }

  /** Undoes {@link #charge}. */
  public static void uncharge(long process) {
    long used = getLong(process + HeapLayout.MEMORY_USED);
    putLong(process + HeapLayout.MEMORY_USED, used - CHARGE);
  }

  /** Gives a snapshot that was charged to the process, under a ref. */
  public static void add(long process, long snapshot, long ref) {
    long locks = getLong(process + ProcessLayout.LOCKS);
    putLong(snapshot + REF, ref);
    putLong(snapshot + NEXT_OWNED, getLong(locks + LOCKS_SNAPSHOTS));
    putLong(locks + LOCKS_SNAPSHOTS, snapshot);
  }

  /** The process's snapshot of a ref, which is its first then; 0 where it has none of that ref. */
  public static long find(long process, long ref) {
    long first = first(process);
    if (first == Memory.NULL || getLong(first + REF) == ref) {
      return first;
    }
    long before = first;
    long at = getLong(first + NEXT_OWNED);
    while (at != Memory.NULL && getLong(at + REF) != ref) {
      before = at;
      at = getLong(at + NEXT_OWNED);
    }
    if (at != Memory.NULL) {
      putLong(before + NEXT_OWNED, getLong(at + NEXT_OWNED));
      putLong(at + NEXT_OWNED, first);
      putLong(getLong(process + ProcessLayout.LOCKS) + LOCKS_SNAPSHOTS, at);
    }
    return at;
  }

  /** Closes the process's first snapshot, which {@link #find} found. */
  public static void closeFirst(WorkerContext context, long process) {
    long locks = getLong(process + ProcessLayout.LOCKS);
    long snapshot = getLong(locks + LOCKS_SNAPSHOTS);
    putLong(locks + LOCKS_SNAPSHOTS, getLong(snapshot + NEXT_OWNED));
    uncharge(process);
    MapSnapshots.close(snapshot, context.cache(), context.participant(), context.world());
  }

  /** The process ends. */
  static void closeAll(WorkerContext context, long process) {
    while (first(process) != Memory.NULL) {
      closeFirst(context, process);
    }
  }

  /** The VM ends, and no other thread runs: a process's snapshots, and behind them others. */
  static long prepend(long locks, long others) {
    long first = getLong(locks + LOCKS_SNAPSHOTS);
    if (first == Memory.NULL) {
      return others;
    }
    long last = first;
    while (getLong(last + NEXT_OWNED) != Memory.NULL) {
      last = getLong(last + NEXT_OWNED);
    }
    putLong(last + NEXT_OWNED, others);
    return first;
  }

  /** The VM ends, and all that was retired is freed: closes a list of snapshots. */
  static void closeAbandoned(long first, BlockCache cache) {
    for (long s = first; s != Memory.NULL; ) {
      long next = getLong(s + NEXT_OWNED);
      MapSnapshots.closeAlone(s, cache);
      s = next;
    }
  }

  private static long first(long process) {
    long locks = getLong(process + ProcessLayout.LOCKS);
    return locks == Memory.NULL ? Memory.NULL : getLong(locks + LOCKS_SNAPSHOTS);
  }
}
