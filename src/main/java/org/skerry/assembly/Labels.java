package org.skerry.assembly;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.agrona.collections.IntArrayList;

/** The labels of a function that is being assembled; code refers to them by index. */
final class Labels {
  private static final int UNDEFINED = -1;

  private final Map<String, Integer> indexOf = new HashMap<>();
  private final List<String> names = new ArrayList<>();
  private final IntArrayList pcs = new IntArrayList();
  private final IntArrayList firstUses = new IntArrayList();
  private final Set<String> forgiven = new HashSet<>();

  /** The index of the label with this name, which may be defined later. */
  int use(String name, int start) {
    Integer known = indexOf.get(name);
    return known != null ? known : add(name, UNDEFINED, start);
  }

  /** Defines a label. */
  void define(String name, int pc, int start, int end) {
    int index = use(name, start);
    if (pcs.getInt(index) != UNDEFINED) {
      throw new Mistake(start, end, "the function has a label " + name + " already");
    }
    pcs.setInt(index, pc);
  }

  /** A label that has no name. */
  int mark(int pc) {
    return add(null, pc, 0);
  }

  private int add(String name, int pc, int start) {
    if (name != null) {
      indexOf.put(name, names.size());
    }
    names.add(name);
    pcs.addInt(pc);
    firstUses.addInt(start);
    return names.size() - 1;
  }

  int pc(int index) {
    return pcs.getInt(index);
  }

  void movePc(int index, int pc) {
    pcs.setInt(index, pc);
  }

  int count() {
    return names.size();
  }

  /** Complains no more that the label is nowhere. */
  void forgive(String name) {
    forgiven.add(name);
  }

  /** Notes the labels that code uses and nothing defines. */
  void finish(Diagnostics diagnostics) {
    Collection<String> defined = null;
    for (int i = 0; i < names.size() && !diagnostics.isFull(); i++) {
      if (pcs.getInt(i) == UNDEFINED && !forgiven.contains(names.get(i))) {
        if (defined == null) {
          defined = indexOf.keySet().stream().filter(n -> pc(indexOf.get(n)) >= 0).toList();
        }
        int start = firstUses.getInt(i);
        diagnostics.add(
            start,
            start + names.get(i).length() + 1,
            "no label "
                + names.get(i)
                + " in this function"
                + Suggestions.hint(names.get(i), defined, "@"));
      }
    }
  }
}
