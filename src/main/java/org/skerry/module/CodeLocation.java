package org.skerry.module;

/**
 * Where some code comes from, for people.
 *
 * @param module the module's name
 * @param function the function's name
 * @param arity the number of its parameters
 * @param source the module's source file as its author named it
 * @param line the line there, from 1; 0 where it is not known
 * @param oldVersion which version of the module it is, where that is not current any more; else 0
 */
public record CodeLocation(
    String module, String function, int arity, String source, int line, int oldVersion) {

  /** As in a stack trace: {@code ring.hop/2 (ring.ska:17)}. */
  @Override
  public String toString() {
    String place = line > 0 ? source + ":" + line : source;
    String version = oldVersion > 0 ? ", version " + oldVersion : "";
    return module + "." + function + "/" + arity + " (" + place + version + ")";
  }
}
