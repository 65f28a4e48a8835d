package org.skerry.process;

/** Hears of each process that ends. */
public interface ExitReporter {
  /**
   * Called by the worker that ran the process, before anything of it is freed: frames and heap can
   * still be read, not written.
   *
   * @param process the block; it has its pid still
   * @param reason a term in its heap, or an immediate
   */
  void exited(WorkerContext context, long process, ExitKind kind, long reason);

  /**
   * Called by the thread that ran it when a process that a host {@link ProcessFlags#HOST_WAITS
   * waits} for is found and counted no more.
   *
   * @param pid what it had
   */
  default void gone(long pid) {}

  /**
   * Called by the thread that ran it when the last process of the VM is over and gone, but for
   * those that threads of the host own.
   */
  default void lastExited() {}
}
