package org.skerry.host;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Objects on the way from one process to another, which has not looked yet. They are whoever's they
 * are for: released when that process ends. Any thread.
 */
public final class Gifts {
  /** By pid, then by ref. */
  private final Map<Long, Map<Long, HeldObject>> gifts = new ConcurrentHashMap<>();

  /** None. */
  public Gifts() {}

  /** Puts an object there for a process, under a ref. */
  public void put(long pid, long ref, HeldObject object) {
    gifts.compute(
        pid,
        (to, known) -> {
          Map<Long, HeldObject> all = known == null ? new HashMap<>() : known;
          all.put(ref, object);
          return all;
        });
  }

  /** Takes what is there for a process under a ref; null where nothing is. */
  public HeldObject take(long pid, long ref) {
    if (gifts.isEmpty()) {
      return null;
    }
    HeldObject[] taken = new HeldObject[1];
    gifts.computeIfPresent(
        pid,
        (to, known) -> {
          taken[0] = known.remove(ref);
          return known.isEmpty() ? null : known;
        });
    return taken[0];
  }

  /** A process is over: releases what was for it, by tasks that go elsewhere. */
  public void drop(long pid, Consumer<Runnable> aside) {
    if (!gifts.isEmpty()) {
      Map<Long, HeldObject> left = gifts.remove(pid);
      if (left != null) {
        left.values().forEach(object -> aside.accept(object::release));
      }
    }
  }

  /** There are no processes any more. */
  public void dropAll(Consumer<Runnable> aside) {
    gifts.keySet().forEach(pid -> drop(pid, aside));
  }
}
