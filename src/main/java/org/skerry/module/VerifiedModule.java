package org.skerry.module;

import java.util.List;

/**
 * A module that runs safely: the only thing that the linker accepts, and the trust boundary of the
 * VM. What it says is believed; nothing checks it again.
 *
 * <p>Only {@code org.skerry.verify.Verifier} makes one (an architecture test says so), and it makes
 * it of its own copy of the module, which nobody else can change. Whoever gets at the arrays in
 * here must not write to them.
 */
public final class VerifiedModule {
  private final ModuleFile file;
  private final List<VerifiedFunction> functions;

  private VerifiedModule(ModuleFile file, List<VerifiedFunction> functions) {
    this.file = file;
    this.functions = List.copyOf(functions);
  }

  /**
   * For the verifier alone.
   *
   * @param file nobody else's
   * @param functions in the order of the file
   */
  public static VerifiedModule trust(ModuleFile file, List<VerifiedFunction> functions) {
    return new VerifiedModule(file, functions);
  }

  /** The module. */
  public ModuleFile file() {
    return file;
  }

  /** Its functions, in the order of the file. */
  public List<VerifiedFunction> functions() {
    return functions;
  }
}
