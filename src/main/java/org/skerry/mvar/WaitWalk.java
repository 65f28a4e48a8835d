package org.skerry.mvar;

import static org.skerry.memory.Memory.getByte;
import static org.skerry.memory.Memory.getLong;
import static org.skerry.memory.Memory.putLong;
import static org.skerry.mvar.MvarLayout.*;

import org.agrona.collections.Long2LongHashMap;
import org.agrona.collections.LongArrayList;
import org.agrona.collections.LongHashSet;
import org.skerry.memory.Memory;
import org.skerry.process.Lifecycle;
import org.skerry.process.RoomWaits;
import org.skerry.process.Wake;
import org.skerry.process.WorkerContext;

/**
 * A search, breadth first, of a way from a process over those for whom it waits back to itself; in
 * parts, between which anything may happen. So it keeps pids, and a place in the list of an MVar's
 * holders that whoever leaves the list moves on ({@code scanned}). Each MVar's holders are looked
 * at once. One thread at a time.
 */
final class WaitWalk {
  /** {@link #goOn}: no way leads back. */
  static final int NONE = -1;

  /** {@link #goOn}: it may look at no more for now. */
  static final int UNFINISHED = -2;

  private static final long UNKNOWN = -1;

  /** Who has reached more gives the memory back that it took for that. */
  private static final int MANY = 1024;

  /** In the order of their distance; the first is the process that asks. */
  private final LongArrayList reached = new LongArrayList();

  /** For each the index in {@link #reached} from which it was reached. */
  private final LongArrayList origins = new LongArrayList();

  private final LongHashSet known = new LongHashSet();

  /** MVars whose holders it has looked at. */
  private final LongHashSet done = new LongHashSet();

  /** For MVars that readers hold and wait for, what {@link Waits#firstWriter} said. */
  private final Long2LongHashMap firstWriters = new Long2LongHashMap(UNKNOWN);

  /** Index of the process whose wait is looked at next, or in parts. */
  private int next;

  /** The MVar whose holders it is in the midst of; its record says where; or 0. */
  private long scan;

  /** Whether the process that asks holds what it waits for, so that each other waits for it. */
  private boolean raisesItsOwn;

  private boolean mayPause;

  /** How many waits and holders it has looked at. */
  private long looks;

  private long limit;

  /**
   * Begins anew, from a process.
   *
   * @param mayPause whether it may stop in the midst of a list, to go on from there: only one walk
   *     may, and another is to be begun anew
   */
  void begin(WorkerContext context, long process, boolean mayPause) {
    stop(context);
    clear();
    this.mayPause = mayPause;
    reach(Lifecycle.pidOf(process), -1);
  }

  /** The pid of the process that asks. */
  long asker() {
    return reached.isEmpty() ? 0 : reached.getLong(0);
  }

  boolean isBegun() {
    return !reached.isEmpty();
  }

  boolean mayPause() {
    return mayPause;
  }

  long looks() {
    return looks;
  }

  /**
   * Looks on.
   *
   * @param budget at about how many waits and holders
   * @return the index of a process that waits for the first, {@link #NONE} or {@link #UNFINISHED}
   */
  int goOn(WorkerContext context, long first, long budget) {
    limit = looks + budget;
    while (next < reached.size()) {
      if (looks >= limit) {
        return UNFINISHED;
      }
      looks++;
      if (scan == Memory.NULL ? expand(context, first) : scan(context, first)) {
        return next;
      }
      if (scan == Memory.NULL) {
        next++;
      }
    }
    return NONE;
  }

  /** The pids from the first to the one at an index, who waits for it. */
  long[] path(int last) {
    int length = 0;
    for (int i = last; i >= 0; i = (int) origins.getLong(i)) {
      length++;
    }
    long[] path = new long[length];
    for (int i = last; i >= 0; i = (int) origins.getLong(i)) {
      path[--length] = reached.getLong(i);
    }
    return path;
  }

