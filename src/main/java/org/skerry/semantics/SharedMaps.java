package org.skerry.semantics;

import static org.skerry.memory.Memory.getLong;
import static org.skerry.memory.Memory.putLong;

import org.skerry.heap.HeapLayout;
import org.skerry.memory.Memory;
import org.skerry.mvar.BriefLocks;
import org.skerry.mvar.MapCopy;
import org.skerry.mvar.MapReads;
import org.skerry.mvar.MapSnapshots;
import org.skerry.mvar.MvarLayout;
import org.skerry.mvar.MvarLocks;
import org.skerry.mvar.MvarValue;
import org.skerry.mvar.Mvars;
import org.skerry.mvar.OwnedSnapshots;
import org.skerry.mvar.SharedMap;
import org.skerry.process.WorkerContext;
import org.skerry.term.HeapWriter;
import org.skerry.term.Maps;
import org.skerry.term.Term;
import org.skerry.term.TermError;

/**
 * The maps of MVars, by key and as snapshots. What has to wait is in the MVar's queue and answers
 * {@link Control#AWAIT}; executed again, it goes on with what it has begun. A {@code …Slot} is the
 * address of the register that holds an operand.
 */
public final class SharedMaps {
  /** {@link #readAll}: the value is a map no more; look again. */
  static final int NO_MAP = 0;

  private static final int SHORT = 1;
  private static final int LONG = 2;

  private SharedMaps() {}

  /**
   * A copy of what the map has under a key.
   *
   * @param otherwiseSlot what stands there where it has nothing; 0 to raise {@code undefined}
   */
  public static int get(
      WorkerContext context,
      long process,
      long destination,
      int mvarIndex,
      long key,
      long otherwiseSlot) {
    long mvar = Mvars.of(context).address(mvarIndex);
    boolean isAgain = MvarLocks.isPending(process);
    long hash = Maps.keyHash(key, context.scratch());
    long found = MapReads.get(context, process, mvar, key, hash);
    if (found == MapReads.ABSENT) {
      if (otherwiseSlot == 0) {
        throw TermError.UNDEFINED;
      }
      putLong(destination, getLong(otherwiseSlot));
      return LONG;
    }
    if (MapReads.isReason(found)) {
      return refuse(context, process, mvar, found, isAgain);
    }
    putLong(destination, copy(context, process, found));
    return LONG;
  }

  private static long copy(WorkerContext context, long process, long found) {
    if (!Term.isObject(found)) {
      return found;
    }
    if (MvarValue.kind(found) == MvarValue.LITERAL) {
      return MvarValue.address(found);
    }
    long bytes = SharedMap.heapBytes(found);
    HeapWriter writer = Room.open(context, process, bytes);
    Room.charge(process, bytes);
    return Room.close(process, writer, SharedMap.copy(found, writer));
  }

  /** Whether the map has a key, as 1 or 0. */
  public static int has(
      WorkerContext context, long process, long destination, int mvarIndex, long key) {
    long mvar = Mvars.of(context).address(mvarIndex);
    boolean isAgain = MvarLocks.isPending(process);
    long hash = Maps.keyHash(key, context.scratch());
    long found = MapReads.get(context, process, mvar, key, hash);
    if (found != MapReads.ABSENT && MapReads.isReason(found)) {
      return refuse(context, process, mvar, found, isAgain);
    }
    putLong(destination, found == MapReads.ABSENT ? 0 : 1);
    return LONG;
  }

  /** The number of entries. */
  public static int size(WorkerContext context, long process, long destination, int mvarIndex) {
    long mvar = Mvars.of(context).address(mvarIndex);
    boolean isAgain = MvarLocks.isPending(process);
    long count = MapReads.size(context, process, mvar);
    if (count < 0) {
      return refuse(context, process, mvar, -count, isAgain);
    }
    putLong(destination, count);
    return SHORT;
  }

  /** Puts copies of a key and a value; waits while another holds the MVar. */
  public static int put(WorkerContext context, long process, int mvarIndex, long key, long value) {
    long mvar = Mvars.of(context).address(mvarIndex);
    long hash = Maps.keyHash(key, context.scratch());
    long start = getLong(process + HeapLayout.HEAP_START);
    long end = getLong(process + HeapLayout.HEAP_END);
    while (true) {
      boolean isAgain = MvarLocks.isPending(process);
      // As for a write: the copy is made before the MVar is locked, but not for one that must wait.
      boolean isBlocked = BriefLocks.isBlocked(process, mvar);
      if (isBlocked && isAgain) {
        return MvarOperations.await(context, process, mvar, true);
      }
      long stored = Term.NIL;
      if (!isBlocked) {
        stored = prepare(context, process, mvar, value, start, end);
      }
      int begun = BriefLocks.beginWrite(context, process, mvar);
      if (begun != MvarLocks.HELD) {
        SharedMap.discard(stored, context.cache());
        return notBegun(context, process, mvar, begun, isAgain);
      }
      long map = getLong(mvar + MvarLayout.VALUE);
      boolean isReady = !isBlocked && isShared(map);
      try {
        if (isReady) {
          SharedMap.put(MvarValue.address(map), key, hash, stored, start, end, context);
        }
      } finally {
        BriefLocks.endWrite(context, mvar);
      }
      if (isReady) {
        return LONG;
      }
      SharedMap.discard(stored, context.cache());
      checkMap(map);
    }
  }

