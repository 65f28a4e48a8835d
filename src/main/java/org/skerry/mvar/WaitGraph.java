package org.skerry.mvar;

import static org.skerry.memory.Memory.getByte;
import static org.skerry.memory.Memory.getLong;
import static org.skerry.mvar.MvarLayout.*;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.collections.Long2LongHashMap;
import org.skerry.memory.Memory;
import org.skerry.process.Lifecycle;
import org.skerry.process.Mailbox;
import org.skerry.process.ProcessFlags;
import org.skerry.process.ProcessLayout;
import org.skerry.process.RoomWaits;
import org.skerry.process.Wake;
import org.skerry.process.WorkerContext;

/**
 * Who waits for whom. Nothing of it is stored: an edge is the entry of a process in a queue. Who
 * begins to wait enters the queue first, and then walks on from itself; who comes back to itself
 * has closed a cycle. One thread looks at a time, and not long: a walk over very many goes on when
 * its process runs again. Why that finds every deadlock, and nothing that is none, is in {@code
 * native-notes/mvars.md}.
 *
 * <p>Only waits without end make edges: of patient processes for an MVar, and of senders for room
 * in a mailbox.
 */
public final class WaitGraph {
  private static final int NO_MVAR = -1;

  /** So many holds of its own a process looks at before it walks. */
  private static final int OWN_LOOKS = 64;

  /** So many looks of a walk are for nothing. */
  private static final int FEW = 16;

  /** So many waits and holders are looked at in one step: some tenths of a millisecond. */
  static final int PART = 2048;

  /** What a look at a holder counts for: each is three lines that are in no cache. */
  private static final long BYTES_A_LOOK = 512;

  private final Mvars mvars;

  /** Odd while somebody looks at those who wait; each look changes it by two. */
  private final AtomicLong walks = new AtomicLong();

  // Only for whoever has made `walks` odd.

  /** For walks of one part. */
  private WaitWalk brief = new WaitWalk();

  /** One that has more than one part; nobody's while it is not begun. */
  private WaitWalk large = new WaitWalk();

  /** With what the process waits whose walk {@link #large} is: see {@link #waitOf}. */
  private long largeWait;

  /** Holders that were looked at for other reasons than a walk. */
  private long looks;

  WaitGraph(Mvars mvars) {
    this.mvars = mvars;
  }

  /**
   * The cycle that a process closes by what it has begun to wait for, or null where there is none,
   * or where it must look on: it has {@link ProcessFlags#OWES_WALK} then, is notified, and is to
   * call this again. Allocates only if there is one, or if very many wait.
   *
   * @param process a block that the caller owns, in one queue
   */
  public Cycle find(WorkerContext context, long process) {
    begin(context);
    looks = 0;
    try {
      return find(context, process, PART);
    } finally {
      long steps = looks;
      walks.incrementAndGet();
      if (steps > FEW) {
        Holds.charge(process, steps * BYTES_A_LOOK);
      }
    }
  }

  private Cycle find(WorkerContext context, long process, int budget) {
    WaitWalk walk = take(context, process);
    while (walk != null && looks < budget) {
      long before = walk.looks();
      int last = walk.goOn(context, process, budget - looks);
      looks += walk.looks() - before;
      if (last == WaitWalk.UNFINISHED) {
        break;
      }
      WaitPath path = last < 0 ? null : path(context, process, walk.path(last));
      if (path != null || last == WaitWalk.NONE) {
        walk.end(context);
        ProcessFlags.set(process, ProcessFlags.OWES_WALK, false);
        return path == null ? null : describe(context, path);
      }
      walk.begin(context, process, walk.mayPause()); // somebody gave up
    }
    owe(context, process, walk);
    return null;
  }

  /** The walk that a process goes on with, or begins; null while it must wait for that. */
  private WaitWalk take(WorkerContext context, long process) {
    boolean owes = ProcessFlags.has(process, ProcessFlags.OWES_WALK);
    boolean isOwn = large.isBegun() && large.asker() == Lifecycle.pidOf(process);
    if (isOwn && owes && largeWait == waitOf(process)) {
      return large;
    }
    boolean isTaken = !isOwn && isTaken(context);
    if (isTaken && owes) {
      return null;
    }
    if (!isTaken && large.isBegun()) {
      large.end(context);
    }
    brief.begin(context, process, !isTaken);
    return brief;
  }

  /** Whether a walk in parts is that of a process that still waits for what it did. */
  private boolean isTaken(WorkerContext context) {
    long asker = large.isBegun() ? context.table().find(large.asker()) : Memory.NULL;
    return asker != Memory.NULL
        && largeWait != 0
        && waitOf(asker) == largeWait
        && ProcessFlags.has(asker, ProcessFlags.OWES_WALK);
  }

  /** What tells the waits of a process apart: the number of one, or its entry with a mailbox. */
  private static long waitOf(long process) {
    long entry = RoomWaits.entry(process);
    if (entry != Memory.NULL) {
      return entry;
    }
    return Waits.awaited(process) == Memory.NULL ? 0 : -Waits.number(process);
  }

  /** A process is to look on when it runs again, which is soon. */
  private void owe(WorkerContext context, long process, WaitWalk walk) {
    if (walk == brief) {
      if (walk.mayPause()) {
        brief = large;
        large = walk;
        largeWait = waitOf(process);
      } else {
        walk.end(context);
      }
    }
    ProcessFlags.set(process, ProcessFlags.OWES_WALK, true);
    Wake.notify(context.scheduling(), process);
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

  /** The way of some pids as it is now; null where it is none, or was none at one time. */
  private WaitPath path(WorkerContext context, long first, long[] pids) {
    WaitPath path = new WaitPath(pids.length);
    for (int place = 0; place < pids.length; place++) {
      long process = place == 0 ? first : context.table().find(pids[place]);
      if (process == Memory.NULL) {
        return null;
      }
      long entry = RoomWaits.entry(process);
      if (entry != Memory.NULL) {
        path.set(place, process, entry, NO_MVAR);
        continue;
      }
      long mvar = Waits.awaited(process);
      if (mvar == Memory.NULL || !setMvar(context, path, place, process, mvar)) {
        return null;
      }
    }
    return holdsStill(context, path) ? path : null;
  }

  private static boolean setMvar(
      WorkerContext context, WaitPath path, int place, long process, long mvar) {
    long word = LockWord.latch(context, mvar);
    boolean waits = Waits.waiting(process, mvar) != Memory.NULL;
    if (waits) {
      path.set(place, process, mvar, Waits.number(process));
    }
    LockWord.unlatch(mvar, word);
    return waits;
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
    long hold = Waits.waiting(process, mvar);
    boolean still =
        hold != Memory.NULL
            && Waits.number(process) == path.number(place)
            && Waits.isBlocked(mvar, word, hold);
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
