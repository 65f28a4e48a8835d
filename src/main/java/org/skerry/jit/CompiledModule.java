package org.skerry.jit;

import java.lang.invoke.MethodHandles;
import org.skerry.process.WorkerContext;

/** The compiled functions of one module; the compiler generates a hidden class of it. */
public abstract class CompiledModule {
  /** {@link #enter} at the beginning of a function whose frame has nothing but its arguments. */
  static final int BEGIN = -1;

  private final MethodHandles.Lookup lookup;

  /**
   * For generated classes.
   *
   * @param lookup of the generated class
   */
  protected CompiledModule(MethodHandles.Lookup lookup) {
    this.lookup = lookup;
  }

  /** Finds the methods of the generated class. */
  final MethodHandles.Lookup lookup() {
    return lookup;
  }

  /**
   * Runs a function whose frame is the process's top frame, from memory.
   *
   * @param function its position in the module
   * @param fp its frame, with every live register in it
   * @param pc where to go on, or {@link #BEGIN}
   * @return the bits of its result; meaningless where {@link WorkerContext#left} is not 0
   */
  public abstract long enter(int function, WorkerContext context, long fp, int pc);
}
