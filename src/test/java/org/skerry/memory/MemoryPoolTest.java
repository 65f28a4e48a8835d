package org.skerry.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.junit.jupiter.api.Test;

class MemoryPoolTest {
  private static final long MIB = 1L << 20;
  private static final long GIB = 1L << 30;

  @Test
  void shouldCommitNothingBeforeAnythingIsAllocated() throws IOException {
    try (MemoryPool pool = new MemoryPool(GIB)) {
      assertThat(pool.committedBytes()).isZero();
      assertThat(pool.reservedBytes()).isZero();
      BlockCache cache = pool.newCache();
      long block = cache.allocate(512);
      assertThat(pool.reservedBytes()).isEqualTo(64 * MIB);
      assertThat(pool.committedBytes()).isLessThan(128 * 1024);
      assumeThat(ResidentMemory.isKnown()).isTrue();
      assertThat(ResidentMemory.of(pool.pages().chunks()))
          .isPositive()
          .isLessThanOrEqualTo(pool.committedBytes());
      cache.free(block, 512);
    }
  }

  @Test
  void shouldRefuseACapThatIsNotPositive() {
    assertThatThrownBy(() -> new MemoryPool(0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldKeepAMillionProcessBlocksSmallAndGiveTheirPagesBack() throws IOException {
    int count = 1_000_000;
    try (MemoryPool pool = new MemoryPool(2 * GIB)) {
      BlockCache cache = pool.newCache();
      long[] blocks = new long[count];
      for (int i = 0; i < count; i++) {
        blocks[i] = cache.allocate(512);
      }
      assertThat(pool.usedBytes()).isEqualTo(512L * count);
      assertThat(pool.committedBytes()).isLessThan(520L * count);
      assumeThat(ResidentMemory.isKnown()).isTrue();
      assertThat(ResidentMemory.of(pool.pages().chunks())).isLessThan(520L * count);

      freeRandomHalf(cache, blocks);
      allocateOthersInstead(pool, cache, blocks);
      for (int i = 0; i < count; i++) {
        cache.free(blocks[i], i % 2 == 0 ? 512 : 1280);
      }
      assertThat(pool.usedBytes()).isZero();
      cache.flush();
      pool.trim();
      assertThat(pool.idleBytes()).isZero();
      // What stays is the page tables and the slab descriptors of the most that was ever in use.
      assertThat(pool.committedBytes()).isLessThan(8 * MIB);
      assertThat(ResidentMemory.of(pool.pages().chunks())).isLessThan(8 * MIB);
    }
  }

  /** Frees half of the blocks, chosen at random, and moves the others to even indices. */
  private static void freeRandomHalf(BlockCache cache, long[] blocks) {
    SplittableRandom random = new SplittableRandom(11);
    for (int i = blocks.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      long swapped = blocks[i];
      blocks[i] = blocks[j];
      blocks[j] = swapped;
    }
    for (int i = 1; i < blocks.length; i += 2) {
      cache.free(blocks[i], 512);
      blocks[i] = 0;
    }
  }

  private static void allocateOthersInstead(MemoryPool pool, BlockCache cache, long[] blocks) {
    for (int i = 1; i < blocks.length; i += 2) {
      blocks[i] = cache.allocate(1280);
      assertThat(blocks[i]).isNotZero();
    }
    assertThat(pool.usedBytes()).isEqualTo((512L + 1280L) * blocks.length / 2);
  }

  @Test
  void shouldReuseHalfEmptySlabsBeforeItGrows() {
    int count = 100_000;
    try (MemoryPool pool = new MemoryPool(GIB)) {
      BlockCache cache = pool.newCache();
      long[] blocks = new long[count];
      for (int i = 0; i < count; i++) {
        blocks[i] = cache.allocate(512);
      }
      freeRandomHalf(cache, blocks);
      cache.flush();
      long committed = pool.committedBytes();
      for (int i = 1; i < count; i += 2) {
        blocks[i] = cache.allocate(512);
      }
      assertThat(pool.committedBytes()).isEqualTo(committed);
      for (long block : blocks) {
        cache.free(block, 512);
      }
    }
  }

  @Test
  void shouldJoinFreedRunsIntoLongerOnes() {
    try (MemoryPool pool = new MemoryPool(48 * MIB)) {
      BlockCache cache = pool.newCache();
      for (int round = 0; round < 3; round++) {
        long[] runs = new long[300];
        for (int i = 0; i < runs.length; i++) {
          runs[i] = cache.allocate(128 * 1024);
          assertThat(runs[i]).isNotZero();
        }
        for (int i = 0; i < runs.length; i += 2) {
          cache.free(runs[i], 128 * 1024);
        }
        for (int i = 1; i < runs.length; i += 2) {
          cache.free(runs[i], 128 * 1024);
        }
        long first = cache.allocate(16 * MIB);
        long second = cache.allocate(16 * MIB);
        assertThat(first).isNotZero();
        assertThat(second).isNotZero();
        assertThat(pool.reservedBytes()).isEqualTo(64 * MIB);
        cache.free(first, 16 * MIB);
        cache.free(second, 16 * MIB);
      }
    }
  }

  @Test
  void shouldSurviveRandomLargeBlocksUnderATightCap() {
    SplittableRandom random = new SplittableRandom(23);
    try (MemoryPool pool = new MemoryPool(96 * MIB)) {
      BlockCache cache = pool.newCache();
      long[] addresses = new long[64];
      long[] byteCounts = new long[64];
      int refused = 0;
      for (int round = 0; round < 4_000; round++) {
        int slot = random.nextInt(64);
        if (addresses[slot] != 0) {
          assertThat(Memory.getLong(addresses[slot])).isEqualTo(slot);
          assertThat(Memory.getLong(addresses[slot] + byteCounts[slot] - 8)).isEqualTo(~slot);
          cache.free(addresses[slot], byteCounts[slot]);
          addresses[slot] = 0;
        } else {
          byteCounts[slot] = 33_000 + (1L << random.nextInt(26));
          byteCounts[slot] += -byteCounts[slot] & 7;
          addresses[slot] = cache.allocate(byteCounts[slot]);
          refused += addresses[slot] == 0 ? 1 : 0;
          if (addresses[slot] != 0) {
            Memory.putLong(addresses[slot], slot);
            Memory.putLong(addresses[slot] + byteCounts[slot] - 8, ~slot);
          }
        }
        assertThat(pool.committedBytes()).isLessThanOrEqualTo(96 * MIB);
      }
      assertThat(refused).isPositive();
      for (int slot = 0; slot < 64; slot++) {
        if (addresses[slot] != 0) {
          cache.free(addresses[slot], byteCounts[slot]);
        }
      }
      assertThat(pool.usedBytes()).isZero();
      cache.flush();
      pool.trim();
      assertThat(pool.committedBytes()).isLessThan(MIB);
    }
  }

  @Test
  void shouldReuseALargeMappingWithoutAskingTheSystem() {
    try (MemoryPool pool = new MemoryPool(GIB)) {
      BlockCache cache = pool.newCache();
      long block = cache.allocate(33 * MIB);
      assertThat(block & (RegionLayout.REGION_BYTES - 1)).isZero();
      cache.free(block, 33 * MIB);
      cache.flush();
      assertThat(pool.usedBytes()).isZero();
      assertThat(pool.committedBytes()).isEqualTo(pool.idleBytes());
      pool.trim();
      assertThat(pool.committedBytes()).isZero();
      assertThat(pool.reservedBytes()).isZero();
    }
  }

  @Test
  void shouldNeverExceedTheCapWhenThreadsGrowTogether() throws InterruptedException {
    long cap = 24 * MIB;
    try (MemoryPool pool = new MemoryPool(cap)) {
      AtomicLong allocatedBytes = new AtomicLong();
      AtomicLongArray highest = new AtomicLongArray(4);
      TestThreads threads =
          TestThreads.start(
              4,
              index -> {
                SplittableRandom random = new SplittableRandom(index);
                try (BlockCache cache = pool.newCache()) {
                  for (int round = 0; round < 5; round++) {
                    fillAndFree(pool, cache, random, allocatedBytes, highest, index);
                  }
                }
              });
      threads.join();
      assertThat(pool.peakCommittedBytes()).isBetween(cap * 9 / 10, cap);
      for (int i = 0; i < 4; i++) {
        assertThat(highest.get(i)).isLessThanOrEqualTo(cap);
      }
      assertThat(allocatedBytes.get()).isGreaterThan(cap);
      assertThat(pool.usedBytes()).isZero();
    }
  }

  private static void fillAndFree(
      MemoryPool pool,
      BlockCache cache,
      SplittableRandom random,
      AtomicLong allocatedBytes,
      AtomicLongArray highest,
      int index) {
    int byteCount = 64 << random.nextInt(12);
    long[] blocks = new long[(int) (pool.maxBytes() / byteCount) + 1];
    int count = 0;
    for (long block = cache.allocate(byteCount); block != 0; block = cache.allocate(byteCount)) {
      blocks[count++] = block;
      highest.accumulateAndGet(index, pool.committedBytes(), Math::max);
    }
    allocatedBytes.addAndGet((long) count * byteCount);
    while (count > 0) {
      cache.free(blocks[--count], byteCount);
    }
  }

  @Test
  void shouldStayFlatWhenOneThreadAllocatesAndAnotherFrees() throws InterruptedException {
    int count = 1_000_000;
    int capacity = 1024;
    try (MemoryPool pool = new MemoryPool(64 * MIB)) {
      AtomicLongArray handover = new AtomicLongArray(capacity);
      TestThreads threads =
          TestThreads.start(
              2,
              index -> {
                try (BlockCache cache = pool.newCache()) {
                  for (int i = 0; i < count; i++) {
                    if (index == 0) {
                      produce(cache, handover, i % capacity);
                    } else {
                      consume(cache, handover, i % capacity);
                    }
                  }
                }
              });
      threads.join();
      assertThat(pool.usedBytes()).isZero();
      assertThat(pool.peakCommittedBytes()).isLessThan(8 * MIB);
    }
  }

  private static void produce(BlockCache cache, AtomicLongArray handover, int slot) {
    long block = cache.allocate(128);
    Memory.putLong(block, slot);
    while (!handover.compareAndSet(slot, 0, block)) {
      Thread.onSpinWait();
      Thread.yield();
    }
  }

  private static void consume(BlockCache cache, AtomicLongArray handover, int slot) {
    long block = handover.get(slot);
    while (block == 0) {
      Thread.onSpinWait();
      Thread.yield();
      block = handover.get(slot);
    }
    assertThat(Memory.getLong(block)).isEqualTo(slot);
    cache.free(block, 128);
    handover.set(slot, 0);
  }

  @Test
  void shouldShowABlockToJavaInputAndOutput() {
    try (MemoryPool pool = new MemoryPool(MIB)) {
      BlockCache cache = pool.newCache();
      long block = cache.allocate(64);
      Memory.putByte(block + 3, (byte) 42);
      var buffer = pool.segment(block, 64).asByteBuffer();
      assertThat(buffer.get(3)).isEqualTo((byte) 42);
      assertThat(buffer.capacity()).isEqualTo(64);
      cache.free(block, 64);
    }
  }

  @Test
  void shouldRefuseAWrongFreeOfAPageRunOrAMappingWithoutCheckedMode() {
    try (MemoryPool pool = new MemoryPool(GIB)) {
      BlockCache cache = pool.newCache();
      PageHeap pages = pool.pages();
      long run = pages.allocateLarge(64 * 1024);
      long mapping = pages.allocateLarge(33 * MIB);
      assertThatThrownBy(() -> pages.freeLarge(run, 32 * 1024)).isInstanceOf(VmBug.class);
      assertThatThrownBy(() -> pages.freeLarge(run + 4096, 64 * 1024)).isInstanceOf(VmBug.class);
      assertThatThrownBy(() -> pages.freeLarge(mapping, 34 * MIB)).isInstanceOf(VmBug.class);
      pages.freeLarge(run, 64 * 1024);
      pages.freeLarge(mapping, 33 * MIB);
      assertThatThrownBy(() -> pages.freeLarge(run, 64 * 1024)).isInstanceOf(VmBug.class);
      assertThatThrownBy(() -> pages.freeLarge(mapping, 33 * MIB)).isInstanceOf(VmBug.class);
      long[] small = {cache.allocate(64)};
      cache.free(small[0], 64);
      cache.flush();
      assertThatThrownBy(() -> pool.slabClass(SizeClasses.indexOf(64)).giveBack(small, 0, 1))
          .isInstanceOf(VmBug.class);
    }
  }
}
