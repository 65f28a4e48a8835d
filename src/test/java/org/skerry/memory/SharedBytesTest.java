package org.skerry.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SharedBytesTest {
  @Test
  void shouldFreeTheBlockWithTheLastReference() {
    MemoryPool pool = new MemoryPool(8 << 20);
    BlockCache cache = pool.newCache();
    long block = SharedBytes.allocate(cache, 300);
    Memory.fill(SharedBytes.dataAddress(block), 300, (byte) 9);
    assertThat(SharedBytes.length(block)).isEqualTo(300);
    assertThat(SharedBytes.chargedBytes(block)).isEqualTo(pool.usedBytes());
    SharedBytes.retain(block);
    assertThat(SharedBytes.references(block)).isEqualTo(2);
    assertThat(SharedBytes.release(block, cache)).isFalse();
    assertThat(Memory.getByte(SharedBytes.dataAddress(block) + 299)).isEqualTo((byte) 9);
    assertThat(SharedBytes.release(block, cache)).isTrue();
    assertThat(pool.usedBytes()).isZero();
    assertThatThrownBy(() -> SharedBytes.retain(block)).isInstanceOf(VmBug.class);
    pool.close();
  }

  @Test
  void shouldHoldNoBytesAtAll() {
    MemoryPool pool = new MemoryPool(8 << 20);
    BlockCache cache = pool.newCache();
    long block = SharedBytes.allocate(cache, 0);
    assertThat(SharedBytes.length(block)).isZero();
    SharedBytes.release(block, cache);
    pool.close();
  }

  @Test
  void shouldReturnNullAtTheCap() {
    MemoryPool pool = new MemoryPool(1 << 20);
    BlockCache cache = pool.newCache();
    assertThat(SharedBytes.allocate(cache, 2 << 20)).isZero();
    assertThat(SharedBytes.allocate(cache, Long.MAX_VALUE)).isZero();
    pool.close();
  }

  @Test
  void shouldFreeOnceWhenThreadsReleaseTogether() throws InterruptedException {
    MemoryPool pool = new MemoryPool(8 << 20);
    BlockCache owner = pool.newCache();
    int threads = 4;
    int rounds = 5_000;
    long[] blocks = new long[rounds];
    for (int i = 0; i < rounds; i++) {
      blocks[i] = SharedBytes.allocate(owner, 32);
      for (int extra = 1; extra < threads; extra++) {
        SharedBytes.retain(blocks[i]);
      }
    }
    AtomicInteger last = new AtomicInteger();
    CountDownLatch start = new CountDownLatch(1);
    TestThreads releasing =
        TestThreads.start(
            threads,
            index -> {
              try (BlockCache cache = pool.newCache()) {
                start.await();
                for (long block : blocks) {
                  SharedBytes.retain(block);
                  SharedBytes.release(block, cache);
                  if (SharedBytes.release(block, cache)) {
                    last.incrementAndGet();
                  }
                }
              }
            });
    start.countDown();
    releasing.join();
    assertThat(last).hasValue(rounds);
    assertThat(pool.usedBytes()).isZero();
    pool.close();
  }
}
