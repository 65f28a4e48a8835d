package org.skerry.term;

/** What printing asks of the code that is loaded. Called by any worker. */
@FunctionalInterface
public interface FunctionNames {
  /** Names functions by their index alone. */
  FunctionNames BY_INDEX = index -> "function" + index;

  /**
   * The name that people know a function by, {@code module.name/arity}.
   *
   * @param functionIndex the VM's index of the function
   */
  String nameOf(long functionIndex);
}
