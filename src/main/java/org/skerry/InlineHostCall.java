package org.skerry;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.skerry.host.HeldObject;
import org.skerry.isa.Bank;
import org.skerry.memory.Memory;
import org.skerry.process.HostCalls;
import org.skerry.process.ProcessLayout;
import org.skerry.process.WorkerContext;
import org.skerry.term.SmallTerms;
import org.skerry.term.TermReader;
import org.skerry.term.TermScratch;

/** The call of an inline function: looks at the frame of the process. One for each thread. */
final class InlineHostCall extends HostCall implements HostCalls.ThreadState {
  private final HostFunctions functions;
  private final WorkerContext context;
  private HostFunction function;
  private long process;
  private long fp;
  private long arguments;
  private org.skerry.event.HostCall event;

  /** What the function has made handles of, until the next one is called. */
  private final List<HeldObject> made = new ArrayList<>();

  /** The thread that a function of the host holds up just now; plain, see {@link #holdsUp}. */
  private Thread thread;

  InlineHostCall(HostFunctions functions, WorkerContext context) {
    this.functions = functions;
    this.context = context;
  }

  /**
   * Is valid from now on.
   *
   * @param arguments the linked list of arguments, behind the fixed words of the instruction
   */
  void open(HostFunction called, long callingProcess, long frame, long argumentList) {
    function = called;
    process = callingProcess;
    fp = frame;
    arguments = argumentList;
    if (!made.isEmpty()) {
      made.clear();
    }
    enter();
    event = RecordedCalls.begin();
  }

  /** Is not valid any more. */
  void end() {
    if (event != null) {
      RecordedCalls.end(event, function, caller());
      event = null;
    }
    process = Memory.NULL;
    leave();
  }

  /** A function of the host begins on this thread. */
  void enter() {
    thread = Thread.currentThread();
  }

  /** It has ended. */
  void leave() {
    thread = null;
  }

  /** Whether the calling thread is in a function of the host; only that thread writes its name. */
  boolean holdsUp(Thread self) {
    return thread == self;
  }

  /** The function has thrown: hands over what it made, which the process does not learn of. */
  void failed(Consumer<Runnable> aside) {
    made.forEach(held -> aside.accept(held::release));
    made.clear();
  }

  @Override
  public void close() {
    functions.forget(this);
  }

  @Override
  public int count() {
    return function.signature().parameters().size();
  }

  /**
   * Memory is read behind it: nobody may come late, or on a thread that does not run the process.
   */
  private void check() {
    if (process == Memory.NULL || thread != Thread.currentThread()) {
      throw new IllegalStateException(
          "What an inline function gets is for its thread, until it returns.");
    }
  }

  /** The word in an argument's register; what is next to it is where the callee would have it. */
  long word(int argument, Bank bank) {
    check();
    function.checkBank(argument, bank);
    long pair = Memory.getLong(arguments + 8L * (argument >> 1)) >>> 32 * (argument & 1);
    return Memory.getLong(fp + (pair & 0xFFFF));
  }

  @Override
  public long asLong(int argument) {
    return word(argument, Bank.I);
  }

  @Override
  public double asDouble(int argument) {
    return Double.longBitsToDouble(word(argument, Bank.F));
  }

  @Override
  public Term term(int argument) {
    long word = word(argument, Bank.R);
    if (function.isOfSystem() && function.kind() != HostFunction.Kind.BLOCKING) {
      SystemArguments.checkSize(word, argument, function.kind());
    }
    return Term.read(TermReader.read(word, context.scratch().atoms()));
  }

  /** What terms are made with on this thread. */
  TermScratch scratch() {
    check();
    return context.scratch();
  }

  /** Whether an argument of bank {@code r} takes so many words at most, told in as many steps. */
  boolean isSmall(int argument, int words) {
    return SmallTerms.isAtMost(word(argument, Bank.R), words);
  }

  @Override
  Object held(int argument) {
    HeldObject held = functions.held(process, word(argument, Bank.R));
    return held == null ? null : held.get();
  }

  @Override
  public Term handle(Object object, Runnable onRelease) {
    check();
    Objects.requireNonNull(object, "no object");
    long ref = context.newRef();
    HeldObject held = new HeldObject(object, onRelease);
    functions.stateOf(process).put(ref, held);
    made.add(held);
    return HostFunctions.ref(ref);
  }

  @Override
  public void release(int argument) {
    HeldObject held = functions.held(process, word(argument, Bank.R));
    if (held != null) {
      held.release();
    }
  }

  /**
   * Gives an object to another process, whose handle it is from now on, by the same ref.
   *
   * @param argument a handle of the caller's
   * @return whether there is such a process; otherwise nothing has changed
   */
  boolean give(int argument, Pid to) {
    long ref = word(argument, Bank.R);
    return functions.give(process, ref, to.word(), () -> context.table().find(to.word()) != 0);
  }

  @Override
  public Pid caller() {
    check();
    return new Pid(Memory.getLong(process + ProcessLayout.PID));
  }

  @Override
  public void onCancel(Runnable cancellation) {
    throw new IllegalStateException("An inline function cannot be cancelled.");
  }

  @Override
  void onDrop(Runnable dropped) {
    throw new IllegalStateException("An inline function cannot be cancelled.");
  }
}
