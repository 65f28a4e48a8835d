package org.skerry.assembly;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.skerry.module.Handler;

/**
 * Finds out whether a function's handlers are what {@code try} and {@code catch} in its text would
 * give: each handles right behind its range, they nest, and they stand in the order of their ends.
 */
final class HandlerBlocks {
  private final Map<Integer, List<Integer>> starts = new HashMap<>();
  private final Map<Integer, List<Handler>> ends = new HashMap<>();
  private final boolean blocks;

  /**
   * @param places where a line of text can begin
   */
  HandlerBlocks(List<Handler> handlers, BitSet places) {
    blocks = areBlocks(handlers, places);
    if (!blocks) {
      starts.clear();
      ends.clear();
    }
  }

  boolean areBlocks() {
    return blocks;
  }

  int countStartingAt(int pc) {
    return starts.getOrDefault(pc, List.of()).size();
  }

  /** The handlers of ranges that end here, the innermost first. */
  List<Handler> endingAt(int pc) {
    return ends.getOrDefault(pc, List.of());
  }

  private boolean areBlocks(List<Handler> handlers, BitSet places) {
    TreeSet<Integer> pcs = new TreeSet<>();
    for (int i = handlers.size() - 1; i >= 0; i--) {
      Handler handler = handlers.get(i);
      boolean plain = handler.start() < handler.end() && handler.target() == handler.end();
      if (!plain || !places.get(handler.start()) || !places.get(handler.end())) {
        return false;
      }
      starts.computeIfAbsent(handler.start(), key -> new ArrayList<>()).add(i);
      pcs.add(handler.start());
      pcs.add(handler.end());
    }
    handlers.forEach(h -> ends.computeIfAbsent(h.end(), key -> new ArrayList<>()).add(h));
    ArrayDeque<Integer> open = new ArrayDeque<>();
    int next = 0;
    for (int pc : pcs) {
      for (int i = endingAt(pc).size(); i > 0; i--, next++) {
        if (open.isEmpty() || open.pop() != next || handlers.get(next).end() != pc) {
          return false;
        }
      }
      // Later in the list is further out, so the last opens first.
      starts.getOrDefault(pc, List.of()).forEach(open::push);
    }
    return open.isEmpty();
  }
}
