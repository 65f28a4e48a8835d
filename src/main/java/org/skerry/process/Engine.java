package org.skerry.process;

/** Executes a process's code. One for all workers: what a run needs is in the context and block. */
public interface Engine {
  /**
   * The reductions are used up, or an instruction was given up in its midst and will begin again;
   * the process wants to run on.
   */
  int PREEMPTED = 0;

  /**
   * The process has registered its interest, looked again, and has nothing to do. Run again, it
   * executes the awaiting instruction once more.
   */
  int AWAIT = 1;

  /**
   * The process is over: the block says how ({@link ProcessLayout#EXIT_KIND} and the pending term).
   * The caller frees it.
   */
  int EXITED = 2;

  /**
   * Runs the process until one of these.
   *
   * @param context the running worker's
   * @param process a block that this worker owns now
   * @param reductions how many to spend at most; positive
   * @return {@link #PREEMPTED}, {@link #AWAIT} or {@link #EXITED}; the frame pointer and all frames
   *     are in memory then
   */
  int run(WorkerContext context, long process, int reductions);
}
