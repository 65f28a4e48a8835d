package org.skerry.host;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/** An object of the host that a process has by a handle. It is released once. Any thread. */
public final class HeldObject {
  /** What releases it; null once somebody does. */
  private final AtomicReference<Runnable> onRelease;

  private volatile Object object;

  /**
   * @param onRelease what releases it
   */
  public HeldObject(Object object, Runnable onRelease) {
    this.object = object;
    this.onRelease = new AtomicReference<>(Objects.requireNonNull(onRelease));
  }

  /** The object; null once it is released. */
  public Object get() {
    return object;
  }

  /** Whether it is released, or about to be. */
  boolean isReleased() {
    return onRelease.get() == null;
  }

  /** Releases it on the calling thread, where nobody has yet; what that throws is dropped. */
  public void release() {
    Runnable release = onRelease.getAndSet(null);
    if (release == null) {
      return;
    }
    object = null;
    try {
      release.run();
    } catch (RuntimeException | Error e) {
      System.getLogger("org.skerry")
          .log(System.Logger.Level.WARNING, "An object of the host is not released well.", e);
    }
  }
}
