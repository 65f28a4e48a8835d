package org.skerry.host;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;

/**
 * Lets one thread at a time use something of the host, without a lock: who comes meanwhile is told
 * so, and does not wait. The owner may claim again, and owns until it has released as often.
 */
public final class Ownership {
  private static final int FREE = 0;
  private static final int OWNED = 1;
  private static final int CLOSED = 2;

  /** So often, {@link #awaitAndClaim} looks again at once. */
  private static final int MAX_YIELDS = 1_000;

  private static final long PARK_NS = 1_000_000;
  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(Ownership.class, "state", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final String what;

  private volatile int state;

  /** Written by the owner; whoever else reads it does not find itself there. */
  private Thread owner;

  private int claims;

  /**
   * @param what it is that is owned, for messages
   */
  public Ownership(String what) {
    this.what = what;
  }

  /**
   * Makes the calling thread the owner.
   *
   * @throws IllegalStateException if another is, or it is closed
   */
  public void claim() {
    if (isOwned()) {
      claims++;
    } else if (STATE.compareAndSet(this, FREE, OWNED)) {
      owner = Thread.currentThread();
      claims = 1;
    } else {
      throw refusal();
    }
  }

  /**
   * Takes a claim back.
   *
   * @return whether it was the last, and it is nobody's now
   */
  public boolean release() {
    if (--claims > 0) {
      return false;
    }
    owner = null;
    state = FREE; // volatile: what was done is seen by the next owner
    return true;
  }

  /** Whether the calling thread is the owner. */
  public boolean isOwned() {
    return state == OWNED && owner == Thread.currentThread();
  }

  /** Whether the owner has claimed it more than once. */
  public boolean isClaimedAgain() {
    return claims > 1;
  }

  /** Whether it is nobody's any more. */
  public boolean isClosed() {
    return state == CLOSED;
  }

  /**
   * Does nothing for the owner.
   *
   * @throws IllegalStateException for everybody else
   */
  public void check() {
    if (!isOwned()) {
      throw refusal();
    }
  }

  private IllegalStateException refusal() {
    return new IllegalStateException(
        isClosed()
            ? "The " + what + " is closed."
            : "The " + what + " is not this thread's just now.");
  }

  /** The owner gives it up for good: nobody owns it again. */
  public void close() {
    owner = null;
    state = CLOSED;
  }

  /**
   * Waits until it is nobody's, and makes the calling thread the owner. A thread that has ended
   * owns nothing any more. One thread at a time.
   *
   * @return false where it was closed instead
   */
  public boolean awaitAndClaim() {
    for (int looks = 0; !STATE.compareAndSet(this, FREE, OWNED); looks++) {
      if (isClosed()) {
        return false;
      }
      // Whoever has let go of it has taken its name out before: a name that is seen is the owner's.
      Thread last = owner;
      if (last != null && !last.isAlive()) {
        break;
      }
      if (looks < MAX_YIELDS) {
        Thread.yield();
      } else {
        LockSupport.parkNanos(PARK_NS);
      }
    }
    owner = Thread.currentThread();
    claims = 1;
    return true;
  }
}
