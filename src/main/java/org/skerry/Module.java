package org.skerry;

import java.util.List;
import org.skerry.module.FunctionDefinition;
import org.skerry.module.LinkedModule;

/** A module that a VM has loaded. Immutable; any thread. */
public final class Module {
  private final Vm vm;
  private final LinkedModule linked;

  Module(Vm vm, LinkedModule linked) {
    this.vm = vm;
    this.linked = linked;
  }

  /** The module's name. */
  public String name() {
    return linked.name();
  }

  /** The exported functions, in the order of the source. */
  public List<Function> functions() {
    return linked.verified().file().functions().stream()
        .filter(FunctionDefinition::exported)
        .map(definition -> function(definition.name()))
        .toList();
  }

  /**
   * An exported function.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public Function function(String name) {
    int index = linked.functionIndex(name);
    FunctionDefinition definition = index < 0 ? null : linked.function(index).definition();
    if (definition == null || !definition.exported()) {
      throw new IllegalArgumentException(
          definition == null
              ? "module " + name() + " has no function " + name
              : name() + "." + name + " is not exported");
    }
    return new Function(vm, name(), index, definition);
  }

  @Override
  public String toString() {
    return name();
  }
}
