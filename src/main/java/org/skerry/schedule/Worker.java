package org.skerry.schedule;

import org.skerry.memory.Memory;
import org.skerry.process.Engine;
import org.skerry.process.Mailbox;
import org.skerry.process.ProcessLayout;
import org.skerry.process.ProcessRuntime;
import org.skerry.process.Scheduling;
import org.skerry.process.Slice;
import org.skerry.process.Wake;
import org.skerry.process.WorkerContext;
import org.skerry.term.Term;
import org.skerry.term.TermImage;

/**
 * Runs processes: an agent whose {@link #doWork} runs one slice and what goes with it. Who calls
 * it, a thread or a simulation, and what happens while there is nothing to do is none of its
 * business.
 *
 * <p>Owner thread only, except {@link #hasStealableWork} and the queues. See {@code
 * native-notes/scheduler.md}.
 */
final class Worker implements Scheduling, TimerService.Delivery {
  /** How many times a process that was notified while it ran is run on before others get a turn. */
  private static final int RUNS_IN_A_ROW = 4;

  private static final int MAX_INJECTED_AT_ONCE = 64;

  /** Processes in the high queue beyond which timers wait. */
  private static final int MAX_WOKEN = RunQueue.CAPACITY / 2;

  private static final long NONE = 0;

  private final int index;
  private final WorkerGroup group;
  private final Choices choices;
  private final SliceListener listener;
  private final TimerService timers;
  private final WorkerContext context;
  private final RunQueue[] queues = new RunQueue[Priorities.COUNT];

  /** What was made ready last runs next: what it needs is still in the cache. */
  private final RecentProcesses recent = new RecentProcesses();

  private int recentInARow;
  private int turn;
  private boolean wasPreempted;
  private int slicesToLook;
  private boolean searching;
  private boolean firingTimers;

  private long steals;
  private long parks;
  private long unparks;
  private long injected;
  private long spills;
  private long idleNs;
  private long busyNs;

  /** Sees each slice; for simulation. */
  @FunctionalInterface
  interface SliceListener {
    SliceListener NONE = (worker, pid, outcome) -> {};

    /** The process may be gone. */
    void ran(int worker, long pid, int outcome);
  }

  Worker(
      int index,
      WorkerGroup group,
      ProcessRuntime runtime,
      TimerService[] allTimers,
      Choices choices,
      SliceListener listener) {
    this.index = index;
    this.group = group;
    this.choices = choices;
    this.listener = listener;
    for (int priority = 0; priority < Priorities.COUNT; priority++) {
      queues[priority] = new RunQueue();
    }
    timers = new TimerService(index, allTimers, runtime.world(), this);
    context = new WorkerContext(runtime, this, timers);
    timers.bind(new TimerTable(context.cache(), context.participant()));
  }

  int index() {
    return index;
  }

  WorkerContext context() {
    return context;
  }

  TimerService timers() {
    return timers;
  }

  /** Before the first {@link #doWork}. */
  void begin() {
    context.participant().online();
    context.coarseTimeNs(context.world().nanoTime());
  }

  /** Before a {@link #doWork} behind {@link #end}, by whatever thread owns the worker now. */
  void resume() {
    context.participant().online();
  }

  /** After the last {@link #doWork}, or until {@link #resume}. */
  void end() {
    context.participant().offline();
  }

  /**
   * Runs one slice, if there is a process to run.
   *
   * @return 0 where there was nothing to do
   */
  int doWork() {
    context.participant().quiescent();
    int work = 0;
    if (--slicesToLook < 0) {
      work = lookAround();
    }
    long process = next();
    if (process == NONE && work == 0) {
      // Nothing at hand: only now is it worth the clock, and others' queues.
      work = lookAround();
      process = next();
      if (process == NONE && work == 0) {
        process = search();
      }
    }
    if (process == NONE) {
      return work;
    }
    if (searching) {
      stopSearching();
    }
    run(process);
    return work + 1;
  }

  /** Fires timers that are due, and takes a share of what was injected. */
  private int lookAround() {
    slicesToLook = choices.slicesBetweenLooks();
    long nowNs = context.world().nanoTime();
    if (wasPreempted) {
      wasPreempted = false;
      choices.fullSliceTook(nowNs - context.coarseTimeNs());
    }
    context.coarseTimeNs(nowNs);
    return fireTimers(nowNs) + takeInjected();
  }

