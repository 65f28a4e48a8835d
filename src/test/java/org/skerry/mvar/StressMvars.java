package org.skerry.mvar;

import java.util.concurrent.atomic.AtomicInteger;
import org.skerry.memory.Memory;
import org.skerry.process.ProcessLayout;
import org.skerry.process.SpawnOptions;
import org.skerry.process.WorkerContext;
import org.skerry.term.Term;

/** MVars, and processes that use them, for jcstress's states, which give them back unlocked. */
final class StressMvars {
  /** More than the states that jcstress runs at a time. */
  private static final int COUNT = 1 << 15;

  private static final int PROCESSES = 3;
  private static final MvarFixture FIXTURE = new MvarFixture();
  private static final AtomicInteger NEXT = new AtomicInteger();
  private static final long[] PROCESS = processes();
  private static final ThreadLocal<WorkerContext> CONTEXT =
      ThreadLocal.withInitial(StressMvars::newContext);

  private StressMvars() {}

  private static long[] processes() {
    FIXTURE.mvar(COUNT - 1);
    long[] processes = new long[COUNT * PROCESSES];
    for (int i = 0; i < processes.length; i++) {
      processes[i] = FIXTURE.start(new SpawnOptions());
    }
    return processes;
  }

  private static WorkerContext newContext() {
    synchronized (FIXTURE) {
      WorkerContext context = FIXTURE.newContext(process -> {});
      context.participant().online();
      return context;
    }
  }

  /** The calling thread's. */
  static WorkerContext context() {
    return CONTEXT.get();
  }

  /** The number of an MVar whose value is 0, and of processes that hold nothing. */
  static int next() {
    int number = NEXT.getAndIncrement() & COUNT - 1;
    Memory.putLongVolatile(mvar(number) + MvarLayout.VALUE, Term.smallInt(0));
    return number;
  }

  static long mvar(int number) {
    return FIXTURE.mvars.address(number);
  }

  /** One of the three processes that go with an MVar. */
  static long process(int number, int which) {
    return PROCESS[number * PROCESSES + which];
  }

  /** Takes the MVar, however long it takes. */
  static void lock(int number, int which, int access) {
    long process = process(number, which);
    while (MvarLocks.lock(context(), process, mvar(number), access, MvarLocks.PATIENT)
        != MvarLocks.HELD) {
      Thread.onSpinWait();
    }
  }

  static void unlock(int number, int which) {
    MvarLocks.unlock(context(), process(number, which), mvar(number));
  }

  /** Puts an integer in the value's place, as one who holds the MVar for writing. */
  static void put(int number, int value) {
    MvarValue.replace(context(), mvar(number), Term.smallInt(value));
  }

  /** The value, as one who holds the MVar sees it. */
  static int get(int number) {
    return (int) Term.smallIntValue(Memory.getLong(mvar(number) + MvarLayout.VALUE));
  }

  /** Has all three processes give up and release what they have; whether nothing is left then. */
  static boolean release(int number) {
    for (int which = 0; which < PROCESSES; which++) {
      if (Memory.getLong(process(number, which) + ProcessLayout.LOCKS) != 0) {
        MvarLocks.releaseAll(context(), process(number, which), Integer.MAX_VALUE);
      }
    }
    long mvar = mvar(number);
    return (Memory.getLong(mvar + MvarLayout.WORD) & LockWord.BUSY) == 0
        && Memory.getInt(mvar + MvarLayout.WAITERS) == 0
        && Memory.getLong(mvar + MvarLayout.HOLDERS) == Memory.NULL;
  }
}
