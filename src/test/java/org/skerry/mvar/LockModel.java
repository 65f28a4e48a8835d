package org.skerry.mvar;

import static org.skerry.mvar.HoldQueue.NONE;
import static org.skerry.mvar.HoldQueue.READ;
import static org.skerry.mvar.HoldQueue.WRITE;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntUnaryOperator;

/**
 * What MVars do, one step after the other and in the simplest words: strictly first come, first
 * served; readers together; one writer alone; who holds it may have more before all others.
 */
final class LockModel {
  /** A process's wish for an MVar. */
  record Wish(int process, int mvar, int access, int prior, boolean isTimed, boolean isBrief) {}

  /** A hold of a process: what it added, and what there was before. */
  record Hold(int mvar, int access, int prior) {}

  private final List<List<Wish>> queues = new ArrayList<>();
  private final List<Map<Integer, Integer>> holders = new ArrayList<>();
  private final List<List<Hold>> holds = new ArrayList<>();
  private final Wish[] wishes;
  private final boolean[] granted;

  /** Of those who were granted a read of a value that nobody needs to keep: they hold nothing. */
  private final boolean[] answered;

  /** What they read. */
  private final long[] answers;

  final long[] values;

  LockModel(int processes, int mvars) {
    wishes = new Wish[processes];
    granted = new boolean[processes];
    answered = new boolean[processes];
    answers = new long[processes];
    values = new long[mvars];
    for (int i = 0; i < mvars; i++) {
      queues.add(new ArrayList<>());
      holders.add(new LinkedHashMap<>());
    }
    for (int i = 0; i < processes; i++) {
      holds.add(new ArrayList<>());
    }
  }

  int access(int process, int mvar) {
    return holders.get(mvar).getOrDefault(process, NONE);
  }

  Map<Integer, Integer> holders(int mvar) {
    return holders.get(mvar);
  }

  List<Wish> queue(int mvar) {
    return queues.get(mvar);
  }

  List<Hold> holds(int process) {
    return holds.get(process);
  }

  boolean isPending(int process) {
    return wishes[process] != null;
  }

  boolean isGranted(int process) {
    return granted[process];
  }

  boolean isTimed(int process) {
    return wishes[process] != null && wishes[process].isTimed() && !granted[process];
  }

  private boolean isFree(int process, int mvar, int access) {
    int prior = access(process, mvar);
    if (prior >= access) {
      return true;
    }
    if (prior == READ) {
      return holders.get(mvar).size() == 1;
    }
    return queues.get(mvar).isEmpty()
        && (access == READ ? !hasWriter(mvar) : holders.get(mvar).isEmpty());
  }

  private boolean hasWriter(int mvar) {
    return holders.get(mvar).containsValue(WRITE);
  }

  /** As {@link MvarLocks#lock}, or an operation that locks for itself alone. */
  int request(int process, int mvar, int access, int patience, boolean isBrief) {
    int prior = access(process, mvar);
    if (isFree(process, mvar, access)) {
      if (!isBrief) {
        hold(process, mvar, access, prior);
      }
      return MvarLocks.HELD;
    }
    if (patience == MvarLocks.NEVER) {
      return MvarLocks.REFUSED;
    }
    Wish wish = new Wish(process, mvar, access, prior, patience == MvarLocks.TIMED, isBrief);
    List<Wish> queue = queues.get(mvar);
    int place = queue.size();
    if (prior == READ) {
      place = 0;
      while (place < queue.size() && queue.get(place).prior() == READ) {
        place++;
      }
    }
    queue.add(place, wish);
    wishes[process] = wish;
    return MvarLocks.AWAIT;
  }

  private void hold(int process, int mvar, int access, int prior) {
    holds.get(process).add(new Hold(mvar, access, prior));
    holders.get(mvar).put(process, Math.max(access, prior));
  }

  /** What a process reads that waited to. */
  long answer(int process) {
    return answered[process] ? answers[process] : values[wishes[process].mvar()];
  }

