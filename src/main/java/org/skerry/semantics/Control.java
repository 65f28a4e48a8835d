package org.skerry.semantics;

/**
 * What the execution of an instruction asks for when it is not simply to go on by some words. Every
 * value lies below any distance between two instructions of a function.
 */
public final class Control {
  /** Suspend; the same instruction is executed again. */
  public static final int AWAIT = Integer.MIN_VALUE;

  /** Let others run, then go on behind the instruction. */
  public static final int YIELD = Integer.MIN_VALUE + 1;

  /** The process has ended. */
  public static final int EXIT = Integer.MIN_VALUE + 2;

  /** Go on where the process's top frame says. */
  public static final int RELOAD = Integer.MIN_VALUE + 3;

  /** The largest of them. */
  public static final int LAST = RELOAD;

  private Control() {}
}
