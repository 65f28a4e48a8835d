package org.skerry;

import org.skerry.module.FunctionDefinition;

/**
 * An exported function of a module that a VM has loaded: a name and a signature. It stands for the
 * version of the module that is current when it is used; where that exports no such function any
 * more, its use throws {@link IllegalStateException}. Immutable; any thread.
 */
public final class Function {
  private static final byte UNKNOWN = 0;
  private static final byte NUMERIC = 1;
  private static final byte OTHER = 2;

  private final Vm vm;
  private final String module;

  /** The last that was found; every thread finds the same in the end. */
  private Version version;

  /** What it is in one version of its module. */
  static final class Version {
    private final int loads;
    private final int index;
    private final FunctionDefinition definition;

    /** Found out at the first call; every thread finds the same. */
    private byte kind;

    /**
     * @param loads {@link Loading#loads} before it was found
     * @param index the VM's index of it
     */
    Version(int loads, int index, FunctionDefinition definition) {
      this.loads = loads;
      this.index = index;
      this.definition = definition;
    }

    int index() {
      return index;
    }

    /** Whether it and all that it calls compute with numbers only. */
    boolean isNumeric(Vm vm) {
      if (kind == UNKNOWN) {
        kind = vm.isNumeric(index) ? NUMERIC : OTHER;
      }
      return kind == NUMERIC;
    }
  }

  Function(Vm vm, String module, Version version) {
    this.vm = vm;
    this.module = module;
    this.version = version;
  }

  /** Its name, without the module's. */
  public String name() {
    return definition().name();
  }

  /** The module's name. */
  public String module() {
    return module;
  }

  /** What it takes and gives, as in assembly: {@code (i, r) -> f}. */
  public String signature() {
    return definition().signature().toString();
  }

  /**
   * The VM's index of it in the version that is current.
   *
   * @throws IllegalArgumentException if it is another VM's
   * @throws IllegalStateException if there is none any more
   */
  int indexIn(Vm user) {
    return in(user).index;
  }

  /** As {@link #indexIn}, with what else is known of it. */
  Version in(Vm user) {
    if (vm != user) {
      throw new IllegalArgumentException("The function belongs to another VM. function=" + this);
    }
    Version known = version;
    if (known.loads != vm.loading().loads()) {
      known = vm.loading().current(this);
      version = known;
    }
    return known;
  }

  /** Of some version: name, signature and the places of parameters are those of all. */
  FunctionDefinition definition() {
    return version.definition;
  }

  /** Module, name and signature. */
  @Override
  public String toString() {
    return module + "." + name() + signature();
  }
}