  /** The process takes what it was granted: it holds it, or is done with it. */
  void take(int process) {
    Wish wish = wishes[process];
    wishes[process] = null;
    granted[process] = false;
    if (answered[process]) {
      answered[process] = false;
    } else if (wish.isBrief()) {
      restore(process, wish.mvar(), wish.prior());
    } else {
      holds.get(process).add(new Hold(wish.mvar(), wish.access(), wish.prior()));
    }
  }

  /** The process has no more of the MVar than before. */
  private void restore(int process, int mvar, int prior) {
    if (prior == NONE) {
      holders.get(mvar).remove(process);
    } else {
      holders.get(mvar).put(process, prior);
    }
    admit(mvar);
  }

  private void admit(int mvar) {
    List<Wish> queue = queues.get(mvar);
    while (!queue.isEmpty() && mayGo(queue.getFirst())) {
      Wish wish = queue.removeFirst();
      granted[wish.process()] = true;
      if (wish.isBrief() && wish.access() == READ && MvarValue.isImmediate(values[mvar])) {
        answered[wish.process()] = true;
        answers[wish.process()] = values[mvar];
      } else {
        holders.get(mvar).put(wish.process(), wish.access());
      }
    }
  }

  private boolean mayGo(Wish wish) {
    if (hasWriter(wish.mvar())) {
      return false;
    }
    int others = holders.get(wish.mvar()).size() - (wish.prior() == READ ? 1 : 0);
    return wish.access() == READ || others == 0;
  }

  void withdraw(int process) {
    Wish wish = wishes[process];
    wishes[process] = null;
    queues.get(wish.mvar()).remove(wish);
    admit(wish.mvar());
  }

  void unlock(int process, int mvar) {
    List<Hold> own = holds.get(process);
    for (int i = own.size() - 1; i >= 0; i--) {
      if (own.get(i).mvar() == mvar) {
        release(process, own.remove(i));
        return;
      }
    }
    throw new AssertionError("nothing to unlock");
  }

  /** The newest holds of a process are undone until so many are left. */
  void unwind(int process, int kept) {
    List<Hold> own = holds.get(process);
    while (own.size() > kept) {
      release(process, own.removeLast());
    }
  }

  private void release(int process, Hold hold) {
    if (hold.access() > hold.prior()) {
      restore(process, hold.mvar(), hold.prior());
    }
  }

  void exit(int process) {
    Wish wish = wishes[process];
    if (wish != null && !granted[process]) {
      withdraw(process);
    } else if (wish != null) {
      wishes[process] = null;
      granted[process] = false;
      if (!answered[process]) {
        restore(process, wish.mvar(), wish.prior());
      }
      answered[process] = false;
    }
    unwind(process, 0);
  }

  /**
   * Whether a process waits for itself.
   *
   * @param receivers the process for whose mailbox a process waits without end, or -1
   */
  boolean isDeadlocked(int process, IntUnaryOperator receivers) {
    Set<Integer> seen = new HashSet<>();
    List<Integer> open = new ArrayList<>(List.of(process));
    while (!open.isEmpty()) {
      for (int next : blockers(open.removeLast(), receivers)) {
        if (next == process) {
          return true;
        }
        if (seen.add(next)) {
          open.add(next);
        }
      }
    }
    return false;
  }

  private List<Integer> blockers(int process, IntUnaryOperator receivers) {
    int receiver = receivers.applyAsInt(process);
    if (receiver >= 0) {
      return List.of(receiver);
    }
    Wish wish = wishes[process];
    if (wish == null || granted[process] || wish.isTimed()) {
      return List.of();
    }
    boolean isForReading = wish.access() == READ && !hasWriter(wish.mvar());
    for (Wish before : queues.get(wish.mvar())) {
      if (before == wish) {
        break;
      }
      // Behind one who waits to write, a reader waits for all that the other waits for.
      isForReading &= before.access() == READ || before.isTimed();
    }
    if (isForReading) {
      return List.of();
    }
    return holders.get(wish.mvar()).keySet().stream().filter(p -> p != process).toList();
  }
}
