package org.skerry.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.skerry.memory.BlockCache;
import org.skerry.memory.Epochs;
import org.skerry.memory.Memory;
import org.skerry.memory.MemoryPool;
import org.skerry.process.ProcessLayout;
import org.skerry.process.Timers;
import org.skerry.term.Term;

class TimerServiceTest {
  private static final long MILLI = 1_000_000;

  private final MemoryPool pool = new MemoryPool(1L << 30);
  private final Epochs epochs = new Epochs();
  private final SimulatedWorld world = new SimulatedWorld(1);
  private final TimerService[] all = new TimerService[2];
  private final List<Owner> owners = new ArrayList<>();
  private long process;

  /** A worker as far as timers see it. */
  private final class Owner implements TimerService.Delivery {
    final BlockCache cache = pool.newCache();
    final Epochs.Participant participant = epochs.register(cache);
    final List<Long> woken = new ArrayList<>();
    final List<Long> sent = new ArrayList<>();
    final List<Long> discarded = new ArrayList<>();
    final AtomicInteger unparks = new AtomicInteger();
    final TimerService timers;
    boolean isFull;

    Owner(int index) {
      timers = new TimerService(index, all, world, this);
      timers.bind(new TimerTable(cache, participant));
      all[index] = timers;
      participant.online();
    }

    @Override
    public void wake(long target) {
      woken.add(target);
    }

    @Override
    public boolean send(long pid, long message) {
      if (!isFull) {
        sent.add(message);
      }
      return !isFull;
    }

    @Override
    public void discard(long message) {
      discarded.add(message);
    }

    @Override
    public void unpark() {
      unparks.incrementAndGet();
    }

    void poll() {
      while (timers.poll(world.nanoTime(), 100) == 100) {
        continue;
      }
      participant.quiescent();
    }
  }

  @BeforeEach
  void makeOwners() {
    owners.add(new Owner(0));
    owners.add(new Owner(1));
    process = owners.getFirst().cache.allocate(ProcessLayout.BYTES);
    Memory.fill(process, ProcessLayout.BYTES, (byte) 0);
  }

  @AfterEach
  void close() {
    owners.getFirst().cache.free(process, ProcessLayout.BYTES);
    owners.forEach(owner -> owner.timers.close());
    owners.forEach(owner -> owner.participant.close());
    owners.forEach(owner -> owner.cache.close());
    epochs.close();
    pool.close(); // which reports leaks
  }

  @Test
  void shouldWakeAProcessOnceAtItsDeadline() {
    Owner owner = owners.getFirst();
    owner.timers.wakeAt(process, world.nanoTime() + MILLI);

    world.advance(MILLI - 1);
    owner.poll();
    assertThat(owner.woken).isEmpty();
    world.advance(1L << TimerWheel.TICK_SHIFT);
    owner.poll();
    assertThat(owner.woken).containsExactly(process);
    world.advance(10 * MILLI);
    owner.poll();
    assertThat(owner.woken).hasSize(1);
    assertThat(owner.timers.count()).isZero();
  }

  @Test
  void shouldReplaceAnEarlierDeadline() {
    Owner owner = owners.getFirst();
    long now = world.nanoTime();
    owner.timers.wakeAt(process, now + MILLI);
    owner.timers.wakeAt(process, now + 5 * MILLI);
    assertThat(owner.timers.count()).isEqualTo(1);

    world.advance(2 * MILLI);
    owner.poll();
    assertThat(owner.woken).isEmpty();
    world.advance(4 * MILLI);
    owner.poll();
    assertThat(owner.woken).containsExactly(process);
  }

  @Test
  void shouldReplaceADeadlineThatAnotherWorkerKeeps() {
    Owner first = owners.getFirst();
    Owner second = owners.getLast();
    long now = world.nanoTime();
    first.timers.wakeAt(process, now + MILLI);
    second.timers.wakeAt(process, now + 5 * MILLI);

    world.advance(2 * MILLI);
    first.poll();
    second.poll();
    assertThat(first.woken).isEmpty();
    assertThat(first.timers.count()).isZero();
    world.advance(4 * MILLI);
    second.poll();
    assertThat(second.woken).containsExactly(process);
  }

  @Test
  void shouldCancelAWakeUpFromAnyWorker() {
    for (Owner canceller : owners) {
      owners.getFirst().timers.wakeAt(process, world.nanoTime() + MILLI);
      canceller.timers.cancelWake(process);
      world.advance(2 * MILLI);
      owners.forEach(Owner::poll);
      assertThat(owners.getFirst().woken).isEmpty();
      assertThat(owners.getFirst().timers.count()).isZero();
      assertThat(Memory.getLong(process + ProcessLayout.TIMER)).isZero();
    }
  }

  @Test
  void shouldSendAMessageAndSayWhatWasLeftWhenCancelled() {
    Owner owner = owners.getFirst();
    long deadline = world.nanoTime() + MILLI;
    long sent = owner.timers.sendAfter(null, 8, Term.NIL, deadline);
    long cancelled = owner.timers.sendAfter(null, 8, Term.TRUE, deadline);
    assertThat(Term.isRef(sent)).isTrue();
    assertThat(sent).isPositive().isNotEqualTo(cancelled);

    world.advance(MILLI / 4);
    assertThat(owners.getLast().timers.cancel(cancelled)).isEqualTo(MILLI * 3 / 4);
    assertThat(owners.getFirst().timers.cancel(cancelled)).isEqualTo(-1);
    world.advance(MILLI);
    owner.poll();

    assertThat(owner.sent).containsExactly(Term.NIL);
    assertThat(owner.discarded).containsExactly(Term.TRUE);
    assertThat(owner.timers.cancel(sent)).isEqualTo(-1);
    assertThat(owners.getLast().timers.cancel(sent)).isEqualTo(-1);
  }

