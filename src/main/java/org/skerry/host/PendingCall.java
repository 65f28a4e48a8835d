package org.skerry.host;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;

/**
 * A call of a function of the host that a process awaits: how it ends, and what it has made so far.
 * The states and their edges are in {@code native-notes/embedding.md}. Any thread.
 */
public final class PendingCall {
  private enum State {
    RUNNING,
    DONE,
    DROPPED
  }

  private final Runnable wake;
  private final Runnable onEnd;
  private final Consumer<Runnable> aside;
  private State state = State.RUNNING;
  private boolean hasBegun;
  private Object result;
  private Throwable failure;
  private Map<Long, HeldObject> made = Map.of();
  private List<Runnable> cancellations = List.of();
  private Runnable drop;

  /**
   * @param wake lets the process look, where the call ends after {@link #begun}
   * @param onEnd behind that, unless the call is dropped first
   * @param aside runs what may take long on another thread
   */
  public PendingCall(Runnable wake, Runnable onEnd, Consumer<Runnable> aside) {
    this.wake = wake;
    this.onEnd = onEnd;
    this.aside = aside;
  }

  /**
   * The function has ended; later ends than the first count for nothing. Where it has thrown, what
   * it made is released.
   */
  public void end(Object value, Throwable thrown) {
    List<HeldObject> useless = List.of();
    boolean isAwaited;
    synchronized (this) {
      if (state != State.RUNNING) {
        release(value);
        return;
      }
      state = State.DONE;
      isAwaited = hasBegun;
      result = value;
      failure = thrown;
      cancellations = List.of();
      if (thrown != null) {
        useless = List.copyOf(made.values());
        made = Map.of();
      }
    }
    useless.forEach(object -> aside.accept(object::release));
    if (isAwaited) {
      wake.run();
    }
    onEnd.run();
  }

  /** The process is about to look whether it has ended, and has to be woken if it ends later. */
  public synchronized void begun() {
    hasBegun = true;
  }

  /** Whether it has ended; what the function wrote before is seen then. */
  public synchronized boolean isDone() {
    return state == State.DONE;
  }

  /** What was thrown; null where nothing was. For a call that has ended. */
  public synchronized Throwable failure() {
    return failure;
  }

  /** What was given. For a call that has ended. */
  public synchronized Object result() {
    return result;
  }

  /** What was made for the process. For a call that has ended. */
  public synchronized Map<Long, HeldObject> made() {
    return made;
  }

  /**
   * Keeps an object for the process, under a ref.
   *
   * @throws CancellationException if nobody waits any more; the object is released
   */
  public void make(long ref, HeldObject object) {
    synchronized (this) {
      if (state == State.RUNNING) {
        if (made.isEmpty()) {
          made = new HashMap<>();
        }
        made.put(ref, object);
        return;
      }
    }
    object.release();
    throw new CancellationException("The process does not wait for the function any more.");
  }

  /**
   * What is to be done, on another thread, when nobody waits any more before the call has ended.
   */
  public void onCancel(Runnable cancellation) {
    synchronized (this) {
      if (state == State.RUNNING) {
        if (cancellations.isEmpty()) {
          cancellations = new ArrayList<>(2);
        }
        cancellations.add(cancellation);
        return;
      }
      if (state == State.DONE) {
        return;
      }
    }
    aside.accept(cancellation);
  }

  /**
   * As {@link #onCancel}, but at once and on the thread that ends the process: so whoever sees that
   * it is over finds this done. For what is short, does not throw and wakes nobody.
   */
  public void onDrop(Runnable dropped) {
    synchronized (this) {
      if (state == State.RUNNING) {
        drop = dropped;
      }
      if (state != State.DROPPED) {
        return;
      }
    }
    dropped.run();
  }

  private static void release(Object unwanted) {
    if (unwanted instanceof Releasable built) {
      built.release();
    }
  }

  /**
   * The process is over: cancels the function, and releases what it made.
   *
   * @return whether it had not ended
   */
  public boolean drop() {
    List<Runnable> left;
    Runnable first;
    boolean isRunning;
    synchronized (this) {
      isRunning = state == State.RUNNING;
      left = isRunning ? cancellations : List.of();
      first = isRunning ? drop : null;
      state = State.DROPPED;
      cancellations = List.of();
      release(result);
      result = null;
    }
    if (first != null) {
      first.run();
    }
    left.forEach(aside);
    made.values().forEach(object -> aside.accept(object::release));
    return isRunning;
  }
}
