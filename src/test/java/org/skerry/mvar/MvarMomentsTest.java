package org.skerry.mvar;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.skerry.heap.HeapLayout;
import org.skerry.memory.BlockCache;
import org.skerry.memory.Memory;
import org.skerry.memory.TestThreads;
import org.skerry.process.Engine;
import org.skerry.process.Signals;
import org.skerry.process.WorkerContext;
import org.skerry.semantics.Control;
import org.skerry.semantics.MvarOperations;
import org.skerry.semantics.SharedMaps;
import org.skerry.term.Term;
import org.skerry.term.TermBuilder;
import org.skerry.term.TermImage;

/**
 * What single programs seldom meet: an instruction that is executed again at the moment when it is
 * granted what it waits for, a literal that is in use while it is turned, and very many holds.
 */
@Timeout(120)
class MvarMomentsTest {
  private static final int ROUNDS = 50_000;

  /** Of a write, where it is done. */
  private static final int WORDS = 1;

  /**
   * A process is run again for any reason while it waits to write, and at that moment is granted
   * the MVar: it writes then, and does not go to the end of the queue.
   */
  @Test
  void shouldKeepItsPlaceWhenItIsGrantedWhileItLooks() throws InterruptedException {
    try (MvarFixture fixture = new MvarFixture()) {
      long mvar = fixture.mvar(0);
      long holder = fixture.idle();
      long writer = fixture.idle();
      long next = fixture.idle();
      BlockCache cache = fixture.pool.newCache();
      long slot = cache.allocate(16);
      Memory.putLong(slot, Term.smallInt(7));
      AtomicInteger released = new AtomicInteger();
      AtomicInteger begun = new AtomicInteger();
      WorkerContext other = fixture.newContext(process -> {});
      TestThreads releasing =
          TestThreads.start(
              1,
              index -> {
                other.participant().online();
                for (int round = 1; round <= ROUNDS; round++) {
                  while (begun.get() < round) {
                    Thread.onSpinWait();
                  }
                  MvarLocks.unlock(other, holder, mvar);
                  released.set(round);
                }
                other.participant().offline();
              });

      for (int round = 1; round <= ROUNDS; round++) {
        MvarLocks.lock(fixture.context, holder, mvar, MvarLocks.WRITE, MvarLocks.PATIENT);
        assertThat(MvarOperations.write(fixture.context, writer, 0, slot)).isEqualTo(Control.AWAIT);
        MvarLocks.lock(fixture.context, next, mvar, MvarLocks.WRITE, MvarLocks.PATIENT);
        begun.set(round);
        int result = Control.AWAIT;
        while (released.get() < round) {
          result = result == WORDS ? WORDS : MvarOperations.write(fixture.context, writer, 0, slot);
        }
        result = result == WORDS ? WORDS : MvarOperations.write(fixture.context, writer, 0, slot);
        assertThat(result).as("round %d", round).isEqualTo(WORDS);
        MvarLocks.lock(fixture.context, next, mvar, MvarLocks.WRITE, MvarLocks.PATIENT);
        MvarLocks.unlock(fixture.context, next, mvar);
      }
      releasing.join();
      cache.free(slot, 16);
      cache.close();
    }
  }

  /** A literal is turned into a shared map when it is first used so, but not under a writer. */
  @Test
  void shouldNotTurnALiteralWhileAnotherHoldsItForWriting() {
    try (MvarFixture fixture = new MvarFixture()) {
      long mvar = fixture.mvar(0);
      long image = map(fixture);
      long literal = TermImage.toLiteral(image) | MvarValue.LITERAL;
      MvarValue.replace(fixture.context, mvar, literal);
      long holder = fixture.idle();
      long user = fixture.idle();
      MvarLocks.lock(fixture.context, holder, mvar, MvarLocks.WRITE, MvarLocks.PATIENT);

      assertThat(MapReads.snapshot(fixture.context, user, mvar)).isEqualTo(MapReads.BLOCKED);

      // It stores values without the latch: nobody else may store any.
      assertThat(Memory.getLong(mvar + MvarLayout.VALUE)).isEqualTo(literal);
      MvarLocks.unlock(fixture.context, holder, mvar);
      long snapshot = MapReads.snapshot(fixture.context, user, mvar);
      assertThat(MapReads.isReason(snapshot)).isFalse();
      assertThat(MvarValue.kind(Memory.getLong(mvar + MvarLayout.VALUE))).isEqualTo(MvarValue.MAP);
      WorkerContext context = fixture.context;
      MapSnapshots.close(snapshot, context.cache(), context.participant(), context.world());
      TermImage.releaseLiteral(image, context.cache());
    }
  }

