package org.skerry.module;

/**
 * A function that code of a module names: its own, or one of another module.
 *
 * @param module the module's name, which may be this one's; null for this version of this module
 * @param name the function's name
 * @param signature what the code that names it takes it to be; linking fails where it is not
 */
public record FunctionReference(String module, String name, Signature signature) {

  /** Whether it means the version of a module that is current when it is used. */
  public boolean isQualified() {
    return module != null;
  }
}
