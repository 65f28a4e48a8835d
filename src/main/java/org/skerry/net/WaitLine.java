package org.skerry.net;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;

/**
 * What waits at a socket, in its order. Takes no room beyond the first one, which is mostly the
 * only one. Under the socket's lock.
 *
 * @param <T> what waits
 */
final class WaitLine<T> {
  private T first;

  /** Behind the first; null until there is one. */
  private ArrayDeque<T> others;

  boolean isEmpty() {
    return first == null;
  }

  /** The first one, or null. */
  T peek() {
    return first;
  }

  void add(T last) {
    if (first == null) {
      first = last;
      return;
    }
    if (others == null) {
      others = new ArrayDeque<>();
    }
    others.add(last);
  }

  /** Takes out the first one, or null. */
  T poll() {
    T taken = first;
    first = others == null ? null : others.poll();
    return taken;
  }

  /** Those that wait, in their order. */
  Collection<T> all() {
    List<T> all = new ArrayList<>();
    if (first != null) {
      all.add(first);
    }
    if (others != null) {
      all.addAll(others);
    }
    return all;
  }

  /** Takes out some, in their order. */
  List<T> takeIf(Predicate<T> wanted) {
    if (first == null) {
      return List.of();
    }
    List<T> taken = new ArrayList<>();
    Collection<T> all = all();
    first = null;
    others = null;
    for (T each : all) {
      if (wanted.test(each)) {
        taken.add(each);
      } else {
        add(each);
      }
    }
    return taken;
  }
}
