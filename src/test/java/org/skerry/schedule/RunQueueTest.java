package org.skerry.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class RunQueueTest {
  private final RunQueue queue = new RunQueue();

  @Test
  void shouldReturnProcessesOldestFirst() {
    for (long process = 1; process <= 3; process++) {
      assertThat(queue.offer(process)).isTrue();
    }

    assertThat(drain(queue)).containsExactly(1L, 2L, 3L);
    assertThat(queue.poll()).isEqualTo(RunQueue.EMPTY);
  }

  @Test
  void shouldRefuseOneMoreThanItsCapacity() {
    fill(queue, RunQueue.CAPACITY);

    assertThat(queue.offer(1000)).isFalse();
    assertThat(queue.size()).isEqualTo(RunQueue.CAPACITY);
    queue.poll();
    assertThat(queue.offer(1000)).isTrue();
  }

  @Test
  void shouldKeepOrderWhenTheIndicesGoRound() {
    for (long process = 1; process <= 10 * RunQueue.CAPACITY; process += 2) {
      queue.offer(process);
      queue.offer(process + 1);
      assertThat(queue.poll()).isEqualTo(process);
      assertThat(queue.poll()).isEqualTo(process + 1);
    }
  }

  @Test
  void shouldGiveTheOlderHalfRoundedUpToAThief() {
    fill(queue, 5);
    RunQueue thief = new RunQueue();

    assertThat(queue.stealInto(thief)).isEqualTo(3);

    assertThat(drain(thief)).containsExactly(1L, 2L, 3L);
    assertThat(drain(queue)).containsExactly(4L, 5L);
  }

  @Test
  void shouldGiveNothingWhenEmpty() {
    assertThat(queue.stealInto(new RunQueue())).isZero();
  }

  @Test
  void shouldStealOnlyWhatHasRoom() {
    fill(queue, 10);
    RunQueue thief = new RunQueue();
    fill(thief, RunQueue.CAPACITY - 2);

    assertThat(queue.stealInto(thief)).isEqualTo(2);

    assertThat(queue.size()).isEqualTo(8);
    assertThat(thief.size()).isEqualTo(RunQueue.CAPACITY);
    assertThat(queue.stealInto(thief)).isZero();
  }

  /** The owner adds and takes while others steal: each process comes out exactly once. */
  @Test
  void shouldLoseAndDuplicateNothingUnderTheft() throws Exception {
    int count = 300_000;
    AtomicBoolean isOver = new AtomicBoolean();
    List<Callable<BitSet>> roles = new ArrayList<>();
    roles.add(() -> own(count, isOver));
    roles.add(() -> thieve(count, isOver));
    roles.add(() -> thieve(count, isOver));
    BitSet seen = new BitSet(count + 1);
    try (ExecutorService threads = Executors.newFixedThreadPool(roles.size())) {
      List<Future<BitSet>> results = roles.stream().map(threads::submit).toList();
      for (Future<BitSet> result : results) {
        assertThat(seen.intersects(result.get())).as("taken twice").isFalse();
        seen.or(result.get());
      }
    }
    assertThat(seen.nextClearBit(1)).as("first process that was lost").isEqualTo(count + 1);
  }

  private BitSet own(int count, AtomicBoolean isOver) {
    BitSet taken = new BitSet(count + 1);
    int next = 1;
    while (next <= count) {
      for (int burst = next % 97; burst >= 0 && next <= count; burst--) {
        if (!queue.offer(next)) {
          break;
        }
        next++;
      }
      for (int burst = next % 53; burst >= 0; burst--) {
        add(taken, queue.poll());
      }
    }
    for (long process = queue.poll(); process != RunQueue.EMPTY; process = queue.poll()) {
      add(taken, process);
    }
    isOver.set(true);
    return taken;
  }

  private BitSet thieve(int count, AtomicBoolean isOver) {
    BitSet taken = new BitSet(count + 1);
    RunQueue own = new RunQueue();
    do {
      queue.stealInto(own);
      for (long process = own.poll(); process != RunQueue.EMPTY; process = own.poll()) {
        add(taken, process);
      }
    } while (!isOver.get());
    return taken;
  }

  private static void add(BitSet taken, long process) {
    if (process != RunQueue.EMPTY) {
      assertThat(taken.get((int) process)).as("taken twice: %d", process).isFalse();
      taken.set((int) process);
    }
  }

  private static void fill(RunQueue queue, int count) {
    for (long process = 1; process <= count; process++) {
      assertThat(queue.offer(process)).isTrue();
    }
  }

  static List<Long> drain(RunQueue queue) {
    List<Long> processes = new ArrayList<>();
    for (long process = queue.poll(); process != RunQueue.EMPTY; process = queue.poll()) {
      processes.add(process);
    }
    return processes;
  }
}
