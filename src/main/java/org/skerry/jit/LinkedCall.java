package org.skerry.jit;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MutableCallSite;

/** A call from one generated class to another's, which {@link CompiledFunctions} leads. */
final class LinkedCall extends MutableCallSite {
  private final MethodHandle unlinked;
  private final int module;
  private final int reference;
  private final int frameBytes;

  /**
   * @param unlinked stands for the callee where it is not compiled; of the class that calls
   * @param module index of the module that calls
   * @param reference the qualified reference that it calls by, or {@link Callee#FIXED}
   * @param frameBytes for how large a frame the caller looks for room
   */
  LinkedCall(MethodHandle unlinked, int module, int reference, int frameBytes) {
    super(unlinked);
    this.unlinked = unlinked;
    this.module = module;
    this.reference = reference;
    this.frameBytes = frameBytes;
  }

  MethodHandle unlinked() {
    return unlinked;
  }

  int module() {
    return module;
  }

  int reference() {
    return reference;
  }

  boolean isQualified() {
    return reference != Callee.FIXED;
  }

  int frameBytes() {
    return frameBytes;
  }
}
