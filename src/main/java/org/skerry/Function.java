package org.skerry;

import org.skerry.module.FunctionDefinition;

/** An exported function of a module that a VM has loaded. Immutable; any thread. */
public final class Function {
  private static final byte UNKNOWN = 0;
  private static final byte NUMERIC = 1;
  private static final byte OTHER = 2;

  private final Vm vm;
  private final String module;
  private final int index;
  private final FunctionDefinition definition;

  /** Found out at the first call; every thread finds the same. */
  private byte kind;

  Function(Vm vm, String module, int index, FunctionDefinition definition) {
    this.vm = vm;
    this.module = module;
    this.index = index;
    this.definition = definition;
  }

  /** Its name, without the module's. */
  public String name() {
    return definition.name();
  }

  /** The module's name. */
  public String module() {
    return module;
  }

  /** What it takes and gives, as in assembly: {@code (i, r) -> f}. */
  public String signature() {
    return definition.signature().toString();
  }

  /**
   * The VM's index of it.
   *
   * @throws IllegalArgumentException if it is another VM's
   */
  int indexIn(Vm user) {
    if (vm != user) {
      throw new IllegalArgumentException("The function belongs to another VM. function=" + this);
    }
    return index;
  }

  /** Whether it and all that it calls compute with numbers only. */
  boolean isNumeric() {
    if (kind == UNKNOWN) {
      kind = vm.isNumeric(index) ? NUMERIC : OTHER;
    }
    return kind == NUMERIC;
  }

  FunctionDefinition definition() {
    return definition;
  }

  /** Module, name and signature. */
  @Override
  public String toString() {
    return module + "." + name() + signature();
  }
}
