package org.skerry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.skerry.host.Interrupts;
import org.skerry.process.World;

/**
 * When a VM closes, and on whose thread: the first that asks does it, others that ask meanwhile
 * wait for it. The states and their edges are in {@code native-notes/embedding.md}.
 *
 * <p>Any thread.
 */
final class Closing {
  private enum State {
    OPEN,
    DRAINING,
    CLOSING,
    CLOSED
  }

  /** What a VM does when it closes; on the thread that closes it. */
  interface Steps {
    /** Waits until the condition holds, or processes can end no more; see {@link #wake}. */
    void drain(BooleanSupplier isOver, long deadlineNs) throws InterruptedException;

    /** Lets the thread in {@link #drain} look again. Any thread. */
    void wake();

    /** Whether every process is over but those of the host. */
    boolean isDrained();

    /** Stops what runs, without the VM's lock; nobody waits for a process any more. */
    void stop();

    /** Gives everything back, with the VM's lock. */
    void free();
  }

  private final Object vmLock;
  private final World world;
  private final Steps steps;

  /** Written with both locks, the VM's and {@link #lock}; leads on only. */
  private volatile State state = State.OPEN;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition closed = lock.newCondition();

  /** Guarded by the VM's lock. */
  private final List<HostMailbox> mailboxes = new ArrayList<>();

  /** Until when processes may end by themselves: the earliest that anybody has asked for. */
  private volatile long deadlineNs;

  /** Whether all did; written before {@link State#CLOSED}. */
  private boolean haveEnded;

  /** What a handler has asked for, whose poll does it at its end; null for nothing. */
  private volatile Duration asked;

  /**
   * @param vmLock see {@link #vmLock()}
   * @param world whose clock counts
   */
  Closing(Object vmLock, World world, Steps steps) {
    this.vmLock = vmLock;
    this.world = world;
    this.steps = steps;
  }

  /** Who has it finds the VM open as long as it does, or never. */
  Object vmLock() {
    return vmLock;
  }

  /**
   * For what begins something new.
   *
   * @throws IllegalStateException from the moment on that somebody closes the VM
   */
  void checkOpen() {
    State now = state;
    if (now != State.OPEN) {
      throw new IllegalStateException(
          now == State.DRAINING
              ? "the VM is closing: what it runs may end, and nothing new begins"
              : "the VM is closed");
    }
  }

  /**
   * For what only looks at what there is, or ends it.
   *
   * @throws IllegalStateException from the moment on that nothing runs any more
   */
  void checkNotClosed() {
    if (isStopping()) {
      throw new IllegalStateException("the VM is closed");
    }
  }

  /** Whether nobody needs what instructions in progress will give. */
  boolean isStopping() {
    return state.compareTo(State.CLOSING) >= 0;
  }

  /** A mailbox to be closed with the VM. The caller has the VM's lock, and finds it open. */
  void add(HostMailbox mailbox) {
    mailboxes.add(mailbox);
  }

  /** The mailbox is closed. */
  void remove(HostMailbox mailbox) {
    synchronized (vmLock) {
      mailboxes.remove(mailbox);
    }
  }

  /** At the end of a turn of a mailbox: a handler may have asked. */
  void closeIfAsked() {
    Duration drain = asked;
    if (drain != null) {
      close(drain);
    }
  }

  /**
   * As {@link Vm#close(Duration)}.
   *
   * @param drain how long processes may take to end; zero for not at all
   */
  boolean close(Duration drain) {
    synchronized (vmLock) {
      if (mailboxes.stream().anyMatch(HostMailbox::isOwned)) {
        asked = asked == null || drain.compareTo(asked) < 0 ? drain : asked;
        return false;
      }
    }
    long untilNs = Deadlines.after(world, drain);
    if (begin(untilNs)) {
      drain();
      finish();
      return haveEnded;
    }
    steps.wake(); // to see the earlier deadline
    return awaitClosed();
  }

  /** Whether the calling thread is the one that closes the VM. */
  private boolean begin(long untilNs) {
    synchronized (vmLock) {
      lock.lock();
      try {
        boolean isFirst = state == State.OPEN;
        if (isFirst || untilNs - deadlineNs < 0) {
          deadlineNs = untilNs;
        }
        if (isFirst) {
          state = State.DRAINING;
        }
        return isFirst;
      } finally {
        lock.unlock();
      }
    }
  }

  private void drain() {
    try {
      while (!isDrainOver()) {
        long untilNs = deadlineNs;
        steps.drain(() -> isDrainOver() || deadlineNs != untilNs, untilNs);
        if (deadlineNs == untilNs) {
          return; // nothing more is to be expected
        }
      }
    } catch (InterruptedException e) {
      Interrupts.keep(); // and no more time for anybody
    }
  }

  private boolean isDrainOver() {
    return steps.isDrained() || deadlineNs - world.nanoTime() <= 0;
  }

  private void finish() {
    List<HostMailbox> open;
    synchronized (vmLock) {
      haveEnded = steps.isDrained();
      open = List.copyOf(mailboxes);
      state = State.CLOSING;
    }
    try {
      steps.stop();
      // Without the VM's lock: an owner may want it meanwhile, and learns that the VM is closed.
      open.forEach(HostMailbox::closeWithVm);
      synchronized (vmLock) {
        steps.free();
      }
    } finally {
      lock.lock();
      try {
        state = State.CLOSED;
        closed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  private boolean awaitClosed() {
    lock.lock();
    try {
      while (state != State.CLOSED) {
        closed.awaitUninterruptibly();
      }
      return haveEnded;
    } finally {
      lock.unlock();
    }
  }
}