  /** Who was answered while it waited holds nothing that a read of a map could give back. */
  @Test
  void shouldTakeItsAnswerThoughTheValueIsAMapBehindThat() {
    try (MvarFixture fixture = new MvarFixture()) {
      long mvar = fixture.mvar(0);
      WorkerContext context = fixture.context;
      MvarValue.replace(context, mvar, Term.smallInt(7));
      long holder = fixture.idle();
      long reader = fixture.idle();
      BlockCache cache = fixture.pool.newCache();
      long slot = cache.allocate(16);
      MvarLocks.lock(context, holder, mvar, MvarLocks.WRITE, MvarLocks.PATIENT);
      assertThat(MvarOperations.read(context, reader, slot, 0)).isEqualTo(Control.AWAIT);
      MvarLocks.unlock(context, holder, mvar);
      long image = map(fixture);
      MvarValue.replace(context, mvar, TermImage.toLiteral(image) | MvarValue.LITERAL);
      MapReads.convert(context, holder, mvar);

      assertThat(MvarOperations.read(context, reader, slot, 0)).isEqualTo(WORDS);

      assertThat(Memory.getLong(slot)).isEqualTo(Term.smallInt(7));
      assertThat(Memory.getInt(mvar + MvarLayout.READERS)).isZero();
      assertThat(MvarLocks.lock(context, holder, mvar, MvarLocks.WRITE, MvarLocks.PATIENT))
          .isEqualTo(MvarLocks.HELD);
      TermImage.releaseLiteral(image, context.cache());
      cache.free(slot, 16);
      cache.close();
    }
  }

  /** Whoever holds it turns it itself. */
  @Test
  void shouldTurnALiteralThatItHoldsForWriting() {
    try (MvarFixture fixture = new MvarFixture()) {
      long mvar = fixture.mvar(0);
      long image = map(fixture);
      MvarValue.replace(fixture.context, mvar, TermImage.toLiteral(image) | MvarValue.LITERAL);
      long holder = fixture.idle();
      MvarLocks.lock(fixture.context, holder, mvar, MvarLocks.WRITE, MvarLocks.PATIENT);
      long key = Term.smallInt(5);

      SharedMaps.put(fixture.context, holder, 0, key, Term.smallInt(6));

      assertThat(MapReads.size(fixture.context, holder, mvar)).isEqualTo(2);
      TermImage.releaseLiteral(image, fixture.context.cache());
    }
  }

  /** Otherwise a process that holds many could keep its worker for seconds. */
  @Test
  void shouldCountLookingThroughManyHoldsAsWork() {
    int holds = 1_000;
    try (MvarFixture fixture = new MvarFixture()) {
      long below = fixture.mvar(0);
      long above = fixture.mvar(1);
      long process = fixture.idle();
      MvarLocks.lock(fixture.context, process, below, MvarLocks.READ, MvarLocks.PATIENT);
      for (int i = 0; i < holds; i++) {
        MvarLocks.lock(fixture.context, process, above, MvarLocks.READ, MvarLocks.PATIENT);
      }
      long before = Memory.getLong(process + HeapLayout.WORK_DEBT);

      MvarLocks.lock(fixture.context, process, below, MvarLocks.WRITE, MvarLocks.PATIENT);

      assertThat(Memory.getLong(process + HeapLayout.WORK_DEBT) - before)
          .isGreaterThan((long) holds * MvarLayout.HOLD_BYTES);
    }
  }

  /** A process that holds very many ends in several slices, and is reported behind them all. */
  @Test
  void shouldReleaseVeryManyHoldsInSeveralSlices() {
    int holds = 1_700;
    try (MvarFixture fixture = new MvarFixture()) {
      long mvar = fixture.mvar(0);
      long last = fixture.mvar(1);
      long process = fixture.idle();
      long waiter = fixture.idle();
      MvarLocks.lock(fixture.context, process, last, MvarLocks.WRITE, MvarLocks.PATIENT);
      for (int i = 0; i < holds; i++) {
        MvarLocks.lock(fixture.context, process, mvar, MvarLocks.READ, MvarLocks.PATIENT);
      }
      MvarLocks.lock(fixture.context, waiter, last, MvarLocks.WRITE, MvarLocks.PATIENT);
      fixture.engine = (context, running, reductions) -> Engine.AWAIT;
      Signals.kill(fixture.context, process, Signals.KILL);

      int slices = 1;
      while (fixture.run(fixture.poll(0)) == Engine.PREEMPTED) {
        slices++;
        // Whatever comes meanwhile neither runs it nor ends it again.
        Signals.kill(fixture.context, process, Signals.KILL);
      }

      assertThat(slices).isEqualTo(4);
      assertThat(fixture.reports).isEqualTo(1);
      fixture.runAll();
      assertThat(MvarLocks.lock(fixture.context, waiter, last, MvarLocks.WRITE, MvarLocks.PATIENT))
          .isEqualTo(MvarLocks.HELD);
    }
  }

  private static long map(MvarFixture fixture) {
    try (TermBuilder builder = new TermBuilder(fixture.context.scratch())) {
      return builder
          .pushImmediate(Term.smallInt(1))
          .pushImmediate(Term.smallInt(2))
          .makeMap(1)
          .popImage(Long.MAX_VALUE);
    }
  }
}