  private static long prepare(
      WorkerContext context, long process, long mvar, long value, long start, long end) {
    MapReads.convert(context, process, mvar);
    long stored = SharedMap.store(value, start, end, context.scratch());
    Room.charge(process, SharedMap.heapBytes(stored));
    return stored;
  }

  /** Removes a key, and says whether it was there; waits while another holds the MVar. */
  public static int remove(
      WorkerContext context, long process, long destination, int mvarIndex, long key) {
    long mvar = Mvars.of(context).address(mvarIndex);
    long hash = Maps.keyHash(key, context.scratch());
    while (true) {
      boolean isAgain = MvarLocks.isPending(process);
      if (!BriefLocks.isBlocked(process, mvar)) {
        MapReads.convert(context, process, mvar);
      } else if (isAgain) {
        return MvarOperations.await(context, process, mvar, true);
      }
      int begun = BriefLocks.beginWrite(context, process, mvar);
      if (begun != MvarLocks.HELD) {
        return notBegun(context, process, mvar, begun, isAgain);
      }
      long map = getLong(mvar + MvarLayout.VALUE);
      try {
        if (isShared(map)) {
          boolean wasThere = SharedMap.remove(MvarValue.address(map), key, hash, context);
          putLong(destination, wasThere ? 1 : 0);
          return LONG;
        }
      } finally {
        BriefLocks.endWrite(context, mvar);
      }
      checkMap(map);
    }
  }

  /** A snapshot, as a ref of the process's own. */
  public static int snapshot(WorkerContext context, long process, long destination, int mvarIndex) {
    long mvar = Mvars.of(context).address(mvarIndex);
    boolean isAgain = MvarLocks.isPending(process);
    if (!OwnedSnapshots.mayAdd(process)) {
      throw TermError.LIMIT_EXCEEDED;
    }
    if (!OwnedSnapshots.charge(context, process)) {
      throw Room.limitAgainst(context, process, OwnedSnapshots.CHARGE);
    }
    long snapshot = MapReads.NO_MEMORY;
    try {
      snapshot = MapReads.snapshot(context, process, mvar);
    } finally {
      if (MapReads.isReason(snapshot)) {
        OwnedSnapshots.uncharge(process);
      }
    }
    if (MapReads.isReason(snapshot)) {
      return refuse(context, process, mvar, snapshot, isAgain);
    }
    long ref = context.newRef();
    OwnedSnapshots.add(process, snapshot, ref);
    putLong(destination, ref);
    return SHORT;
  }

  /** {key, value} of the next entry; goes to the label where there is none. */
  public static int next(
      WorkerContext context, long process, long destination, long ref, int label) {
    long snapshot = owned(process, ref);
    if (snapshot == Memory.NULL) {
      throw TermError.BAD_ARGUMENT;
    }
    long entry = MapSnapshots.next(snapshot);
    if (entry == Memory.NULL) {
      return label;
    }
    long bytes = MapSnapshots.pairBytes(entry);
    HeapWriter writer = Room.open(context, process, bytes);
    Room.charge(process, bytes);
    putLong(destination, Room.close(process, writer, MapSnapshots.pair(entry, writer)));
    return LONG;
  }

  /** Ends a snapshot, if it has not ended. */
  public static int close(WorkerContext context, long process, long ref) {
    if (owned(process, ref) != Memory.NULL) {
      OwnedSnapshots.closeFirst(context, process);
    }
    return SHORT;
  }

  private static long owned(long process, long ref) {
    if (!Term.isRef(ref)) {
      throw TermError.TYPE_ERROR;
    }
    return OwnedSnapshots.find(process, ref);
  }

  /** The whole map as a term; or {@link #NO_MAP}. */
  static int readAll(
      WorkerContext context, long process, long destination, long mvar, boolean isAgain) {
    long snapshot = MapReads.snapshot(context, process, mvar);
    if (snapshot == MapReads.NO_MAP) {
      return NO_MAP;
    }
    if (MapReads.isReason(snapshot)) {
      return refuse(context, process, mvar, snapshot, isAgain);
    }
    try {
      long bytes = MapCopy.bytes(snapshot);
      HeapWriter writer = Room.open(context, process, bytes);
      Room.charge(process, bytes);
      long map = MapCopy.write(snapshot, context.scratch(), writer);
      putLong(destination, Room.close(process, writer, map));
    } finally {
      MapSnapshots.close(snapshot, context.cache(), context.participant(), context.world());
    }
    return SHORT;
  }

  private static boolean isShared(long value) {
    return !MvarValue.isImmediate(value) && MvarValue.kind(value) == MvarValue.MAP;
  }

  private static void checkMap(long value) {
    if (!MapReads.isMap(value)) {
      throw value == MvarValue.NONE ? TermError.UNDEFINED : TermError.TYPE_ERROR;
    }
  }

  private static int notBegun(
      WorkerContext context, long process, long mvar, int begun, boolean isAgain) {
    if (begun == MvarLocks.AWAIT) {
      return MvarOperations.await(context, process, mvar, isAgain);
    }
    throw MvarOperations.noRoom(context, process);
  }

  private static int refuse(
      WorkerContext context, long process, long mvar, long reason, boolean isAgain) {
    if (reason == MapReads.BLOCKED) {
      return MvarOperations.await(context, process, mvar, isAgain);
    }
    if (reason == MapReads.NO_ROOM) {
      throw MvarOperations.noRoom(context, process);
    }
    if (reason == MapReads.NO_VALUE) {
      throw TermError.UNDEFINED;
    }
    throw reason == MapReads.NO_MAP ? TermError.TYPE_ERROR : TermError.LIMIT_EXCEEDED;
  }
}