  /** What lies between two slices of the only process that wants to run. */
  @Override
  public int goOn() {
    if (!choices.goesOn()
        || group.isStopping()
        || readyCount() > 0
        || !group.injection().isEmpty()) {
      return 0;
    }
    long nowNs = context.world().nanoTime();
    if (nextDeadlineNs() <= nowNs) {
      return 0;
    }
    choices.fullSliceTook(nowNs - context.coarseTimeNs());
    context.coarseTimeNs(nowNs);
    context.participant().quiescent();
    context.counters().slices++;
    return choices.reductions();
  }

  private int fireTimers(long nowNs) {
    // What was woken before comes first: timers that find no room here are fired a little later,
    // which is cheaper than to send processes round by the injection queue.
    int room = MAX_WOKEN - queues[Priorities.HIGH].size();
    if (room <= 0) {
      return 0;
    }
    int batch = Math.min(choices.timerBatch(), room);
    firingTimers = true;
    int work = timers.poll(nowNs, batch);
    if (index == 0) {
      work += group.hostTimers().poll(nowNs, batch);
    }
    firingTimers = false;
    if (work > 0 && readyCount() > 1) {
      wakeOne(); // one of them this worker runs at once, the others are for whoever comes first
    }
    if (work >= batch) {
      slicesToLook = Math.min(slicesToLook, batch); // more are due: first those, then the rest
    }
    return work;
  }

  private int takeInjected() {
    InjectionQueue injection = group.injection();
    int size = injection.size();
    if (size == 0) {
      return 0;
    }
    // What is at hand comes first: with too much of it, others would only be injected instead.
    int room = Math.max(1, RunQueue.CAPACITY / 2 - readyCount());
    int share = Math.min(size / group.workers().length + 1, MAX_INJECTED_AT_ONCE);
    int moved = injection.moveInto(queues, Math.min(share, room));
    injected += moved;
    return moved;
  }

  /** The next process of this worker, or {@link #NONE}. */
  private long next() {
    turn++;
    int first = choices.shuffleQueues() ? Priorities.LOW : Priorities.first(turn);
    if (first == Priorities.HIGH) {
      long urgent = queues[Priorities.HIGH].poll();
      if (urgent != NONE) {
        return urgent;
      }
    }
    if (!recent.isEmpty() && recentInARow < choices.recentLimit()) {
      recentInARow++;
      return recent.takeYoungest();
    }
    recentInARow = 0;
    if (recent.size() > 1) {
      displaceOldest();
    }
    long process = queues[first].poll();
    for (int priority = 0; process == NONE && priority < Priorities.COUNT; priority++) {
      process = queues[priority].poll();
    }
    return process != NONE ? process : recent.takeYoungest();
  }

  /** Who became ready first is behind the others of its priority from now on. */
  private void displaceOldest() {
    long oldest = recent.takeOldest();
    push(oldest, WorkerGroup.priorityOf(oldest));
  }

  /** Takes from the injection queue or from another worker, unless enough others try already. */
  private long search() {
    if (!searching && !group.idle().tryStartSearching()) {
      return NONE;
    }
    searching = true;
    Worker[] workers = group.workers();
    int start = choices.victim(workers.length);
    for (int i = 0; i < workers.length; i++) {
      int victim = start + i < workers.length ? start + i : start + i - workers.length;
      if (victim != index && stealFrom(workers[victim])) {
        steals++;
        return next();
      }
    }
    return NONE;
  }

  private boolean stealFrom(Worker victim) {
    for (int priority = 0; priority < Priorities.COUNT; priority++) {
      if (victim.queues[priority].stealInto(queues[priority]) > 0) {
        return true;
      }
    }
    return false;
  }

  private void stopSearching() {
    searching = false;
    // The last searcher answers for all work that was added while somebody searched.
    if (group.idle().stopSearching() && group.hasWork()) {
      wakeOne();
    }
  }

  private void run(long process) {
    Slice.begin(process);
    int outcome = runOnce(process);
    for (int runs = 1; outcome == Engine.AWAIT; runs++) {
      if (Slice.suspend(context, process)) {
        context.counters().suspensions++;
        return;
      }
      if (runs >= RUNS_IN_A_ROW) {
        outcome = Engine.PREEMPTED;
        break;
      }
      context.participant().quiescent();
      outcome = runOnce(process);
    }
    if (outcome == Engine.PREEMPTED) {
      context.counters().preemptions++;
      slicesToLook = 0; // that took a while: look at the clock
      wasPreempted = true;
      Slice.requeue(process);
      push(process, WorkerGroup.priorityOf(process));
    }
  }

