package org.skerry.jit;

/**
 * Why compiled code has left its frames before its function returned: values of {@link
 * org.skerry.process.WorkerContext#left}. All that is live is in the frames then.
 */
public final class Left {
  /** It has not: it runs, or has returned. */
  public static final int NOT = 0;

  /** The slice's reductions are used up. */
  public static final int PREEMPTED = 1;

  /** The process awaits something; the top frame's instruction is executed again. */
  public static final int AWAIT = 2;

  /** The process is over. */
  public static final int EXITED = 3;

  /** Go on where the process's top frame says. */
  public static final int RELOAD = 4;

  /** The instruction of the top frame raised the error whose kind is in the context. */
  public static final int RAISED = 5;

  /** The interpreter executes the instruction at which the top frame stands. */
  public static final int INTERPRET = 6;

  /** A tail call has put another function's frame in the place of the callee's. */
  public static final int TAIL_CALL = 7;

  /** The frame goes on from memory, in the slice that begins or for it had no room otherwise. */
  public static final int AGAIN = 8;

  private Left() {}
}
