package org.skerry.mvar;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.skerry.heap.HeapLayout;
import org.skerry.memory.Memory;
import org.skerry.memory.TestThreads;
import org.skerry.process.WorkerContext;

/** What a walk over those who wait tells, what it counts for, and when there is none. */
@Timeout(120)
class WaitGraphTest {
  private static final int ROUNDS = 200_000;
  private static final int MAX_PAUSES = 100;
  private static final int READERS = 5_000;

  /** The other gives up again and again while the cycle is described: it is told as it was. */
  @Test
  void shouldTellAMemberThatGivesUpMeanwhileAsItWas() throws InterruptedException {
    try (MvarFixture fixture = new MvarFixture()) {
      long a = fixture.mvar(0);
      long b = fixture.mvar(1);
      long first = fixture.idle();
      long second = fixture.idle();
      WorkerContext context = fixture.context;
      lock(context, first, a);
      lock(context, second, b);
      lock(context, first, b);
      AtomicBoolean isOver = new AtomicBoolean();
      WorkerContext other = fixture.newContext(process -> {});
      TestThreads giving =
          TestThreads.start(
              1,
              index -> {
                other.participant().online();
                Random random = new Random(1);
                while (!isOver.get()) {
                  lock(other, second, a);
                  pause(random.nextInt(MAX_PAUSES));
                  MvarLocks.withdraw(other, second);
                  pause(random.nextInt(MAX_PAUSES));
                }
                other.participant().offline();
              });

      for (int round = 0; round < ROUNDS; round++) {
        Cycle cycle = fixture.mvars.graph().find(context, first);
        if (cycle != null) {
          assertThat(cycle.members()).hasSize(2);
          assertIsTold(cycle.members().get(0), first, 1, 0);
          assertIsTold(cycle.members().get(1), second, 0, 1);
        }
      }
      isOver.set(true);
      giving.join();
      MvarLocks.withdraw(context, first);
    }
  }

  private static void pause(int times) {
    for (int i = 0; i < times; i++) {
      Thread.onSpinWait();
    }
  }

  private static void assertIsTold(Cycle.Member member, long process, int waits, int holds) {
    assertThat(member.pid()).isEqualTo(MvarFixture.pid(process));
    assertThat(member.mvar()).isEqualTo(waits);
    assertThat(member.isWrite()).isTrue();
    long header = Memory.getLong(Memory.getLong(process + HeapLayout.FP));
    assertThat(member.where()).isEqualTo(header);
    assertThat(member.holds()).containsExactly(new Cycle.Held(holds, true, header));
  }

  @Test
  void shouldCountLookingAtManyHoldersAsWork() {
    try (MvarFixture fixture = new MvarFixture()) {
      long mvar = fixture.mvar(0);
      for (int i = 0; i < READERS; i++) {
        long reader = fixture.idle();
        MvarLocks.lock(fixture.context, reader, mvar, MvarLocks.READ, MvarLocks.PATIENT);
      }
      long writer = fixture.idle();
      lock(fixture.context, writer, mvar);
      long before = Memory.getLong(writer + HeapLayout.WORK_DEBT);

      assertThat(fixture.mvars.graph().find(fixture.context, writer)).isNull();

      assertThat(Memory.getLong(writer + HeapLayout.WORK_DEBT) - before)
          .isGreaterThan((long) READERS * MvarLayout.HOLD_BYTES);
      MvarLocks.withdraw(fixture.context, writer);
    }
  }

  /** Nobody waits for what it holds: nobody can wait for it in the end, and it need not walk. */
  @Test
  void shouldNotWalkWhereNobodyWaitsForWhatTheProcessHolds() {
    try (MvarFixture fixture = new MvarFixture()) {
      long own = fixture.mvar(0);
      long wanted = fixture.mvar(1);
      long process = fixture.idle();
      long other = fixture.idle();
      long third = fixture.idle();
      lock(fixture.context, process, own);
      lock(fixture.context, other, wanted);
      lock(fixture.context, process, wanted);

      assertThat(WaitGraph.mayCloseCycle(process)).isFalse();

      lock(fixture.context, third, own);
      assertThat(WaitGraph.mayCloseCycle(process)).isTrue();
      MvarLocks.withdraw(fixture.context, third);
      MvarLocks.withdraw(fixture.context, process);
    }
  }

  private static void lock(WorkerContext context, long process, long mvar) {
    MvarLocks.lock(context, process, mvar, MvarLocks.WRITE, MvarLocks.PATIENT);
  }
}
