package org.skerry;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.skerry.heap.HeapLayout;
import org.skerry.isa.Bank;
import org.skerry.memory.Memory;
import org.skerry.module.FunctionDefinition;
import org.skerry.process.Lifecycle;
import org.skerry.process.Mailbox;
import org.skerry.process.Names;
import org.skerry.process.OwnedProcess;
import org.skerry.process.ProcessLayout;
import org.skerry.process.ProcessTable;
import org.skerry.process.Relations;
import org.skerry.process.Signals;
import org.skerry.process.UnseenProcess;
import org.skerry.process.Wake;
import org.skerry.process.WorkerContext;
import org.skerry.term.Atoms;
import org.skerry.term.TermError;
import org.skerry.term.TermImage;
import org.skerry.term.TermImages;
import org.skerry.term.TermReader;
import org.skerry.term.TermValue;

/** What a thread of the host does to processes, with a context of its own. */
final class HostActions {
  private final Vm vm;
  private final WorkerContext context;
  private final VmBuilder options;

  /** What numeric functions run in; {@link Memory#NULL} where there is none, or one runs. */
  private long kept;

  HostActions(Vm vm, WorkerContext context, VmBuilder options) {
    this.vm = vm;
    this.context = context;
    this.options = options;
  }

  WorkerContext context() {
    return context;
  }

  /** Does something online. */
  <T> T online(Supplier<T> action) {
    context.participant().enter();
    try {
      return action.get();
    } finally {
      context.participant().exit();
    }
  }

  /**
   * Starts a process.
   *
   * @return its pid
   */
  long spawn(Function function, SpawnOptions spawnOptions, Object... arguments) {
    String name = spawnOptions.name();
    long process = prepare(function, spawnOptions, arguments);
    long atom = 0;
    boolean isReady = false;
    try {
      atom = name == null ? 0 : reserve(name, process);
      isReady = true;
    } finally {
      if (!isReady) {
        Lifecycle.discard(context, process);
      }
    }
    return Lifecycle.start(context, process, atom);
  }

  /** A process that has its arguments, and is not started. */
  long prepare(Function function, SpawnOptions spawnOptions, Object... arguments) {
    Term[] terms = new Term[arguments.length];
    for (int i = 0; i < terms.length; i++) {
      terms[i] = Term.of(arguments[i]);
    }
    checkArguments(function, terms);
    long process = create(function.indexIn(vm), spawnOptions.over(options.spawnDefaults()));
    try {
      pass(function.definition(), terms, process);
    } catch (TermError e) {
      Lifecycle.discard(context, process);
      throw noMemory("There is no room for the arguments of " + function + ".");
    }
    return process;
  }

  /**
   * Begins with a numeric function in the process that this thread keeps for them.
   *
   * @param index of a version of it that is numeric
   * @param arguments for which {@link #areNumbers} holds
   * @return the process, which has its arguments, and which nobody sees
   */
  long beginUnseen(Function function, int index, Object... arguments) {
    org.skerry.process.SpawnOptions limits = options.spawnDefaults();
    long process = kept;
    if (process == Memory.NULL) {
      process = create(index, SpawnOptions.DEFAULT.over(limits));
    } else {
      checkRoom(UnseenProcess.begin(context, process, index), limits);
      try {
        vm.closing().checkOpen(); // behind the count, as in create
      } catch (IllegalStateException e) {
        UnseenProcess.rest(context, process);
        throw e;
      }
    }
    kept = Memory.NULL;
    var parameters = function.definition().signature().parameters();
    long slot = Memory.getLong(process + HeapLayout.FP);
    FunctionDefinition definition = function.definition();
    int nextI = 0;
    int nextF = 0;
    for (int i = 0; i < arguments.length; i++) {
      if (parameters.get(i) == Bank.I) {
        long value = ((Number) arguments[i]).longValue();
        Memory.putLong(slot + definition.registerOffset(Bank.I, nextI++), value);
      } else {
        double value = ((Number) arguments[i]).doubleValue();
        Memory.putDouble(slot + definition.registerOffset(Bank.F, nextF++), value);
      }
    }
    return process;
  }

