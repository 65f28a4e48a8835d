package org.skerry;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Looks at the processes of a VM. Any thread; all methods throw {@link IllegalStateException} once
 * the VM is closed.
 */
public final class Processes {
  private final Vm vm;
  private final HostThreads threads;

  private final HostFunctions hostFunctions;

  /** The VM's own functions that look at processes. */
  private final Supplier<Module> look;

  Processes(Vm vm, HostThreads threads, HostFunctions hostFunctions, Supplier<Module> look) {
    this.vm = vm;
    this.threads = threads;
    this.hostFunctions = hostFunctions;
    this.look = look;
  }

  /**
   * The processes that are not over, {@link HostMailbox}es among them, in no order. One that starts
   * or ends meanwhile may be in it or not.
   */
  public List<Pid> list() {
    return threads.online(HostActions::processes);
  }

  /**
   * Asks a process about itself, and waits for the answer: until its slice is over, if it runs; a
   * {@link HostMailbox} answers when it is polled. Each fact is of a moment of its own, and a
   * process that answers is runnable.
   *
   * @return empty if it is over
   * @throws InterruptedException if the calling thread is interrupted first
   * @throws LimitExceeded if there is no room for the question
   */
  public Optional<ProcessInfo> info(Pid pid) throws InterruptedException {
    hostFunctions.checkMayWait("info");
    Term all = vm.call(look.get().function("info"), pid);
    // Whatever it was asked after its end is nil.
    return all.asTuple().getFirst().isNil() || all.asTuple().getLast().isNil()
        ? Optional.empty()
        : Optional.of(ProcessInfo.of(pid, all));
  }

  /**
   * Waits, without a thread, for the end of a process; of what ends behind this call it tells why.
   *
   * @return completed with the reason with which it ended, {@code :noproc} if it had ended before;
   *     or with {@link IllegalStateException} if the VM closes first. What depends on it runs as
   *     what is asynchronous by default, never on a worker
   * @throws LimitExceeded if there is no room for it
   */
  public CompletionStage<Term> monitor(Pid pid) {
    hostFunctions.checkMayWait("monitor");
    return threads.askHere(look.get().function("monitor"), pid);
  }
}
