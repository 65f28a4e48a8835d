package org.skerry.host;

import java.util.concurrent.atomic.AtomicBoolean;

/** An object of the host that a process has by a handle. It is released once. Any thread. */
public final class HeldObject {
  private final Object object;
  private final Runnable onRelease;
  private final AtomicBoolean isReleased = new AtomicBoolean();

  /**
   * @param onRelease what releases it
   */
  public HeldObject(Object object, Runnable onRelease) {
    this.object = object;
    this.onRelease = onRelease;
  }

  /** The object; null once it is released. */
  public Object get() {
    return isReleased.get() ? null : object;
  }

  /** Releases it on the calling thread, where nobody has yet; what that throws is dropped. */
  public void release() {
    if (isReleased.compareAndSet(false, true)) {
      try {
        onRelease.run();
      } catch (RuntimeException | Error e) {
        System.getLogger("org.skerry")
            .log(System.Logger.Level.WARNING, "An object of the host is not released well.", e);
      }
    }
  }
}
