package org.skerry.mvar;

import static org.skerry.memory.Memory.getByte;
import static org.skerry.memory.Memory.getLong;
import static org.skerry.mvar.MvarLayout.*;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.collections.Long2LongHashMap;
import org.agrona.collections.LongArrayList;
import org.skerry.memory.Memory;
import org.skerry.process.Mailbox;
import org.skerry.process.ProcessLayout;
import org.skerry.process.RoomWaits;
import org.skerry.process.WorkerContext;

/**
 * Who waits for whom. Nothing of it is stored: an edge is the entry of a process in a queue. Who
 * begins to wait enters the queue first, and then walks on from itself; who comes back to itself
 * has closed a cycle. One walk at a time. Why that finds every deadlock, and nothing that is none,
 * is in {@code native-notes/mvars.md}.
 *
 * <p>Only waits without end make edges: of patient processes for an MVar, and of senders for room
 * in a mailbox.
 */
public final class WaitGraph {
  private static final int NO_MVAR = -1;

  private final Mvars mvars;

  /** Odd while a walk is in progress; each changes it by two. */
  private final AtomicLong walks = new AtomicLong();

  // What a walk has reached, in the order of its distance; only the walk in progress uses them.

  /** Process blocks. */
  private final LongArrayList reached = new LongArrayList();

  /** For each the index in {@link #reached} from which it was reached. */
  private final LongArrayList origins = new LongArrayList();

  /** For each what it waits for: the record of an MVar, or its entry with a mailbox; or 0. */
  private final LongArrayList objects = new LongArrayList();

  /** For each the number of its wait, or the number for a mailbox. */
  private final LongArrayList numbers = new LongArrayList();

  private final Long2LongHashMap known = new Long2LongHashMap(-1);

  WaitGraph(Mvars mvars) {
    this.mvars = mvars;
  }

  /**
   * The cycle that a process closes by what it has begun to wait for, or null where there is none.
   * Allocates only if there is one.
   *
   * @param process a block that the caller owns, in one queue
   */
  public Cycle find(WorkerContext context, long process) {
    begin(context);
    try {
      while (true) {
        int last = walk(context, process);
        if (last < 0) {
          return null;
        }
        LongArrayList path = path(last);
        if (holdsStill(context, path)) {
          return describe(context, path);
        }
      }
    } finally {
      walks.incrementAndGet();
    }
  }

  /** Whether a process that begins to wait can close a cycle at all: whether anybody needs it. */
  public static boolean mayCloseCycle(long process) {
    return MvarLocks.holdsAny(process) || Mailbox.hasWaiters(process);
  }

  private void begin(WorkerContext context) {
    for (int spins = 0; ; spins++) {
      long number = walks.get();
      if ((number & 1) == 0 && walks.compareAndSet(number, number + 1)) {
        return;
      }
      pause(context, spins);
    }
  }

  void awaitWalk(WorkerContext context) {
    // What the caller has taken away is not seen any more by a walk that begins behind this fence.
    Memory.fullFence();
    long number = walks.get();
    for (int spins = 0; (number & 1) != 0 && walks.get() == number; spins++) {
      pause(context, spins);
    }
  }

  private static void pause(WorkerContext context, int spins) {
    if (spins < 64) {
      Thread.onSpinWait();
    } else {
      context.world().relax();
    }
  }

  /** Reaches all that the process waits for; the index of one that waits for it, or -1. */
  private int walk(WorkerContext context, long process) {
    reached.clear();
    origins.clear();
    objects.clear();
    numbers.clear();
    known.clear();
    reach(process, -1);
    for (int i = 0; i < reached.size(); i++) {
      if (expand(context, i, process)) {
        return i;
      }
    }
    return -1;
  }

  private void reach(long process, int origin) {
    if (known.get(process) < 0) {
      known.put(process, reached.size());
      reached.addLong(process);
      origins.addLong(origin);
      objects.addLong(0);
      numbers.addLong(0);
    }
  }

  /** Whether a process that was reached waits for {@code first}; if not, reaches whom it does. */
  private boolean expand(WorkerContext context, int index, long first) {
    long process = reached.getLong(index);
    long entry = RoomWaits.entry(process);
    if (entry != Memory.NULL) {
      objects.setLong(index, entry);
      numbers.setLong(index, NO_MVAR);
      long receiver = RoomWaits.blockingReceiver(context, entry);
      if (receiver == first) {
        return true;
      }
      if (receiver != Memory.NULL) {
        reach(receiver, index);
      }
      return false;
    }
    long mvar = awaited(process);
    return mvar != Memory.NULL && expandMvar(context, index, first, mvar);
  }

  private boolean expandMvar(WorkerContext context, int index, long first, long mvar) {
    long process = reached.getLong(index);
    long word = LockWord.latch(context, mvar);
    boolean closes = false;
    long hold = waiting(process, mvar);
    if (hold != Memory.NULL) {
      objects.setLong(index, mvar);
      numbers.setLong(index, getLong(locks(process) + WAIT_NUMBER));
      boolean isBehindReaders = isBlockedByReaders(mvar, hold);
      boolean isBlocked = (word & LockWord.WRITER) != 0 || isBehindReaders;
      for (long holder = getLong(mvar + HOLDERS);
          isBlocked && holder != Memory.NULL;
          holder = getLong(holder + NEXT)) {
        long other = getLong(holder + PROCESS);
        if (other == process) {
          continue; // it reads, and waits to write
        }
        if (other == first) {
          closes = true;
          break;
        }
        reach(other, index);
      }
    }
    LockWord.unlatch(mvar, word);
    return closes;
  }

  private static long locks(long process) {
    return Memory.getLongAcquire(process + ProcessLayout.LOCKS);
  }