  private int runOnce(long process) {
    long pid = Memory.getLong(process + ProcessLayout.PID);
    int outcome = Slice.run(context, process, choices.reductions());
    context.counters().slices++;
    listener.ran(index, pid, outcome);
    return outcome;
  }

  /** Puts a process behind the others of its priority, where other workers can take it. */
  private void push(long process, int priority) {
    RunQueue queue = queues[priority];
    if (!queue.offer(process)) {
      spills++;
      queue.spillInto(group.injection(), priority);
      queue.offer(process);
    }
    if (!firingTimers && group.workers().length > 1) {
      wakeOne();
    }
  }

  private int readyCount() {
    int count = recent.size();
    for (RunQueue queue : queues) {
      count += queue.size();
    }
    return count;
  }

  private void wakeOne() {
    if (group.wakeOne()) {
      unparks++;
    }
  }

  /** A process was started or notified on this thread. */
  @Override
  public void ready(long process) {
    int priority = WorkerGroup.priorityOf(process);
    if (firingTimers) {
      // What slept until now comes before what only runs on, whatever its own priority.
      push(process, Priorities.HIGH);
    } else if (priority == Priorities.LOW) {
      push(process, priority);
    } else {
      if (!recent.isEmpty()) {
        makeRoom();
      }
      recent.push(process);
    }
  }

  /** For one more that is recent: where another worker is idle, it can have all others. */
  private void makeRoom() {
    if (WorkerGroup.priorityOf(recent.youngest()) == Priorities.HIGH) {
      push(recent.takeYoungest(), Priorities.HIGH);
    }
    boolean isAnyIdle = group.idle().isAny();
    while (recent.isFull() || isAnyIdle && !recent.isEmpty()) {
      displaceOldest();
    }
  }

  @Override
  public void wake(long process) {
    Wake.notify(this, process);
  }

  @Override
  public boolean send(long pid, long message) {
    long receiver = context.table().find(pid);
    if (receiver == Memory.NULL) {
      discard(message); // to nobody: silently gone, as any message to a dead process
      return true;
    }
    int result = Mailbox.offer(context, receiver, message);
    if (result == Mailbox.FAILED) {
      discard(message); // the policy is to fail, and there is nobody to tell
    }
    return result != Mailbox.FULL && result != Mailbox.NO_MEMORY;
  }

  @Override
  public void discard(long message) {
    if (Term.isObject(message)) {
      TermImage.release(message, context.cache());
    }
  }

  @Override
  public void unpark() {
    group.unpark(index);
  }

  /** Any thread: whether a thief would find something here. */
  boolean hasStealableWork() {
    for (RunQueue queue : queues) {
      if (!queue.isEmpty()) {
        return true;
      }
    }
    return false;
  }

  /**
   * Announces that this worker is about to wait until it is unparked or a timer is due.
   *
   * @return false where there is work after all
   */
  boolean tryPark() {
    boolean lastSearcher = group.idle().park(index, searching);
    searching = false;
    // Behind the announcement: what was added before it is seen here, what comes later wakes us.
    if (group.hasWork()) {
      searching = !group.idle().unparkSelf(index);
      return false;
    }
    assert recent.isEmpty() : "a worker with a process to run parks: lastSearcher=" + lastSearcher;
    parks++;
    context.participant().offline();
    return true;
  }

  /** Ends a wait, for whatever reason. */
  void parkEnded() {
    context.participant().online();
    searching = !group.idle().unparkSelf(index);
  }

  /** When this worker must look again though nobody unparks it, or {@link TimerWheel#NEVER}. */
  long nextDeadlineNs() {
    long ownNs = timers.nextDeadlineNs();
    return index == 0 ? Math.min(ownNs, group.hostTimers().nextDeadlineNs()) : ownNs;
  }

  /** Adds to what {@link #statistics} says of its time. */
  void addTime(long idle, long busy) {
    idleNs += idle;
    busyNs += busy;
  }

  /** After {@link #end}, when no worker of the group runs any more. */
  void close() {
    timers.close();
    context.close();
  }

  WorkerStatistics statistics() {
    return new WorkerStatistics(
        context.counters().slices,
        context.counters().preemptions,
        steals,
        parks,
        unparks,
        timers.firedCount(),
        injected,
        spills,
        idleNs,
        busyNs);
  }
}
