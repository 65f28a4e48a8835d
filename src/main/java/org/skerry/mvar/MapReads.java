package org.skerry.mvar;

import static org.skerry.memory.Memory.getLong;
import static org.skerry.mvar.MvarLayout.OWNER;
import static org.skerry.mvar.MvarLayout.VALUE;
import static org.skerry.mvar.MvarLayout.WORD;

import org.skerry.memory.BlockCache;
import org.skerry.memory.Memory;
import org.skerry.process.WorkerContext;
import org.skerry.term.Maps;
import org.skerry.term.Term;
import org.skerry.term.TermError;
import org.skerry.term.TermScratch;

/**
 * Looking into the map of an MVar. As {@link BriefLocks#read}: no lock, and a look at the lock word
 * before and behind, so that nobody sees what a process does that holds the MVar for writing. Only
 * where one does, or somebody waits, it queues. Static methods, for the process's owner, online.
 *
 * <p>The map of an MVar is a {@link SharedMap}, or a literal until something is put into it.
 */
public final class MapReads {
  /** The map has not got the key. As all that follow, no word that a map stores. */
  public static final long ABSENT = 0;

  /** The process is in the queue, must suspend and execute the instruction again. */
  public static final long BLOCKED = 8;

  /** Its own cap or the VM's leaves no room to wait. */
  public static final long NO_ROOM = 16;

  /** The MVar's value is no map. */
  public static final long NO_MAP = 24;

  /** The MVar has no value yet. */
  public static final long NO_VALUE = 32;

  /** The VM's memory cap leaves no room for a snapshot. */
  public static final long NO_MEMORY = 40;

  /** The map is a literal still: somebody held the MVar for writing when it was to be turned. */
  private static final long LITERAL = 48;

  private static final long LAST = LITERAL;

  private static final int TRIES = 8;
  private static final long CLOSED = LockWord.WRITER | LockWord.WAITERS;

  private MapReads() {}

  /** Whether it is one of these, and not what was asked for. */
  public static boolean isReason(long found) {
    return (found & 7) == 0 && Long.compareUnsigned(found, LAST) <= 0;
  }

  /**
   * What the map has under a key.
   *
   * @param hash the key's {@link Maps#keyHash}
   * @return a word as {@link SharedMap#get} gives it, or a term of a literal with {@link
   *     MvarValue#LITERAL} if it is an object; or a reason
   */
  public static long get(WorkerContext context, long process, long mvar, long key, long hash) {
    TermScratch scratch = context.scratch();
    if (Holds.pending(process) == Memory.NULL) {
      for (int i = 0; i < TRIES; i++) {
        long word = Memory.getLongAcquire(mvar + WORD);
        if ((word & CLOSED) != 0) {
          break;
        }
        long found = find(mvar, key, hash, scratch);
        if (isUnchanged(mvar, word)) {
          return found;
        }
      }
    }
    long refused = begin(context, process, mvar);
    if (refused != 0) {
      return refused;
    }
    try {
      return find(mvar, key, hash, scratch);
    } finally {
      BriefLocks.endWrite(context, mvar);
    }
  }

  private static long find(long mvar, long key, long hash, TermScratch scratch) {
    long value = Memory.getLongAcquire(mvar + VALUE);
    if (!isMap(value)) {
      return value == MvarValue.NONE ? NO_VALUE : NO_MAP;
    }
    long address = MvarValue.address(value);
    if (MvarValue.kind(value) == MvarValue.MAP) {
      long found = SharedMap.get(address, key, hash, scratch);
      return found == Term.NONE ? ABSENT : found;
    }
    long found = Maps.get(address, key, scratch);
    return found == Term.NONE ? ABSENT : Term.isObject(found) ? found | MvarValue.LITERAL : found;
  }

  /** Entries of the map, or minus a reason. */
  public static long size(WorkerContext context, long process, long mvar) {
    if (Holds.pending(process) == Memory.NULL) {
      for (int i = 0; i < TRIES; i++) {
        long word = Memory.getLongAcquire(mvar + WORD);
        // Whoever has the latch may have put an entry that is not counted yet.
        if ((word & (CLOSED | LockWord.LATCH)) != 0) {
          break;
        }
        long count = count(mvar);
        if (isUnchanged(mvar, word)) {
          return count;
        }
      }
    }
    long refused = begin(context, process, mvar);
    if (refused != 0) {
      return -refused;
    }
    long count = count(mvar);
    BriefLocks.endWrite(context, mvar);
    return count;
  }

