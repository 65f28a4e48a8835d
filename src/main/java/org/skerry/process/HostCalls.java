package org.skerry.process;

import org.skerry.term.TermError;

/** Functions of the host, as processes call them. See {@code native-notes/embedding.md}. */
public interface HostCalls {
  /** There are none. */
  HostCalls NONE =
      new HostCalls() {
        @Override
        public int call(WorkerContext context, long process, long fp, long pc, int function) {
          throw TermError.UNDEFINED;
        }

        @Override
        public void exited(WorkerContext context, long process) {}

        @Override
        public long quietSince() {
          return 0;
        }
      };

  /** {@link #call}: the result is in its register. */
  int DONE = 0;

  /**
   * Calls a function for the process that the context runs, or looks what has become of its call.
   * The frame is saved.
   *
   * @param pc address of the instruction, whose linked words say where arguments and result are
   * @param function its index
   * @return {@link #DONE}, or what the {@code Control} of an instruction says
   * @throws TermError UNDEFINED if it is none of the host's
   */
  int call(WorkerContext context, long process, long fp, long pc, int function);

  /**
   * A process with {@link ProcessFlags#HOST_STATE} ends: what it awaits is given up, and what it
   * has of the host is released. For its owner.
   */
  void exited(WorkerContext context, long process);

  /**
   * Says whether a process waits for the host. Any thread.
   *
   * @return negative if one does; otherwise a number that grows when one begins to
   */
  long quietSince();
}
