package org.skerry.verify.lint;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The strongly connected components of a graph that go round. */
final class Circles {
  private Circles() {}

  /**
   * The largest sets of places of which each leads to each.
   *
   * @param edges for every place where it leads
   */
  static List<Set<Integer>> of(Map<Integer, List<Integer>> edges) {
    Map<Integer, List<Integer>> reversed = new HashMap<>();
    edges.forEach((place, targets) ->
        targets.forEach(
            target -> reversed.computeIfAbsent(target, key -> new ArrayList<>()).add(place)));
    List<Set<Integer>> circles = new ArrayList<>();
    Set<Integer> done = new HashSet<>();
    for (int place : inOrderOfEnd(edges).reversed()) {
      if (!done.contains(place)) {
        Set<Integer> circle = leadingTo(place, reversed, done);
        done.addAll(circle);
        if (circle.size() > 1 || edges.get(place).contains(place)) {
          circles.add(circle);
        }
      }
    }
    return circles;
  }

  /** Places in the order in which a search in depth gets out of them. */
  private static List<Integer> inOrderOfEnd(Map<Integer, List<Integer>> edges) {
    ArrayDeque<int[]> path = new ArrayDeque<>();
    Set<Integer> seen = new HashSet<>();
    List<Integer> ended = new ArrayList<>();
    for (int start : new TreeSet<>(edges.keySet())) {
      if (seen.add(start)) {
        path.push(new int[] {start, 0});
      }
      while (!path.isEmpty()) {
        int[] top = path.peek();
        List<Integer> successors = edges.get(top[0]);
        if (top[1] == successors.size()) {
          ended.add(path.pop()[0]);
        } else {
          int next = successors.get(top[1]++);
          if (seen.add(next)) {
            path.push(new int[] {next, 0});
          }
        }
      }
    }
    return ended;
  }

  /** A place and what leads to it, without what is in other circles already. */
  private static Set<Integer> leadingTo(
      int place, Map<Integer, List<Integer>> reversed, Set<Integer> without) {
    Set<Integer> leading = new TreeSet<>(Set.of(place));
    ArrayDeque<Integer> open = new ArrayDeque<>(leading);
    while (!open.isEmpty()) {
      for (int from : reversed.getOrDefault(open.remove(), List.of())) {
        if (!without.contains(from) && leading.add(from)) {
          open.add(from);
        }
      }
    }
    return leading;
  }
}
