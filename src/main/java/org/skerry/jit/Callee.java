package org.skerry.jit;

/**
 * What a call in generated code names.
 *
 * @param functionIndex of the function; where the reference is qualified, of the version that was
 *     current when compilation began, whose signature all others share
 * @param reference the qualified reference, or {@link #FIXED}
 */
record Callee(int functionIndex, int reference) {
  static final int FIXED = -1;

  boolean isQualified() {
    return reference != FIXED;
  }

  /** The name of the method that calls it where its frame must be in memory. */
  String laterName() {
    return isQualified() ? "laterTo" + reference : MethodShape.laterName(functionIndex);
  }

  /** The name of the method that stands for it while it is not compiled, or has a larger frame. */
  String unlinkedName() {
    return isQualified() ? "unlinkedTo" + reference : MethodShape.unlinkedName(functionIndex);
  }
}