  /** Whether all arguments are plain Java numbers that fit; others may fit as well. */
  static boolean areNumbers(Function function, Object... arguments) {
    List<Bank> parameters = function.definition().signature().parameters();
    if (parameters.size() != arguments.length) {
      return false;
    }
    for (int i = 0; i < arguments.length; i++) {
      Class<?> type = arguments[i] == null ? null : arguments[i].getClass();
      boolean fits =
          parameters.get(i) == Bank.I
              ? type == Long.class || type == Integer.class
              : type == Double.class || type == Float.class;
      if (!fits) {
        return false;
      }
    }
    return true;
  }

  /** The function has returned: its result, and the process is free for the next. */
  Term endUnseen(long process) {
    Object value = TermReader.read(UnseenProcess.result(process), context.scratch().atoms());
    kept = UnseenProcess.rest(context, process) ? process : Memory.NULL;
    return Term.read(value);
  }

  /** The process becomes one as any other; see {@link UnseenProcess#show}. */
  int show(long process, int outcome) {
    return UnseenProcess.show(context, process, outcome);
  }

  /** The thread's context closes. */
  void close() {
    if (kept != Memory.NULL) {
      UnseenProcess.discard(context, kept);
    }
    context.close();
  }

  /** A process that is not started. */
  long create(int function, org.skerry.process.SpawnOptions spawnOptions) {
    long process = Lifecycle.create(context, function, spawnOptions);
    checkRoom(process, spawnOptions);
    try {
      // Behind the count of processes: either we see that the VM closes, or that waits for us.
      vm.closing().checkOpen();
    } catch (IllegalStateException e) {
      Lifecycle.discard(context, process);
      throw e;
    }
    return process;
  }

  private void checkRoom(long process, org.skerry.process.SpawnOptions spawnOptions) {
    if (process == Lifecycle.TOO_MANY) {
      throw new LimitExceeded(
          LimitExceeded.Limit.PROCESSES,
          null,
          options.maxProcesses(),
          context.table().count(),
          1,
          "There are as many processes as there may be.");
    }
    if (process == Lifecycle.NO_MEMORY) {
      boolean own = spawnOptions.maxMemoryBytes() < ProcessLayout.BYTES;
      throw own
          ? new LimitExceeded(
              LimitExceeded.Limit.HEAP,
              null,
              spawnOptions.maxMemoryBytes(),
              0,
              ProcessLayout.BYTES,
              "A process needs more than that.")
          : noMemory("There is no room for a process.");
    }
  }

  /** Why a process of the host has no room for a message. */
  LimitExceeded noRoom(long process) {
    return context.heap().wasRefusedByVm()
        ? noMemory("There is no room for a message.")
        : LimitExceeded.heap(context, process, "The mailbox has no room for a message.");
  }

  /** The limits of a mailbox that was full, and how full it is now; null where there is none. */
  LimitExceeded mailboxLimit(long pid) {
    long process = context.table().find(pid);
    return process == Memory.NULL
        ? null
        : LimitExceeded.mailbox(process, "The mailbox had no room for the request.");
  }

  LimitExceeded noMemory(String what) {
    return LimitExceeded.memory(context, null, what);
  }

  private static void checkArguments(Function function, Term[] terms) {
    var parameters = function.definition().signature().parameters();
    if (parameters.size() != terms.length) {
      throw new IllegalArgumentException(
          "The function takes "
              + parameters.size()
              + " arguments. function="
              + function
              + " given="
              + terms.length);
    }
    for (int i = 0; i < terms.length; i++) {
      TermType type = terms[i].type();
      boolean fits =
          switch (parameters.get(i)) {
            case R -> true;
            case I -> type == TermType.INTEGER;
            case F -> type == TermType.FLOAT;
          };
      if (!fits) {
        throw new IllegalArgumentException(
            "An argument is of another type. function="
                + function
                + " argument="
                + (i + 1)
                + " type="
                + type);
      }
    }
  }