  /** Ends it, also in the midst of a list. */
  void end(WorkerContext context) {
    stop(context);
    boolean hasMany = reached.size() > MANY;
    clear();
    if (hasMany) {
      // Clearing a large set costs as much as filling it: it would slow down all walks to come.
      reached.trimToSize();
      origins.trimToSize();
      known.compact();
      done.compact();
      firstWriters.compact();
    }
  }

  private void stop(WorkerContext context) {
    if (scan != Memory.NULL && mayPause) {
      long word = LockWord.latch(context, scan);
      LockWord.unlatch(scan, word & ~LockWord.SCANNED);
    }
    scan = Memory.NULL;
  }

  private void clear() {
    reached.clear();
    origins.clear();
    known.clear();
    done.clear();
    firstWriters.clear();
    next = 0;
    raisesItsOwn = false;
  }

  private void reach(long pid, int origin) {
    if (known.add(pid)) {
      reached.addLong(pid);
      origins.addLong(origin);
    }
  }

  /** Whether the next process waits for {@code first}; if not, reaches those for whom it does. */
  private boolean expand(WorkerContext context, long first) {
    long process = context.table().find(reached.getLong(next));
    if (process == Memory.NULL) {
      return false;
    }
    long entry = RoomWaits.entry(process);
    if (entry != Memory.NULL) {
      long receiver = RoomWaits.blockingReceiver(context, entry);
      if (receiver == Memory.NULL) {
        // There is room for it, be it behind one for whom there is none. It finds that if it looks.
        Wake.notify(context.scheduling(), process);
      } else if (receiver != first) {
        reach(Lifecycle.pidOf(receiver), next);
      }
      return receiver == first;
    }
    long mvar = Waits.awaited(process);
    return mvar != Memory.NULL && expandMvar(context, process, first, mvar);
  }

  private boolean expandMvar(WorkerContext context, long process, long first, long mvar) {
    long word = LockWord.latch(context, mvar);
    long hold = Waits.waiting(process, mvar);
    if (hold == Memory.NULL || !isBlocked(mvar, word, hold)) {
      LockWord.unlatch(mvar, word);
      return false;
    }
    if (done.contains(mvar)) {
      LockWord.unlatch(mvar, word);
      return raisesItsOwn && Waits.awaited(first) == mvar;
    }
    return scanLatched(context, first, mvar, word, getLong(mvar + HOLDERS));
  }

  /** As {@link Waits#isBlocked}; but a long queue is looked through once. */
  private boolean isBlocked(long mvar, long word, long hold) {
    if ((word & LockWord.WRITER) != 0 || getByte(hold + ACCESS) == HoldQueue.WRITE) {
      return true;
    }
    long firstWriter = firstWriters.get(mvar);
    if (firstWriter == UNKNOWN) {
      firstWriter = Waits.firstWriter(mvar);
      firstWriters.put(mvar, firstWriter);
    }
    return firstWriter < getLong(hold + TICKET);
  }

  private boolean scan(WorkerContext context, long first) {
    long mvar = scan;
    long word = LockWord.latch(context, mvar);
    return scanLatched(context, first, mvar, word, getLong(mvar + SCAN));
  }

  /** Looks at holders from one on, and ends the latched section. */
  private boolean scanLatched(WorkerContext context, long first, long mvar, long word, long from) {
    boolean isFirst = next == 0;
    boolean closes = false;
    long holder = from;
    for (; holder != Memory.NULL && looks < limit && !closes; holder = getLong(holder + NEXT)) {
      looks++;
      long other = getLong(holder + PROCESS);
      if (other == first) {
        closes = !isFirst;
        raisesItsOwn |= isFirst;
      } else if (Waits.isWaiting(other)) {
        reach(Lifecycle.pidOf(other), next);
      }
    }
    long now = scan == mvar ? word & ~LockWord.SCANNED : word;
    scan = Memory.NULL;
    if (holder == Memory.NULL) {
      done.add(mvar);
    } else if (!closes) {
      scan = mvar;
      if (mayPause) {
        putLong(mvar + SCAN, holder);
        now |= LockWord.SCANNED;
      }
    }
    LockWord.unlatch(mvar, now);
    return closes;
  }
}
