package org.skerry.assembly;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.skerry.module.FunctionReference;

/** The functions that a source can name: its own and those it imports. */
final class Functions {
  private final Map<String, FunctionReference> byText = new HashMap<>();
  private final Map<String, Integer> places = new HashMap<>();

  /** How a function is named in a source, quotes aside. */
  private static String text(String module, String name) {
    return module == null ? name : module + "." + name;
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

  FunctionReference find(String module, String name) {
    return byText.get(text(module, name));
  }

  Collection<String> names() {
    return byText.keySet();
  }

  /** The local functions that have a name that someone may take for one of another module. */
  List<String> localNames() {
    List<String> names = new ArrayList<>();
    byText.forEach((text, function) -> {
      if (function.module() == null) {
        names.add(text);
      }
    });
    return names;
  }
}
