package org.skerry.schedule;

import java.util.concurrent.atomic.AtomicLong;
import org.skerry.event.Recording;
import org.skerry.event.TimerLag;
import org.skerry.memory.Memory;
import org.skerry.process.ProcessLayout;
import org.skerry.process.Timers;
import org.skerry.process.WorkerContext;
import org.skerry.process.World;
import org.skerry.term.Term;

/**
 * A worker's timers: its wheel, and the slots that the timers lie in. A timer stays with the worker
 * that made it. Another thread cancels it by a CAS of its state, which decides the race with its
 * expiry once and for all, and posts it to the owner, which takes it off the wheel.
 *
 * <p>Owner thread, except what says otherwise. See {@code native-notes/timers.md}.
 */
final class TimerService implements Timers {
  /** Where expired timers go. Called by the owner. */
  interface Delivery {
    /** Notifies a process, whose block is still there, ahead of those that only run on. */
    void wake(long process);

    /**
     * Sends a message.
     *
     * @return false where the receiver has no room yet and the message has to be sent later
     */
    boolean send(long pid, long message);

    /** Frees what belongs to a message that will not be sent. */
    void discard(long message);

    /** Any thread: makes the owner come round to {@link #poll}, even when it is parked. */
    void unpark();
  }

  /** How long a message waits before it is sent again to a mailbox that was full. */
  static final long RETRY_NS = 1_000_000;

  /** Posted timers that make a parked owner come and free them. */
  private static final int POSTS_PER_UNPARK = 1024;

  /** A timer that fires later than that is told of. */
  private static final long MIN_LAG_NS = 1_000_000;

  private static final long NONE = 0;
  private static final long CANCELLED_ALREADY = -1;

  private final int worker;
  private final TimerService[] all;
  private TimerTable table;
  private final TimerWheel wheel;
  private final World world;
  private final Delivery delivery;
  private final TimerWheel.Expiry expiry = this::expired;

  /** Timers that others have cancelled: a list through their {@code nextPosted}. */
  private final AtomicLong posted = new AtomicLong();

  private final AtomicLong postCount = new AtomicLong();
  private long firedCount;
  private long polledNs;

  /**
   * @param worker the owner's index
   * @param all of the same VM, by worker; filled in before any of them is used
   */
  TimerService(int worker, TimerService[] all, World world, Delivery delivery) {
    this.worker = worker;
    this.all = all;
    this.wheel = new TimerWheel(world.nanoTime());
    this.world = world;
    this.delivery = delivery;
  }

  /** Before first use: the slots, which need a context, which needs this. */
  void bind(TimerTable slots) {
    table = slots;
  }

  @Override
  public void wakeAt(long process, long deadlineNs) {
    long handle = Memory.getLong(process + ProcessLayout.TIMER);
    if (handle != NONE && isOwn(handle)) {
      long timer = table.find(TimerHandle.slot(handle));
      if (timer != NONE && Memory.getLong(timer + TimerLayout.STATE) == armed(handle)) {
        // Only the process itself cancels its timer, and this thread owns it now: no race.
        reschedule(timer, deadlineNs);
        return;
      }
    } else if (handle != NONE) {
      cancelForeign(handle);
    }
    long timer = table.allocate();
    if (timer == TimerTable.NONE) {
      // Never lose a wake-up: without memory for a timer the process looks at the clock by itself.
      Memory.putLong(process + ProcessLayout.TIMER, NONE);
      delivery.wake(process);
      return;
    }
    Memory.putLong(process + ProcessLayout.TIMER, arm(timer, process, NONE, deadlineNs));
  }

  @Override
  public void cancelWake(long process) {
    long handle = Memory.getLong(process + ProcessLayout.TIMER);
    if (handle != NONE) {
      Memory.putLong(process + ProcessLayout.TIMER, NONE);
      cancelHandle(handle);
    }
  }

  @Override
  public long sendAfter(WorkerContext context, long pid, long message, long deadlineNs) {
    long timer = table.allocate();
    return timer == TimerTable.NONE ? NO_MEMORY : Term.ref(arm(timer, pid, message, deadlineNs));
  }

  @Override
  public long cancel(long ref) {
    return cancelHandle(Term.refNumber(ref));
  }

  private boolean isOwn(long handle) {
    return TimerHandle.worker(handle) == worker;
  }

  private static long armed(long handle) {
    return (long) TimerHandle.generation(handle) << TimerLayout.STATUS_BITS | TimerLayout.ARMED;
  }

  private long arm(long timer, long target, long message, long deadlineNs) {
    int slot = Memory.getInt(timer + TimerLayout.SLOT);
    long handle = TimerHandle.of(worker, slot, TimerTable.generationOf(timer));
    Memory.putLong(timer + TimerLayout.TARGET, target);
    Memory.putLong(timer + TimerLayout.MESSAGE, message);
    Memory.putLongOpaque(timer + TimerLayout.DEADLINE_NS, deadlineNs);
    wheel.schedule(timer);
    Memory.putLongRelease(timer + TimerLayout.STATE, armed(handle)); // pairs with cancelHandle
    return handle;
  }

  private void reschedule(long timer, long deadlineNs) {
    if (Memory.getLong(timer + TimerLayout.DEADLINE_NS) != deadlineNs) {
      wheel.remove(timer);
      Memory.putLongOpaque(timer + TimerLayout.DEADLINE_NS, deadlineNs);
      wheel.schedule(timer);
    }
  }

  private long cancelHandle(long handle) {
    if (!TimerHandle.isTimer(handle) || TimerHandle.worker(handle) >= all.length) {
      return CANCELLED_ALREADY;
    }
    return isOwn(handle) ? cancelOwn(handle) : cancelForeign(handle);
  }

