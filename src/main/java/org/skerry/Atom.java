package org.skerry;

/**
 * An atom of one VM, looked up once, so that writing and comparing it takes a few instructions. Got
 * from {@link Vm#atom}; {@link Term#atom} is for values that belong to no VM. Immutable; any
 * thread.
 */
public final class Atom {
  private final Vm vm;
  private final String name;
  private final long word;

  Atom(Vm vm, String name, long word) {
    this.vm = vm;
    this.name = name;
    this.word = word;
  }

  /** The atom's name. */
  public String name() {
    return name;
  }

  /**
   * The word that stands for it in that VM.
   *
   * @throws IllegalArgumentException if it is another VM's
   */
  long wordIn(Vm user) {
    if (vm != user) {
      throw new IllegalArgumentException("The atom belongs to another VM. name=" + name);
    }
    return word;
  }

  /** As in assembly. */
  @Override
  public String toString() {
    return Term.atom(name).toString();
  }
}
