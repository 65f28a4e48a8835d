package org.skerry.host;

import java.util.function.Consumer;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * What the host has for a process: the call that it awaits, and objects that it has by handles. For
 * the process's owner, who hands it over with the process.
 */
public final class HostState {
  /** By ref; null until there is one. */
  private Long2ObjectHashMap<HeldObject> objects;

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
    objects.put(ref, object);
  }

  /** The object under a ref; null where there is none, or it is released. */
  public HeldObject get(long ref) {
    HeldObject held = objects == null ? null : objects.get(ref);
    if (held != null && held.get() == null) {
      objects.remove(ref);
      return null;
    }
    return held;
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
