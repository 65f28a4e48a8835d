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
import org.skerry.process.Lifecycle;
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

  /** So many holds of its own a process looks at before it walks. */
  private static final int OWN_LOOKS = 64;

  /** So many holders are looked at for nothing. */
  private static final int FEW = 16;

  /** What a look at a holder counts for: each is three lines that are in no cache. */
  private static final long BYTES_A_LOOK = 512;

  /** A walk that has reached more gives the memory back that it took for that. */
  private static final int MANY = 1024;

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

  /** Holders that the walk in progress has looked at. */
  private long looks;

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
    looks = 0;
    try {
      while (true) {
        int last = walk(context, process);
        if (last < 0) {
          return null;
        }
        WaitPath path = path(last);
        if (holdsStill(context, path)) {
          return describe(context, path);
        }
      }
    } finally {
      forgetMany();
      long steps = looks;
      walks.incrementAndGet();
      if (steps > FEW) {
        Holds.charge(process, steps * BYTES_A_LOOK);
      }
    }
  }

  /**
   * Whether a process that begins to wait can close a cycle at all: whether anybody waits for it.
   * For its owner, behind a full fence.
   */
  public static boolean mayCloseCycle(long process) {
    return isAwaited(process) || Mailbox.hasWaiters(process);
  }

  /** Whether anybody is in the queue of an MVar that a process holds; true where it holds many. */
  private static boolean isAwaited(long process) {
    long locks = getLong(process + ProcessLayout.LOCKS);
    long hold = locks == Memory.NULL ? Memory.NULL : getLong(locks + HOLDS);
    for (int i = 0; hold != Memory.NULL; hold = getLong(hold + BELOW)) {
      long word = Memory.getLongAcquire(getLong(hold + MVAR) + WORD);
      if ((word & LockWord.WAITERS) != 0 || ++i > OWN_LOOKS) {
        return true;
      }
    }
    return false;
  }

  /** Clearing a large map costs as much as filling it: it would slow down all walks to come. */
  private void forgetMany() {
    if (reached.size() > MANY) {
      reached.clear();
      origins.clear();
      objects.clear();
      numbers.clear();
      known.clear();
      reached.trimToSize();
      origins.trimToSize();
      objects.trimToSize();
      numbers.trimToSize();
      known.compact();
    }
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
        looks++;
        long other = getLong(holder + PROCESS);
        if (other == process) {
          continue; // it reads, and waits to write
        }
        if (other == first) {
          closes = true;
          break;
        }
        if (isWaiting(other)) {
          reach(other, index);
        }
      }
    }
    LockWord.unlatch(mvar, word);
    return closes;
  }

  /** Whether a process is in a queue; who begins to wait later walks itself. */
  private static boolean isWaiting(long process) {
    return awaited(process) != Memory.NULL || RoomWaits.entry(process) != Memory.NULL;
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
  private WaitPath path(int last) {
    int length = 0;
    for (int i = last; i >= 0; i = (int) origins.getLong(i)) {
      length++;
    }
    WaitPath path = new WaitPath(length);
    for (int i = last, place = length - 1; i >= 0; i = (int) origins.getLong(i), place--) {
      path.set(place, reached.getLong(i), objects.getLong(i), numbers.getLong(i));
    }
    return path;
  }

  /** Whether all edges of a path, seen one after the other, were there at one time. */
  private boolean holdsStill(WorkerContext context, WaitPath path) {
    for (int place = 0; place < path.length(); place++) {
      if (!isStill(context, path, place)) {
        return false;
      }
    }
    return true;
  }

  /** Whether an edge is still there; notes what is to be told of it, for it may go any moment. */
  private boolean isStill(WorkerContext context, WaitPath path, int place) {
    long object = path.object(place);
    return path.number(place) == NO_MVAR
        ? isRoomStillAwaited(context, path, place, object)
        : isMvarStillAwaited(context, path, place, object);
  }

  private static boolean isRoomStillAwaited(
      WorkerContext context, WaitPath path, int place, long entry) {
    if (RoomWaits.entry(path.process(place)) != entry
        || RoomWaits.blockingReceiver(context, entry) != path.next(place)) {
      return false;
    }
    path.noteWait(place, RoomWaits.where(entry), false);
    return true;
  }

  private boolean isMvarStillAwaited(WorkerContext context, WaitPath path, int place, long mvar) {
    long process = path.process(place);
    long word = LockWord.latch(context, mvar);
    long hold = waiting(process, mvar);
    boolean still =
        hold != Memory.NULL
            && getLong(locks(process) + WAIT_NUMBER) == path.number(place)
            && ((word & LockWord.WRITER) != 0 || isBlockedByReaders(mvar, hold));
    if (still) {
      long held = holderOf(mvar, path.next(place));
      still = held != Memory.NULL;
      if (still) {
        path.noteWait(place, getLong(hold + WHERE), getByte(hold + ACCESS) == HoldQueue.WRITE);
        path.noteHeld(place, (word & LockWord.WRITER) != 0, getLong(held + WHERE));
      }
    }
    LockWord.unlatch(mvar, word);
    return still;
  }

  /** The first hold of a process of an MVar, latched; or 0. */
  private long holderOf(long mvar, long process) {
    for (long hold = getLong(mvar + HOLDERS); hold != Memory.NULL; hold = getLong(hold + NEXT)) {
      looks++;
      if (getLong(hold + PROCESS) == process) {
        return hold;
      }
    }
    return Memory.NULL;
  }

  private Cycle describe(WorkerContext context, WaitPath path) {
    List<List<Cycle.Held>> holds = new ArrayList<>();
    Long2LongHashMap places = new Long2LongHashMap(-1);
    for (int place = 0; place < path.length(); place++) {
      holds.add(new ArrayList<>());
      places.put(path.process(place), place);
    }
    // By the lists of the MVars, which their latches guard: that of a process is its owner's.
    for (int i = 0; i < mvars.count(); i++) {
      collectHolds(context, mvars.address(i), places, holds);
    }
    List<Cycle.Member> members = new ArrayList<>();
    for (int place = 0; place < path.length(); place++) {
      members.add(member(path, place, holds.get(place)));
    }
    return new Cycle(List.copyOf(members));
  }

  private void collectHolds(
      WorkerContext context, long mvar, Long2LongHashMap places, List<List<Cycle.Held>> holds) {
    long word = LockWord.latch(context, mvar);
    for (long hold = getLong(mvar + HOLDERS); hold != Memory.NULL; hold = getLong(hold + NEXT)) {
      looks++;
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

  /**
   * A process of the cycle as it was when the edges were looked at again: one that has been killed
   * meanwhile may wait for nothing any more, and hold nothing.
   */
  private static Cycle.Member member(WaitPath path, int place, List<Cycle.Held> holds) {
    int before = path.before(place);
    if (path.number(before) != NO_MVAR) {
      int mvar = Mvars.index(path.object(before));
      if (holds.stream().noneMatch(held -> held.mvar() == mvar)) {
        holds.add(new Cycle.Held(mvar, path.isHeldForWriting(before), path.heldWhere(before)));
      }
    }
    boolean isRoom = path.number(place) == NO_MVAR;
    return new Cycle.Member(
        Lifecycle.pidOf(path.process(place)),
        isRoom ? NO_MVAR : Mvars.index(path.object(place)),
        path.isWrite(place),
        isRoom ? RoomWaits.receiver(path.object(place)) : 0,
        path.where(place),
        List.copyOf(holds));
  }
}
