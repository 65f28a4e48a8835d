package org.skerry.mvar;

import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;
import org.skerry.heap.HeapLayout;
import org.skerry.memory.Memory;
import org.skerry.process.SpawnOptions;
import org.skerry.process.WorkerContext;
import org.skerry.term.Term;

/**
 * Lock word and queue on threads: reads and writes for one operation, and under holds, are those of
 * a plain variable. A thread plays a process that runs: where it has to wait it asks again until it
 * was granted what it waits for.
 */
@SuppressWarnings("this-escape")
public class MvarLincheckTest {
  private static final MvarFixture FIXTURE = new MvarFixture();
  private static final long MVAR = FIXTURE.mvar(0);
  private static final ThreadLocal<Actor> ACTOR = ThreadLocal.withInitial(MvarLincheckTest::actor);

  private record Actor(WorkerContext context, long process) {}

  /** The value is 0. */
  public MvarLincheckTest() {
    Memory.putLongVolatile(MVAR + MvarLayout.VALUE, Term.smallInt(0));
  }

  private static synchronized Actor actor() {
    WorkerContext context = FIXTURE.newContext(process -> {});
    context.participant().online();
    return new Actor(context, FIXTURE.start(new SpawnOptions()));
  }

  /** The value. */
  @Operation
  public long read() {
    Actor actor = ACTOR.get();
    for (; ; Thread.onSpinWait()) {
      long value = BriefLocks.read(actor.context(), actor.process(), MVAR);
      if (value != BriefLocks.BLOCKED) {
        return Term.smallIntValue(value);
      }
    }
  }

  /** Puts 10 in its place. */
  @Operation
  public void write() {
    Actor actor = ACTOR.get();
    while (BriefLocks.beginWrite(actor.context(), actor.process(), MVAR) != MvarLocks.HELD) {
      Thread.onSpinWait();
    }
    MvarValue.replace(actor.context(), MVAR, Term.smallInt(10));
    BriefLocks.endWrite(actor.context(), MVAR);
  }

  /** Adds one; another value stands there in between, which nobody may see. */
  @Operation
  public long increment() {
    Actor actor = ACTOR.get();
    lock(actor, MvarLocks.WRITE);
    long value = Term.smallIntValue(Memory.getLong(MVAR + MvarLayout.VALUE)) + 1;
    MvarValue.replace(actor.context(), MVAR, Term.smallInt(-1));
    MvarValue.replace(actor.context(), MVAR, Term.smallInt(value));
    MvarLocks.unlock(actor.context(), actor.process(), MVAR);
    return value;
  }

  /** As {@link #read}, as compiled code does it where that is possible at once. */
  @Operation
  public long readAtOnce() {
    long value = FreeLocks.read(ACTOR.get().process(), MVAR);
    return value == MvarValue.NONE ? read() : Term.smallIntValue(value);
  }

  /** As {@link #write}, as compiled code does it where that is possible at once. */
  @Operation
  public void writeAtOnce() {
    Actor actor = ACTOR.get();
    if (FreeLocks.write(actor.context(), actor.process(), MVAR, Term.smallInt(10))
        != FreeLocks.DONE) {
      write();
    }
  }

  /** As {@link #increment}, as compiled code does it where that is possible at once. */
  @Operation
  public long incrementAtOnce() {
    Actor actor = ACTOR.get();
    long process = actor.process();
    long frame = Memory.getLong(process + HeapLayout.FP);
    if (FreeLocks.lock(process, MVAR, MvarLocks.WRITE, frame, Memory.getLong(frame))
        != FreeLocks.DONE) {
      lock(actor, MvarLocks.WRITE);
    }
    long value = Term.smallIntValue(FreeLocks.readHeld(process, MVAR)) + 1;
    FreeLocks.writeHeld(actor.context(), process, MVAR, Term.smallInt(-1));
    FreeLocks.writeHeld(actor.context(), process, MVAR, Term.smallInt(value));
    if (FreeLocks.unlock(process, MVAR) != FreeLocks.DONE) {
      MvarLocks.unlock(actor.context(), process, MVAR);
    }
    return value;
  }

  /** The value, which is the same as long as it is held for reading. */
  @Operation
  public long readTwice() {
    Actor actor = ACTOR.get();
    lock(actor, MvarLocks.READ);
    long first = read();
    long second = read();
    MvarLocks.unlock(actor.context(), actor.process(), MVAR);
    return first == second ? first : Long.MIN_VALUE;
  }

  private static void lock(Actor actor, int access) {
    while (MvarLocks.lock(actor.context(), actor.process(), MVAR, access, MvarLocks.PATIENT)
        != MvarLocks.HELD) {
      Thread.onSpinWait();
    }
  }

  /** A plain variable. */
  public static class Variable {
    private long value;

    /** As {@link MvarLincheckTest#read}. */
    public long read() {
      return value;
    }

    /** As {@link MvarLincheckTest#write}. */
    public void write() {
      value = 10;
    }

    /** As {@link MvarLincheckTest#increment}. */
    public long increment() {
      return ++value;
    }

    /** As {@link MvarLincheckTest#readAtOnce}. */
    public long readAtOnce() {
      return value;
    }

    /** As {@link MvarLincheckTest#writeAtOnce}. */
    public void writeAtOnce() {
      value = 10;
    }

    /** As {@link MvarLincheckTest#incrementAtOnce}. */
    public long incrementAtOnce() {
      return ++value;
    }

    /** As {@link MvarLincheckTest#readTwice}. */
    public long readTwice() {
      return value;
    }
  }

  @Test
  void shouldBehaveAsAVariable() {
    new StressOptions()
        .threads(3)
        .actorsPerThread(4)
        .iterations(30)
        .invocationsPerIteration(1000)
        .sequentialSpecification(Variable.class)
        .check(MvarLincheckTest.class);
  }
}