  @Test
  void shouldNotCancelALaterTimerInTheSameSlot() {
    Owner owner = owners.getFirst();
    Set<Long> refs = new HashSet<>();
    for (int i = 0; i < 1_000; i++) {
      long ref = owner.timers.sendAfter(null, 8, Term.NIL, world.nanoTime() + MILLI);
      refs.forEach(old -> assertThat(owner.timers.cancel(old)).isEqualTo(-1));
      assertThat(owner.timers.cancel(ref)).isPositive();
      assertThat(refs.add(ref)).isTrue();
      if (refs.size() > 8) {
        refs.clear();
      }
    }
    assertThat(owner.timers.memoryBytes()).isEqualTo(TimerTable.CHUNK_BYTES);
  }

  @Test
  void shouldAnswerRefsThatAreNoTimersOfThisVm() {
    TimerService timers = owners.getFirst().timers;

    assertThat(timers.cancel(Term.ref(17))).isEqualTo(-1);
    assertThat(timers.cancel(Term.ref(TimerHandle.of(300, 5, 0)))).isEqualTo(-1);
    assertThat(timers.cancel(Term.ref(TimerHandle.of(0, 1 << 23, 0)))).isEqualTo(-1);
    assertThat(timers.cancel(Term.ref(TimerHandle.of(1, 0, 0)))).isEqualTo(-1);
  }

  @Test
  void shouldSendAgainLaterToAFullMailbox() {
    Owner owner = owners.getFirst();
    owner.isFull = true;
    owner.timers.sendAfter(null, 8, Term.NIL, world.nanoTime());
    owner.poll();
    assertThat(owner.timers.count()).isEqualTo(1);

    owner.isFull = false;
    world.advance(2 * TimerService.RETRY_NS);
    owner.poll();
    assertThat(owner.sent).containsExactly(Term.NIL);
  }

  @Test
  void shouldGiveMemoryBackWhenTimersAreOver() {
    Owner owner = owners.getFirst();
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < 20_000; i++) {
        owner.timers.sendAfter(null, 8, Term.NIL, world.nanoTime() + i * 100L);
      }
      assertThat(owner.timers.memoryBytes()).isBetween(20_000L * 64, 20_000L * 64 + 32_768);
      world.advance(20 * MILLI);
      owner.poll();
      owner.participant.quiescent();
      assertThat(owner.timers.memoryBytes()).isLessThanOrEqualTo(TimerTable.CHUNK_BYTES);
    }
    assertThat(owner.sent).hasSize(60_000);
  }

  @Test
  void shouldFailToSendAndWakeAtOnceWithoutMemory() {
    Owner owner = owners.getFirst();
    List<Long> hoard = new ArrayList<>();
    for (long block = owner.cache.allocate(8192); block != 0; block = owner.cache.allocate(8192)) {
      hoard.add(block);
    }
    assertThat(owner.timers.sendAfter(null, 8, Term.NIL, world.nanoTime()))
        .isEqualTo(Timers.NO_MEMORY);
    owner.timers.wakeAt(process, world.nanoTime() + MILLI);
    assertThat(owner.woken).containsExactly(process);
    hoard.forEach(block -> owner.cache.free(block, 8192));
  }

  @Test
  void shouldComeForTimersThatAreCancelledElsewhereByTheThousand() {
    Owner owner = owners.getFirst();
    for (int i = 0; i < 5_000; i++) {
      long ref = owner.timers.sendAfter(null, 8, Term.NIL, world.nanoTime() + 1000 * MILLI);
      owners.getLast().timers.cancel(ref);
    }
    assertThat(owner.unparks.get()).isEqualTo(5_000 / 1024);
    owner.poll();
    assertThat(owner.timers.count()).isZero();
  }

  /** Another thread cancels while timers expire: each is delivered or cancelled, never both. */
  @Test
  void shouldDecideBetweenExpiryAndCancelExactlyOnce() throws Exception {
    Owner owner = owners.getFirst();
    int count = 100_000;
    long[] refs = new long[count];
    AtomicInteger made = new AtomicInteger();
    AtomicLong clock = new AtomicLong(world.nanoTime());
    try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
      Future<Set<Integer>> cancelled = thread.submit(() -> cancelAll(refs, made, count));
      for (int i = 0; i < count; i++) {
        refs[i] = owner.timers.sendAfter(null, 8, Term.smallInt(i), clock.addAndGet(50) + 20_000);
        made.setRelease(i + 1);
        if (i % 16 == 0) {
          world.advanceTo(clock.get());
          owner.poll();
        }
      }
      Set<Integer> over = cancelled.get();
      world.advanceTo(clock.get() + MILLI);
      owner.poll();
      Set<Integer> sent = new HashSet<>();
      owner.sent.forEach(message -> sent.add((int) Term.smallIntValue(message)));
      assertThat(owner.sent).hasSameSizeAs(sent);
      assertThat(sent).doesNotContainAnyElementsOf(over);
      assertThat(sent.size() + over.size()).isEqualTo(count);
      assertThat(owner.timers.count()).isZero();
    }
  }

  private Set<Integer> cancelAll(long[] refs, AtomicInteger made, int count) {
    Set<Integer> cancelled = new HashSet<>();
    for (int i = 0; i < count; i++) {
      while (made.getAcquire() <= i) {
        Thread.onSpinWait();
      }
      if (owners.getLast().timers.cancel(refs[i]) >= 0) {
        cancelled.add(i);
      }
      owners.getLast().participant.quiescent();
    }
    return cancelled;
  }
}
