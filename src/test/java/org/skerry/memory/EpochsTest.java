package org.skerry.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EpochsTest {
  private final MemoryPool pool = new MemoryPool(256 << 20);
  private final BlockCache cache = pool.newCache();
  private final Epochs epochs = new Epochs();

  @AfterEach
  void closePool() {
    epochs.close();
    pool.close();
  }

  private void quiescentOften(Epochs.Participant participant) {
    for (int i = 0; i < 5; i++) {
      participant.quiescent();
    }
  }

  @Test
  void shouldFreeAtTheNextQuiescentStateWhenNobodyElseIsOnline() {
    Epochs.Participant worker = epochs.register(cache);
    worker.online();
    worker.retire(cache.allocate(64), 64, cache);
    assertThat(epochs.pendingCount()).isEqualTo(1);
    assertThat(pool.usedBytes()).isEqualTo(64);
    worker.quiescent();
    assertThat(epochs.pendingCount()).isZero();
    assertThat(pool.usedBytes()).isZero();
  }

  @Test
  void shouldFreeAFewThousandBlocksAtATimeUntilItGoesOffline() {
    Epochs.Participant worker = epochs.register(cache);
    worker.online();
    retire(worker, 10_000);
    for (int left = 3; left > 0; left--) {
      long before = epochs.pendingCount();
      worker.quiescent();
      assertThat(before - epochs.pendingCount()).isEqualTo(2_048);
    }
    worker.offline();
    assertThat(epochs.pendingCount()).isZero();
    assertThat(pool.usedBytes()).isZero();
  }

  @Test
  void shouldKeepUpWithWhoRetiresMuch() {
    Epochs.Participant worker = epochs.register(cache);
    worker.online();
    for (int i = 0; i < 50; i++) {
      retire(worker, 5_000);
      worker.quiescent();
      assertThat(epochs.pendingCount()).isLessThanOrEqualTo(15_000);
    }
    worker.offline();
  }

  @Test
  void shouldAskAgainForRecordsThatAreNotDone() {
    List<Long> asked = new ArrayList<>();
    Reclaimer reclaimer =
        (address, own, budget) -> {
          asked.add(address);
          boolean waits = address == 1 && !asked.contains(3L); // for the last of them
          boolean isLong = address == 2 && asked.stream().filter(a -> a == 2).count() < 3;
          return waits ? -1 - budget : isLong ? -1 : budget - 1;
        };
    try (Epochs records = new Epochs(reclaimer)) {
      Epochs.Participant worker = records.register(cache);
      worker.online();
      worker.retire(1, cache);
      worker.retire(2, cache);
      worker.retire(3, cache);
      while (records.pendingCount() != 0) {
        worker.quiescent();
      }
      worker.offline();
      assertThat(asked).containsExactly(1L, 2L, 1L, 2L, 1L, 2L, 3L, 1L);
    }
  }

  private void retire(Epochs.Participant worker, int count) {
    for (int i = 0; i < count; i++) {
      worker.retire(cache.allocate(64), 64, cache);
    }
  }

  @Test
  void shouldWaitForEveryOnlineParticipant() {
    Epochs.Participant worker = epochs.register(cache);
    Epochs.Participant first = epochs.register();
    Epochs.Participant second = epochs.register();
    worker.online();
    first.online();
    second.online();
    long block = cache.allocate(64);
    worker.retire(block, 64, cache);
    quiescentOften(worker);
    first.quiescent();
    quiescentOften(worker);
    assertThat(Memory.getLong(block)).isNotZero();
    second.quiescent();
    quiescentOften(worker);
    assertThat(pool.usedBytes()).isZero();
    first.offline();
    second.offline();
  }

  @Test
  void shouldNotWaitForOneThatWentOfflineOrCameOnlineLater() {
    Epochs.Participant worker = epochs.register(cache);
    Epochs.Participant parked = epochs.register();
    Epochs.Participant late = epochs.register();
    worker.online();
    parked.online();
    worker.retire(cache.allocate(64), 64, cache);
    worker.quiescent();
    assertThat(pool.usedBytes()).isEqualTo(64);
    parked.offline();
    late.online();
    quiescentOften(worker);
    assertThat(pool.usedBytes()).isZero();
    late.offline();
  }

  @Test
  void shouldFreeBagsInTurnWhileAReaderMovesOn() {
    Epochs.Participant worker = epochs.register(cache);
    Epochs.Participant reader = epochs.register();
    worker.online();
    reader.online();
    for (int i = 0; i < 10_000; i++) {
      worker.retire(cache.allocate(64), 64, cache);
      worker.quiescent();
      if (i % 10 == 0) {
        reader.quiescent();
      }
    }
    assertThat(epochs.pendingCount()).isLessThan(32);
    reader.offline();
    quiescentOften(worker);
    assertThat(epochs.pendingCount()).isZero();
  }

  @Test
  void shouldPassOrphansToWhoeverIsOnlineOrLeavesLast() {
    Epochs.Participant worker = epochs.register(cache);
    Epochs.Participant other = epochs.register(cache);
    Epochs.Participant reader = epochs.register();
    worker.online();
    other.online();
    reader.online();
    worker.retire(cache.allocate(64), 64, cache);
    worker.offline();
    assertThat(pool.usedBytes()).isEqualTo(64);
    other.quiescent();
    assertThat(pool.usedBytes()).as("the reader may still look").isEqualTo(64);
    reader.offline();
    other.offline();
    assertThat(pool.usedBytes()).isZero();
  }

  @Test
  void shouldLetAWorkerThatRetiresNothingAdoptOrphans() {
    Epochs.Participant worker = epochs.register(cache);
    Epochs.Participant other = epochs.register(cache);
    worker.online();
    other.online();
    worker.retire(cache.allocate(64), 64, cache);
    worker.close();
    other.quiescent();
    assertThat(pool.usedBytes()).isZero();
    other.offline();
  }

  @Test
  void shouldNestHostEntries() {
    Epochs.Participant worker = epochs.register(cache);
    Epochs.Participant host = epochs.register();
    worker.online();
    host.enter();
    host.enter();
    host.exit();
    worker.retire(cache.allocate(64), 64, cache);
    quiescentOften(worker);
    assertThat(pool.usedBytes()).isEqualTo(64);
    host.exit();
    quiescentOften(worker);
    assertThat(pool.usedBytes()).isZero();
  }

  @Test
  void shouldRefuseMisuse() {
    Epochs.Participant worker = epochs.register(cache);
    assertThatThrownBy(worker::offline).isInstanceOf(VmBug.class);
    assertThatThrownBy(worker::exit).isInstanceOf(VmBug.class);
    assertThatThrownBy(worker::quiescent).isInstanceOf(VmBug.class);
    assertThatThrownBy(() -> worker.retire(8, 8, cache)).isInstanceOf(VmBug.class);
    worker.online();
    assertThatThrownBy(worker::online).isInstanceOf(VmBug.class);
    assertThatThrownBy(() -> epochs.freeRemaining(cache)).isInstanceOf(VmBug.class);
    worker.retire(cache.allocate(8), 8, cache);
    assertThatThrownBy(epochs::close).isInstanceOf(VmBug.class);
    worker.close();
    assertThatThrownBy(worker::close).isInstanceOf(VmBug.class);
  }

  @Test
  void shouldFreeWhatRemainsAtTheEnd() {
    BlockCache none = null;
    Epochs.Participant worker = epochs.register(none);
    Epochs.Participant reader = epochs.register();
    worker.online();
    reader.online();
    worker.retire(cache.allocate(8), 8, cache);
    worker.close();
    reader.close();
    epochs.freeRemaining(cache);
    assertThat(pool.usedBytes()).isZero();
  }

  /**
   * Threads replace blocks in shared slots and read through the slots, some going offline at
   * random. Checked memory finds any block that is freed under a reader.
   */
  @Test
  void shouldNeverFreeABlockUnderAReader() throws InterruptedException {
    int slots = 16;
    int rounds = 150_000;
    long table = cache.allocate(slots * 8L);
    for (int i = 0; i < slots; i++) {
      Memory.putLong(table + i * 8L, newNode(cache, i));
    }
    AtomicInteger replaced = new AtomicInteger();
    TestThreads threads =
        TestThreads.start(
            4,
            index -> {
              SplittableRandom random = new SplittableRandom(index);
              try (BlockCache own = pool.newCache();
                  Epochs.Participant self = epochs.register(own)) {
                self.online();
                for (int i = 0; i < rounds; i++) {
                  long slot = table + random.nextInt(slots) * 8L;
                  if (random.nextInt(4) == 0) {
                    long old = Memory.getAndSetLong(slot, newNode(own, i));
                    self.retire(old, 48, own);
                    replaced.incrementAndGet();
                  } else {
                    long node = Memory.getLongAcquire(slot);
                    long value = Memory.getLong(node);
                    assertThat(Memory.getLong(node + 40)).isEqualTo(~value);
                  }
                  rest(self, random.nextInt(64));
                }
              }
            });
    threads.join();
    assertThat(replaced.get()).isGreaterThan(rounds / 2);
    epochs.freeRemaining(cache);
    for (int i = 0; i < slots; i++) {
      cache.free(Memory.getLong(table + i * 8L), 48);
    }
    cache.free(table, slots * 8L);
    assertThat(pool.usedBytes()).isZero();
  }

  private static void rest(Epochs.Participant self, int dice) {
    if (dice == 0) {
      self.offline();
      Thread.yield();
      self.online();
    } else if (dice < 16) {
      self.quiescent();
    }
  }

  private static long newNode(BlockCache cache, long value) {
    long node = cache.allocate(48);
    Memory.putLong(node, value);
    Memory.putLong(node + 40, ~value);
    return node;
  }
}
