package org.skerry.assembly;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.skerry.module.FunctionReference;

/** The functions that a source can name: its own and those it imports. */
final class Functions {
  private final Map<String, FunctionReference> byText = new HashMap<>();
  private final Map<String, Integer> places = new HashMap<>();
  private final Set<String> broken = new HashSet<>();

  /** What tells functions apart: a dot may stand in a name. */
  private static String text(String module, String name) {
    return module == null ? name : module + '\0' + name;
  }

  /** Adds a function; false where one of this name is there. */
  boolean add(FunctionReference function, int place) {
    String text = text(function.module(), function.name());
    places.putIfAbsent(text, place);
    return byText.putIfAbsent(text, function) == null;
  }

  /** Offset in the source of the function that was added first under this name. */
  int place(FunctionReference function) {
    return places.get(text(function.module(), function.name()));
  }

  /** Notes a function whose line is wrong behind its name. */
  void addBroken(String module, String name) {
    broken.add(text(module, name));
  }

  /** Whether the function is there, and nobody knows its signature. */
  boolean isBroken(String module, String name) {
    return broken.contains(text(module, name));
  }

  FunctionReference find(String module, String name) {
    return byText.get(text(module, name));
  }

  /** All names as they are written, quotes aside. */
  Collection<String> names() {
    return Stream.concat(byText.keySet().stream(), broken.stream())
        .map(text -> text.replace('\0', '.'))
        .toList();
  }
}