  /** The MVar in whose queue a process is, or 0. */
  private static long awaited(long process) {
    long locks = locks(process);
    return locks == Memory.NULL ? Memory.NULL : Memory.getLongAcquire(locks + WAIT_MVAR);
  }

  /** With what a process waits in the queue of an MVar, latched, for as long as it takes; or 0. */
  private static long waiting(long process, long mvar) {
    if (awaited(process) != mvar) {
      return Memory.NULL;
    }
    long hold = getLong(locks(process) + WAIT_HOLD);
    return getByte(hold + WAIT) != HoldQueue.TIMED_WAIT ? hold : Memory.NULL;
  }

  /** Whether readers stand against a hold that waits: itself, or a patient writer before it. */
  private static boolean isBlockedByReaders(long mvar, long hold) {
    if (getByte(hold + ACCESS) == HoldQueue.WRITE) {
      return true;
    }
    for (long before = getLong(hold + PREVIOUS);
        before != Memory.NULL;
        before = getLong(before + PREVIOUS)) {
      if (getByte(before + ACCESS) == HoldQueue.WRITE
          && getByte(before + WAIT) != HoldQueue.TIMED_WAIT) {
        return true;
      }
    }
    return false;
  }

  /** The processes from the first to the one that waits for it. */
  private LongArrayList path(int last) {
    LongArrayList backwards = new LongArrayList();
    for (int i = last; i >= 0; i = (int) origins.getLong(i)) {
      backwards.addLong(i);
    }
    LongArrayList path = new LongArrayList();
    for (int i = backwards.size() - 1; i >= 0; i--) {
      path.addLong(backwards.getLong(i));
    }
    return path;
  }

  /** Whether all edges of a path, seen one after the other, were there at one time. */
  private boolean holdsStill(WorkerContext context, LongArrayList path) {
    for (int i = 0; i < path.size(); i++) {
      int index = (int) path.getLong(i);
      int next = (int) path.getLong((i + 1) % path.size());
      if (!isStill(context, index, reached.getLong(next))) {
        return false;
      }
    }
    return true;
  }

  private boolean isStill(WorkerContext context, int index, long next) {
    long process = reached.getLong(index);
    long object = objects.getLong(index);
    if (numbers.getLong(index) == NO_MVAR) {
      return RoomWaits.entry(process) == object
          && RoomWaits.blockingReceiver(context, object) == next;
    }
    long word = LockWord.latch(context, object);
    long hold = waiting(process, object);
    boolean still =
        hold != Memory.NULL
            && getLong(locks(process) + WAIT_NUMBER) == numbers.getLong(index)
            && ((word & LockWord.WRITER) != 0 || isBlockedByReaders(object, hold))
            && holderOf(object, next) != Memory.NULL;
    LockWord.unlatch(object, word);
    return still;
  }

  /** The first hold of a process of an MVar, latched; or 0. */
  private static long holderOf(long mvar, long process) {
    for (long hold = getLong(mvar + HOLDERS); hold != Memory.NULL; hold = getLong(hold + NEXT)) {
      if (getLong(hold + PROCESS) == process) {
        return hold;
      }
    }
    return Memory.NULL;
  }

  private Cycle describe(WorkerContext context, LongArrayList path) {
    List<List<Cycle.Held>> holds = new ArrayList<>();
    Long2LongHashMap places = new Long2LongHashMap(-1);
    for (int i = 0; i < path.size(); i++) {
      holds.add(new ArrayList<>());
      places.put(reached.getLong((int) path.getLong(i)), i);
    }
    // By the lists of the MVars, which their latches guard: that of a process is its owner's.
    for (int i = 0; i < mvars.count(); i++) {
      collectHolds(context, mvars.address(i), places, holds);
    }
    List<Cycle.Member> members = new ArrayList<>();
    for (int i = 0; i < path.size(); i++) {
      int index = (int) path.getLong(i);
      members.add(member(context, index, List.copyOf(holds.get(i))));
    }
    return new Cycle(List.copyOf(members));
  }

  private static void collectHolds(
      WorkerContext context, long mvar, Long2LongHashMap places, List<List<Cycle.Held>> holds) {
    long word = LockWord.latch(context, mvar);
    for (long hold = getLong(mvar + HOLDERS); hold != Memory.NULL; hold = getLong(hold + NEXT)) {
      long place = places.get(getLong(hold + PROCESS));
      if (place >= 0) {
        holds
            .get((int) place)
            .add(
                new Cycle.Held(
                    Mvars.index(mvar), (word & LockWord.WRITER) != 0, getLong(hold + WHERE)));
      }
    }
    LockWord.unlatch(mvar, word);
  }

  private Cycle.Member member(WorkerContext context, int index, List<Cycle.Held> holds) {
    long process = reached.getLong(index);
    long pid = getLong(process + ProcessLayout.PID);
    long object = objects.getLong(index);
    if (numbers.getLong(index) == NO_MVAR) {
      boolean isThere = RoomWaits.entry(process) == object;
      long receiver = isThere ? RoomWaits.receiver(object) : pid;
      long where = isThere ? RoomWaits.where(object) : 0;
      return new Cycle.Member(pid, NO_MVAR, false, receiver, where, holds);
    }
    long word = LockWord.latch(context, object);
    long hold = waiting(process, object);
    boolean isWrite = hold != Memory.NULL && getByte(hold + ACCESS) == HoldQueue.WRITE;
    long where = hold == Memory.NULL ? 0 : getLong(hold + WHERE);
    LockWord.unlatch(object, word);
    return new Cycle.Member(pid, Mvars.index(object), isWrite, 0, where, holds);
  }
}
