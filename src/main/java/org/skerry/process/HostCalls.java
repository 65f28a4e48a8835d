package org.skerry.process;

import java.lang.invoke.MethodHandle;
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
        public int threw(WorkerContext context, long process, Throwable thrown) {
          throw TermError.UNDEFINED;
        }

        @Override
        public void exited(WorkerContext context, long process) {}

        @Override
        public long quietSince() {
          return 0;
        }
      };

  /** What functions of the host need for calls by one thread's context, which closes it. */
  interface ThreadState {
    /** The context closes. */
    void close();
  }

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
   * What calls a function, for compiled code.
   *
   * @param function its index
   * @return takes context, process, address of the frame and of the instruction; gives the result
   *     as {@code long} or {@code double}, or throws what the function throws. Null where the
   *     function is none of the host's, may await, or gives a term
   */
  default MethodHandle inline(int function) {
    return null;
  }

  /**
   * What the handle of {@link #inline} has thrown becomes an error of the process; the frame is
   * saved.
   *
   * @return what the {@code Control} of an instruction says
   * @throws TermError LIMIT_EXCEEDED where there is no room for the error
   */
  int threw(WorkerContext context, long process, Throwable thrown);

  /**
   * A process with {@link ProcessFlags#HOST_STATE} ends: what it awaits is given up, and what it
   * has of the host is released. For its owner.
   */
  void exited(WorkerContext context, long process);

  /**
   * A process is over, and nobody finds it any more.
   *
   * @param pid what it had
   */
  default void gone(long pid) {}

  /**
   * Says whether a process waits for the host. Any thread.
   *
   * @return negative if one does; otherwise a number that grows when one begins to
   */
  long quietSince();
}
