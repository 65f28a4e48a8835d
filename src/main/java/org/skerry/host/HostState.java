package org.skerry.host;

import java.util.function.Consumer;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * What the host has for a process: the call that it awaits, and objects that it has by handles. For
 * the process's owner, who hands it over with the process.
 */
public final class HostState {
  private static final int MIN_SWEEP = 16;

  /** By ref; null until there is one. */
  private Long2ObjectHashMap<HeldObject> objects;

  /** So many objects make {@link #put} look for those that are released. */
  private int sweepAt = MIN_SWEEP;

  private PendingCall call;

  /** Nothing yet. */
  public HostState() {}

  /** The call that the process awaits, or null. */
  public PendingCall call() {
    return call;
  }

  /** Notes what the process awaits from now on. */
  public void await(PendingCall pending) {
    call = pending;
  }

  /** The call has ended: what it made is the process's. */
  public void taken() {
    call.made().forEach(this::put);
    call = null;
  }

  /** Keeps an object under a ref. */
  public void put(long ref, HeldObject object) {
    if (objects == null) {
      objects = new Long2ObjectHashMap<>();
    }
    if (objects.size() >= sweepAt) {
      objects.values().removeIf(HeldObject::isReleased);
      sweepAt = Math.max(MIN_SWEEP, 2 * objects.size());
    }
    objects.put(ref, object);
  }

  /** How many objects are kept, some that are released among them. For tests. */
  int size() {
    return objects == null ? 0 : objects.size();
  }

  /** The object under a ref; null where there is none, or where it was released long ago. */
  public HeldObject get(long ref) {
    return objects == null ? null : objects.get(ref);
  }

  /** The object under a ref is not the process's any more; gives it. */
  public HeldObject remove(long ref) {
    return objects.remove(ref);
  }

  /**
   * The process is over: cancels its call and releases all, by tasks that go elsewhere.
   *
   * @return whether there was a call that had not ended
   */
  public boolean drop(Consumer<Runnable> aside) {
    boolean isRunning = call != null && call.drop();
    call = null;
    if (objects != null) {
      objects.values().forEach(object -> aside.accept(object::release));
      objects = null;
    }
    return isRunning;
  }
}