  private long cancelOwn(long handle) {
    long timer = table.find(TimerHandle.slot(handle));
    if (timer == TimerTable.NONE) {
      return CANCELLED_ALREADY;
    }
    long deadlineNs = Memory.getLong(timer + TimerLayout.DEADLINE_NS);
    if (!end(timer, armed(handle), TimerLayout.FREE)) {
      return CANCELLED_ALREADY;
    }
    wheel.remove(timer);
    discard(timer);
    return left(deadlineNs);
  }

  private long cancelForeign(long handle) {
    return all[TimerHandle.worker(handle)].cancelPosting(handle);
  }

  /**
   * Any thread, within an epoch: {@link #cancel} by a thread that has no service.
   *
   * @param all of the same VM
   */
  static long cancelFromElsewhere(TimerService[] all, long ref) {
    long handle = Term.refNumber(ref);
    return !TimerHandle.isTimer(handle) || TimerHandle.worker(handle) >= all.length
        ? CANCELLED_ALREADY
        : all[TimerHandle.worker(handle)].cancelPosting(handle);
  }

  /** Whether others have cancelled timers that are still to be taken off. */
  boolean hasPosted() {
    return posted.getPlain() != NONE;
  }

  /** Any thread, within an epoch: cancels a timer of this worker and leaves the rest to it. */
  private long cancelPosting(long handle) {
    long timer = table.find(TimerHandle.slot(handle));
    if (timer == TimerTable.NONE
        || Memory.getLongAcquire(timer + TimerLayout.STATE) != armed(handle)) {
      return CANCELLED_ALREADY;
    }
    long deadlineNs = Memory.getLongOpaque(timer + TimerLayout.DEADLINE_NS);
    if (!end(timer, armed(handle), TimerLayout.CANCELLED)) {
      return CANCELLED_ALREADY;
    }
    post(timer);
    return left(deadlineNs);
  }

  /** The one step that decides between expiry and cancellation, whoever takes it. */
  private static boolean end(long timer, long armed, int status) {
    return Memory.compareAndSetLong(
        timer + TimerLayout.STATE, armed, armed & ~TimerLayout.STATUS_MASK | status);
  }

  private long left(long deadlineNs) {
    return Math.max(0, deadlineNs - world.nanoTime());
  }

  private void post(long timer) {
    long head;
    do {
      head = posted.get();
      Memory.putLong(timer + TimerLayout.NEXT_POSTED, head);
    } while (!posted.compareAndSet(head, timer));
    if ((postCount.incrementAndGet() & POSTS_PER_UNPARK - 1) == 0) {
      delivery.unpark();
    }
  }

  /**
   * Fires timers that are due and takes off those that others have cancelled.
   *
   * @param limit the most timers to handle
   * @return how many were handled; {@code limit} where more may be due
   */
  int poll(long nowNs, int limit) {
    if (hasPosted()) {
      takeOffPosted();
    }
    polledNs = nowNs;
    return wheel.poll(nowNs, limit, expiry);
  }

  private void takeOffPosted() {
    long timer = posted.getAndSet(NONE);
    while (timer != NONE) {
      long next = Memory.getLong(timer + TimerLayout.NEXT_POSTED);
      wheel.remove(timer);
      discard(timer);
      timer = next;
    }
  }

  private void expired(long timer) {
    long armed =
        (long) TimerTable.generationOf(timer) << TimerLayout.STATUS_BITS | TimerLayout.ARMED;
    if (!end(timer, armed, TimerLayout.FREE)) {
      return; // cancelled: whoever did it posts the timer, which is freed then
    }
    firedCount++;
    if (Recording.isOn()) {
      recordLag(Memory.getLong(timer + TimerLayout.DEADLINE_NS));
    }
    long target = Memory.getLong(timer + TimerLayout.TARGET);
    long message = Memory.getLong(timer + TimerLayout.MESSAGE);
    if (message == NONE) {
      table.free(timer);
      delivery.wake(target);
    } else if (delivery.send(target, message)) {
      table.free(timer);
    } else {
      Memory.putLongOpaque(timer + TimerLayout.DEADLINE_NS, world.nanoTime() + RETRY_NS);
      wheel.schedule(timer);
      Memory.putLongRelease(timer + TimerLayout.STATE, armed);
    }
  }

  private void recordLag(long deadlineNs) {
    TimerLag event = new TimerLag();
    long lagNs = polledNs - deadlineNs;
    if (lagNs >= MIN_LAG_NS && event.shouldCommit()) {
      event.worker = worker;
      event.lag = lagNs;
      event.commit();
    }
  }

  private void discard(long timer) {
    discardMessage(timer);
    table.free(timer);
  }

  private void discardMessage(long timer) {
    long message = Memory.getLong(timer + TimerLayout.MESSAGE);
    if (message != NONE) {
      delivery.discard(message);
    }
  }

  /** When {@link #poll} has something to do next, or {@link TimerWheel#NEVER}. */
  long nextDeadlineNs() {
    return wheel.nextDeadlineNs();
  }

  /** Timers that have expired so far. */
  long firedCount() {
    return firedCount;
  }

  /** Timers to come, and those cancelled elsewhere but not yet taken off. */
  long count() {
    return table.count();
  }

  long memoryBytes() {
    return table.memoryBytes();
  }

  /** Drops all timers and their memory; when no other thread uses them any more. */
  void close() {
    takeOffPosted();
    wheel.clear(this::discardMessage);
    table.close();
  }
}
