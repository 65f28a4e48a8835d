package org.skerry.mvar;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.skerry.heap.HeapLayout;
import org.skerry.memory.Memory;
import org.skerry.memory.TestThreads;
import org.skerry.process.Mailbox;
import org.skerry.process.ProcessFlags;
import org.skerry.process.Signals;
import org.skerry.process.SpawnOptions;
import org.skerry.process.WorkerContext;
import org.skerry.term.Term;
import org.skerry.term.TermImage;

/** What a walk over those who wait tells, what it counts for, and when there is none. */
@Timeout(120)
class WaitGraphTest {
  private static final int ROUNDS = 200_000;
  private static final int MAX_PAUSES = 100;
  private static final int READERS = 5_000;
  private static final long LOOK_BYTES = 512;

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

      assertThat(findAll(fixture, writer)).isNull();

      assertThat(Memory.getLong(writer + HeapLayout.WORK_DEBT) - before)
          .isGreaterThan((long) READERS * MvarLayout.HOLD_BYTES);
      MvarLocks.withdraw(fixture.context, writer);
    }
  }

  /** Each of many who wait would look at each of many whom they wait for. */
  @Test
  void shouldLookAtTheHoldersOfAnMvarOnce() {
    int many = 500;
    try (MvarFixture fixture = new MvarFixture()) {
      long own = fixture.mvar(0);
      long wanted = fixture.mvar(1);
      long last = fixture.mvar(2);
      WorkerContext context = fixture.context;
      long process = fixture.idle();
      lock(context, process, own);
      for (int i = 0; i < many; i++) {
        read(context, fixture.idle(), last);
      }
      for (int i = 0; i < many; i++) {
        long waiter = fixture.idle();
        read(context, waiter, wanted);
        lock(context, waiter, last);
      }
      lock(context, process, wanted);
      long before = Memory.getLong(process + HeapLayout.WORK_DEBT);

      assertThat(findAll(fixture, process)).isNull();

      assertThat(Memory.getLong(process + HeapLayout.WORK_DEBT) - before)
          .isLessThan(4L * many * LOOK_BYTES);
    }
  }

  /** The one who waits for it is the last of very many holders. */
  @Test
  void shouldGoOnInOtherSlicesWhereVeryManyHold() {
    try (MvarFixture fixture = new MvarFixture()) {
      long process = largeCycle(fixture, new ArrayList<>());

      Cycle cycle = findAll(fixture, process);

      assertThat(cycle.members()).hasSize(2);
      assertIsReading(cycle.members().get(0), process, 1);
      assertThat(Memory.getLong(fixture.mvar(1) + MvarLayout.WORD) & LockWord.SCANNED).isZero();
    }
  }

  /** In the midst of the list holders leave it, that one too at which it is to go on. */
  @Test
  void shouldGoOnThoughHoldersLeave() {
    for (int from : new int[] {0, READERS / 3, READERS / 2}) {
      try (MvarFixture fixture = new MvarFixture()) {
        List<Long> readers = new ArrayList<>();
        long process = largeCycle(fixture, readers);
        assertThat(fixture.mvars.graph().find(fixture.context, process)).isNull();

        for (long reader : readers.subList(from, READERS)) {
          MvarLocks.unlock(fixture.context, reader, fixture.mvar(1));
        }

        assertThat(findAll(fixture, process).members()).hasSize(2);
      }
    }
  }

  /** Whoever has begun a walk over very many may be killed: the next one has its place. */
  @Test
  void shouldLookForOthersWhereOneIsKilledInTheMidst() {
    try (MvarFixture fixture = new MvarFixture()) {
      long first = largeCycle(fixture, new ArrayList<>());
      long second = fixture.idle();
      WorkerContext context = fixture.context;
      lock(context, second, fixture.mvar(2));
      long third = fixture.idle();
      lock(context, third, fixture.mvar(2));
      lock(context, second, fixture.mvar(1));
      assertThat(fixture.mvars.graph().find(context, first)).isNull();
      assertThat(fixture.mvars.graph().find(context, second)).isNull();
      assertThat(owes(second)).isTrue();
      Signals.kill(context, first, Signals.KILL);
      fixture.runAll();

      assertThat(findAll(fixture, second)).isNull();

      assertThat(owes(second)).isFalse();
    }
  }

  /** A small cycle is found while somebody is in the midst of a walk over very many. */
  @Test
  void shouldFindASmallCycleBesideALargeWalk() {
    try (MvarFixture fixture = new MvarFixture()) {
      long large = largeCycle(fixture, new ArrayList<>());
      WorkerContext context = fixture.context;
      assertThat(fixture.mvars.graph().find(context, large)).isNull();
      long a = fixture.mvar(2);
      long b = fixture.mvar(3);
      long first = fixture.idle();
      long second = fixture.idle();
      lock(context, first, a);
      lock(context, second, b);
      lock(context, first, b);
      lock(context, second, a);

      assertThat(fixture.mvars.graph().find(context, second).members()).hasSize(2);

      assertThat(findAll(fixture, large).members()).hasSize(2);
    }
  }

  /** A sender for whom there is room waits all the same, behind one for whom there is none. */
  @Test
  void shouldHaveASenderLookForWhomThereIsRoom() {
    try (MvarFixture fixture = new MvarFixture()) {
      WorkerContext context = fixture.context;
      long held = fixture.mvar(0);
      long receiver = fixture.start(new SpawnOptions().maxMailboxBytes(200));
      fixture.runAll();
      long large = fixture.idle();
      long small = fixture.idle();
      lock(context, small, held);
      while (Mailbox.offer(context, receiver, Term.NIL) == Mailbox.OK) {}
      long image = fixture.image();
      assertThat(Mailbox.awaitRoom(context, large, receiver, image)).isEqualTo(Mailbox.SUSPEND);
      assertThat(Mailbox.awaitRoom(context, small, receiver, Term.NIL)).isEqualTo(Mailbox.SUSPEND);
      Mailbox.receive(context, receiver);
      fixture.runAll();
      lock(context, receiver, held);

      assertThat(fixture.mvars.graph().find(context, receiver)).isNull();

      assertThat(fixture.ready.size()).isOne();
      assertThat(fixture.ready.getLong(0)).isEqualTo(small);
      assertThat(Mailbox.offerFrom(context, small, receiver, Term.NIL)).isEqualTo(Mailbox.OK);
      TermImage.release(image, context.cache());
      MvarLocks.withdraw(context, receiver);
    }
  }

  /** Readers come and go on another thread, in front of who is to be found and behind. */
  @Test
  void shouldFindItWhileReadersComeAndGo() throws InterruptedException {
    try (MvarFixture fixture = new MvarFixture()) {
      List<Long> readers = new ArrayList<>();
      long process = largeCycle(fixture, readers);
      // Newcomers would queue behind who asks: as one who reads does, and is not in the way.
      AtomicBoolean isOver = new AtomicBoolean();
      WorkerContext other = fixture.newContext(woken -> {});
      TestThreads leaving =
          TestThreads.start(
              1,
              index -> {
                other.participant().online();
                for (int i = READERS - 1; i >= 0; i--) {
                  MvarLocks.unlock(other, readers.get(i), fixture.mvar(1));
                  pause(i % MAX_PAUSES);
                }
                isOver.set(true);
                other.participant().offline();
              });

      int cycles = 0;
      do {
        assertThat(findAll(fixture, process).members()).hasSize(2);
        cycles++;
      } while (!isOver.get());
      leaving.join();
      assertThat(cycles).isPositive();
    }
  }

  /**
   * A process that holds MVar 0 and waits to write MVar 1, which very many read, among them the
   * oldest, who waits to read MVar 0.
   */
  private static long largeCycle(MvarFixture fixture, List<Long> readers) {
    long own = fixture.mvar(0);
    long wanted = fixture.mvar(1);
    WorkerContext context = fixture.context;
    long process = fixture.idle();
    long oldest = fixture.idle();
    lock(context, process, own);
    read(context, oldest, wanted);
    for (int i = 0; i < READERS; i++) {
      long reader = fixture.idle();
      read(context, reader, wanted);
      readers.add(reader);
    }
    read(context, oldest, own);
    lock(context, process, wanted);
    return process;
  }

  /** What a process finds in as many parts as it takes, each of which is bounded. */
  private static Cycle findAll(MvarFixture fixture, long process) {
    Cycle cycle;
    do {
      long before = Memory.getLong(process + HeapLayout.WORK_DEBT);
      cycle = fixture.mvars.graph().find(fixture.context, process);
      if (cycle == null) {
        assertThat(Memory.getLong(process + HeapLayout.WORK_DEBT) - before)
            .isLessThanOrEqualTo((WaitGraph.PART + 1) * LOOK_BYTES);
      }
      assertThat(cycle == null || !owes(process)).isTrue();
    } while (owes(process));
    return cycle;
  }

  private static boolean owes(long process) {
    return ProcessFlags.has(process, ProcessFlags.OWES_WALK);
  }

  private static void read(WorkerContext context, long process, long mvar) {
    MvarLocks.lock(context, process, mvar, MvarLocks.READ, MvarLocks.PATIENT);
  }

  private static void assertIsReading(Cycle.Member member, long process, int waits) {
    assertThat(member.pid()).isEqualTo(MvarFixture.pid(process));
    assertThat(member.mvar()).isEqualTo(waits);
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
