package org.skerry;

/** When bytecode is compiled to JVM classes. A program cannot tell but by its speed. */
public enum JitMode {
  /** Never: everything is interpreted. */
  OFF,
  /** Once it turns out to run often. */
  HOT,
  /** When it is loaded. */
  EAGER
}