  /** Writes numbers into the frame, and all terms into an image. */
  private void pass(FunctionDefinition function, Term[] terms, long process) {
    long frame = Memory.getLong(process + HeapLayout.FP);
    Object[] ofBankR = new Object[function.signature().count(Bank.R)];
    int[] next = new int[Bank.count()];
    for (int i = 0; i < terms.length; i++) {
      Bank bank = function.signature().parameters().get(i);
      int register = next[bank.ordinal()]++;
      long slot = frame + function.registerOffset(bank, register);
      switch (bank) {
        case R -> ofBankR[register] = terms[i].value();
        case I -> Memory.putLong(slot, terms[i].asLong());
        case F -> Memory.putLong(slot, Double.doubleToRawLongBits(terms[i].asDouble()));
      }
    }
    if (ofBankR.length > 0) {
      long image = TermImages.of(TermValue.Tuple.of(ofBankR), context.scratch());
      Memory.putLong(process + ProcessLayout.ARGUMENT_IMAGE, image);
    }
  }

  private long reserve(String name, long process) {
    long atom = intern(name);
    if (Relations.prepare(context, process)) {
      int reserved = Lifecycle.reserveName(context, atom);
      if (reserved == Names.OK) {
        return atom;
      }
      if (reserved == Names.REFUSED) {
        throw new IllegalStateException("The name belongs to a process already. name=" + name);
      }
    }
    throw noMemory("There is no room for a name.");
  }

  /** The VM's atom of a name. */
  long intern(String name) {
    long atom = context.scratch().atoms().intern(name);
    if (atom == org.skerry.term.Term.NONE) {
      throw new LimitExceeded(
          LimitExceeded.Limit.ATOMS,
          null,
          Atoms.DEFAULT_MAX_COUNT,
          context.scratch().atoms().count(),
          1,
          "There can be no more atoms, or none so long.");
    }
    return atom;
  }

  /** Sends a copy of a term. */
  Offer offer(long pid, Term message) {
    long word;
    try {
      word = TermImages.messageOf(message.value(), context.scratch());
    } catch (TermError e) {
      return Offer.NO_MEMORY;
    }
    return offerWord(pid, word);
  }

  /**
   * Sends a message.
   *
   * @param word an immediate, or an image, which is gone then, whatever becomes of it
   */
  Offer offerWord(long pid, long word) {
    long process = context.table().find(pid);
    Offer result = Offer.NO_PROCESS;
    if (process != Memory.NULL) {
      result =
          Mailbox.isTooLarge(process, word)
              ? Offer.TOO_LARGE
              : Offer.of(Mailbox.offer(context, process, word));
    }
    if (result != Offer.OK && result != Offer.DROPPED && result != Offer.KILLED) {
      release(word);
    }
    return result;
  }

  private void release(long word) {
    if (org.skerry.term.Term.isObject(word)) {
      TermImage.release(word, context.cache());
    }
  }

  /** Ends a process that the thread owns; true. */
  boolean finish(long process, Term reason) {
    long word;
    try {
      word = TermImages.messageOf(reason.value(), context.scratch());
    } catch (TermError e) {
      throw noMemory("There is no room for the reason.");
    }
    if (!OwnedProcess.finish(context, process, word)) {
      release(word);
      throw noMemory("There is no room for the reason.");
    }
    return true;
  }

  /** Ends a process at once; whether there was one. */
  boolean kill(long pid) {
    long process = context.table().find(pid);
    if (process != Memory.NULL) {
      Signals.kill(context, process, Signals.KILL);
    }
    return process != Memory.NULL;
  }

  /** The processes that are not over. */
  List<Pid> processes() {
    ProcessTable table = context.table();
    List<Pid> pids = new ArrayList<>();
    for (int index = 0; index < table.indexCount(); index++) {
      long process = table.at(index);
      long pid = process == Memory.NULL ? 0 : Memory.getLongAcquire(process + ProcessLayout.PID);
      if (pid != 0 && org.skerry.term.Term.pidNode(pid) == 0) { // otherwise it is ending
        pids.add(new Pid(pid));
      }
    }
    return pids;
  }

  /** Lets a process look again at what it awaits. */
  void notify(long pid) {
    long process = context.table().find(pid);
    if (process != Memory.NULL) {
      Wake.notify(context.scheduling(), process);
    }
  }

  boolean isAlive(long pid) {
    return context.table().find(pid) != Memory.NULL;
  }
}