  private static long count(long mvar) {
    long value = Memory.getLongAcquire(mvar + VALUE);
    if (!isMap(value)) {
      return value == MvarValue.NONE ? -NO_VALUE : -NO_MAP;
    }
    long address = MvarValue.address(value);
    return MvarValue.kind(value) == MvarValue.MAP ? SharedMap.size(address) : Maps.size(address);
  }

  /**
   * A snapshot of the map, which is no literal any more then.
   *
   * @return its record, which {@link MapSnapshots#close} frees, or a reason
   * @throws TermError LIMIT_EXCEEDED where there is no memory to turn a literal into a shared map
   */
  public static long snapshot(WorkerContext context, long process, long mvar) {
    while (true) {
      boolean isNew = Holds.pending(process) == Memory.NULL;
      if (!isNew && BriefLocks.isBlocked(process, mvar)) {
        return BLOCKED;
      }
      convert(context, process, mvar);
      for (int i = 0; isNew && i < TRIES; i++) {
        long word = Memory.getLongAcquire(mvar + WORD);
        if ((word & CLOSED) != 0) {
          break;
        }
        long snapshot = open(context, mvar);
        if (isUnchanged(mvar, word) && snapshot != LITERAL) {
          return snapshot;
        }
        if (!isReason(snapshot)) {
          MapSnapshots.close(snapshot, context.cache(), context.participant(), context.world());
        }
      }
      long refused = begin(context, process, mvar);
      if (refused != 0) {
        return refused;
      }
      long snapshot = open(context, mvar);
      BriefLocks.endWrite(context, mvar);
      if (snapshot != LITERAL) {
        return snapshot;
      }
    }
  }

  private static long open(WorkerContext context, long mvar) {
    long value = Memory.getLongAcquire(mvar + VALUE);
    if (!isMap(value)) {
      return value == MvarValue.NONE ? NO_VALUE : NO_MAP;
    }
    if (MvarValue.kind(value) == MvarValue.LITERAL) {
      return LITERAL;
    }
    long map = MvarValue.address(value);
    long snapshot = MapSnapshots.open(map, context.cache(), context.world());
    return snapshot == Memory.NULL ? NO_MEMORY : snapshot;
  }

  /** Whether a value word is that of a map. */
  public static boolean isMap(long value) {
    if (MvarValue.isImmediate(value) || value == MvarValue.NONE) {
      return false;
    }
    long kind = MvarValue.kind(value);
    return kind == MvarValue.MAP
        || kind == MvarValue.LITERAL && Term.isMap(MvarValue.address(value));
  }

  /**
   * Turns a literal map into a shared one with the same entries, which nobody notices; not while
   * another process holds the MVar for writing, which stores values without the latch.
   *
   * @throws TermError LIMIT_EXCEEDED where there is no memory
   */
  public static void convert(WorkerContext context, long process, long mvar) {
    long value = Memory.getLongAcquire(mvar + VALUE);
    if (MvarValue.isImmediate(value)
        || MvarValue.kind(value) != MvarValue.LITERAL
        || !isMap(value)) {
      return;
    }
    BlockCache cache = context.cache();
    long map = SharedMap.of(MvarValue.address(value), 0, 0, context.scratch());
    long word = LockWord.latch(context, mvar);
    boolean mayStore = (word & LockWord.WRITER) == 0 || getLong(mvar + OWNER) == process;
    boolean turns = mayStore && getLong(mvar + VALUE) == value;
    if (turns) {
      Memory.putLongRelease(mvar + VALUE, map | MvarValue.MAP);
    }
    LockWord.unlatch(mvar, word);
    if (!turns) {
      SharedMap.dispose(map, cache);
    }
  }

  /** 0, where the latch is set now; or why not. */
  private static long begin(WorkerContext context, long process, long mvar) {
    return switch (BriefLocks.beginRead(context, process, mvar)) {
      case MvarLocks.HELD -> 0;
      case MvarLocks.AWAIT -> BLOCKED;
      default -> NO_ROOM;
    };
  }

  private static boolean isUnchanged(long mvar, long word) {
    return ((Memory.getLongOpaque(mvar + WORD) ^ word) & LockWord.READ_MASK) == 0;
  }
}
