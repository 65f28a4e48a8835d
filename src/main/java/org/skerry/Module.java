package org.skerry;

import java.util.List;
import org.skerry.module.FunctionDefinition;
import org.skerry.module.LinkedModule;
import org.skerry.module.Signature;

/**
 * A module that a VM has loaded: a name, which stands for the version that is current when it is
 * used. Immutable; any thread.
 */
public final class Module {
  private final Vm vm;
  private final String name;

  Module(Vm vm, String name) {
    this.vm = vm;
    this.name = name;
  }

  /** The module's name. */
  public String name() {
    return name;
  }

  /** 1 for the module that was loaded first, one more each time that it was loaded again. */
  public int version() {
    return vm.loading().current(name).version();
  }

  /** The exported functions, in the order of the source. */
  public List<Function> functions() {
    return vm.loading().current(name).verified().file().functions().stream()
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
    int loads = vm.loading().loads();
    LinkedModule linked = vm.loading().current(this.name);
    int index = linked.functionIndex(name);
    FunctionDefinition definition = index < 0 ? null : linked.function(index).definition();
    if (definition == null || !definition.exported()) {
      throw new IllegalArgumentException(
          definition == null
              ? "module " + name() + " has no function " + name
              : name() + "." + name + " is not exported");
    }
    return new Function(vm, name(), new Function.Version(loads, index, definition));
  }

  /**
   * The function index of a module's {@code main}.
   *
   * @param linked the module, or null where there is none
   * @param module its name
   * @throws IllegalArgumentException if it has none that takes nothing
   */
  static int mainOf(LinkedModule linked, String module) {
    if (linked == null) {
      throw new IllegalArgumentException("no module " + module + " is loaded");
    }
    int function = linked.functionIndex("main");
    if (function < 0) {
      throw new IllegalArgumentException(
          "module " + module + " has no function main: `export function main() -> r` is missing");
    }
    FunctionDefinition main = linked.function(function).definition();
    if (!main.exported()) {
      throw new IllegalArgumentException(
          module + ".main is not exported: write `export function main`");
    }
    Signature signature = main.signature();
    if (!signature.parameters().isEmpty()) {
      throw new IllegalArgumentException(
          module
              + ".main is "
              + signature
              + ", but it must take nothing; r.arguments gives the program's arguments");
    }
    return function;
  }

  @Override
  public String toString() {
    return name();
  }
}
