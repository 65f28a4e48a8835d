package org.skerry.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicLongArray;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CheckedModeTest {
  private static final long MIB = 1L << 20;

  private final MemoryPool pool = new MemoryPool(256 * MIB);
  private final BlockCache cache = pool.newCache();

  @BeforeEach
  void requireCheckedMode() {
    assertThat(Memory.CHECKED).as("the tests run with -Dskerry.memory=checked").isTrue();
  }

  @AfterEach
  void closePool() {
    pool.closeWithLiveBlocks();
  }

  private static void requireBug(ThrowingCallable action, String... texts) {
    assertThatThrownBy(action).isInstanceOf(VmBug.class).hasMessageContainingAll(texts);
  }

  @Test
  void shouldFindAnAccessBehindABlockOfAnySize() {
    for (long byteCount : new long[] {1, 7, 8, 9, 13, 16, 500, 512, 1280, 33_000, 20 * MIB}) {
      long block = cache.allocate(byteCount);
      Memory.putByte(block + byteCount - 1, (byte) 1);
      Memory.fill(block, byteCount, (byte) 2);
      requireBug(
          () -> Memory.putByte(block + byteCount, (byte) 1),
          "bytes=1",
          "+" + byteCount + " offset=" + byteCount);
      requireBug(() -> Memory.fill(block, byteCount + 1, (byte) 2), "bytes=" + (byteCount + 1));
      requireBug(() -> Memory.copyIn(new byte[8], 0, 8, block + byteCount - 7), "bytes=8");
      requireBug(() -> Memory.copyOut(block + byteCount - 7, new byte[8], 0, 8), "bytes=8");
      requireBug(() -> Memory.getByte(block - 1), "bytes=1", "offset=-1");
      cache.free(block, byteCount);
    }
  }

  @Test
  void shouldFindAnAccessThatCrossesFromABlockIntoItsNeighbour() {
    long first = cache.allocate(64);
    long second = cache.allocate(64);
    long low = Math.min(first, second);
    assertThat(Math.abs(first - second)).isEqualTo(64);
    requireBug(() -> Memory.getLong(low + 60), "An access stays within one live block");
    requireBug(() -> Memory.copy(low, cache.allocate(128), 128), "bytes=128");
    requireBug(() -> Memory.mismatch(low, low + 64, 65), "bytes=65");
    assertThat(Memory.mismatch(first, second, 64)).isEqualTo(-1);
  }

  @Test
  void shouldFindEveryKindOfAccessToAFreedBlock() {
    long block = cache.allocate(64);
    long other = cache.allocate(64);
    cache.free(block, 64);
    String freed = "A freed block is not accessed";
    requireBug(() -> Memory.getByte(block), freed, "freed #", "allocated #");
    requireBug(() -> Memory.putShort(block, (short) 1), freed);
    requireBug(() -> Memory.getInt(block), freed);
    requireBug(() -> Memory.putLong(block, 1), freed);
    requireBug(() -> Memory.getFloat(block), freed);
    requireBug(() -> Memory.putDouble(block, 1), freed);
    requireBug(() -> Memory.getLongAcquire(block), freed);
    requireBug(() -> Memory.putIntRelease(block, 1), freed);
    requireBug(() -> Memory.getIntOpaque(block), freed);
    requireBug(() -> Memory.putLongVolatile(block, 1), freed);
    requireBug(() -> Memory.compareAndSetLong(block, 1, 2), freed);
    requireBug(() -> Memory.getAndAddInt(block, 1), freed);
    requireBug(() -> Memory.copy(block, other, 64), freed);
    requireBug(() -> Memory.copy(other, block, 64), freed);
    requireBug(() -> pool.segment(block, 64), freed);
  }

  @Test
  void shouldFindAnAccessWhereThereNeverWasABlock() {
    requireBug(() -> Memory.getLong(8), "An access stays within one live block", "history: none");
    requireBug(() -> Memory.getLong(-8), "An access stays within one live block");
    long block = cache.allocate(64);
    requireBug(() -> Memory.getLong(RegionLayout.regionOf(block)), "address=0x");
  }

  @Test
  void shouldFindAMisalignedOrderedAccess() {
    long block = cache.allocate(64);
    requireBug(() -> Memory.getLongVolatile(block + 4), "An ordered access is aligned", "bytes=8");
    requireBug(() -> Memory.compareAndSetInt(block + 2, 0, 1), "An ordered access is aligned");
    Memory.putLong(block + 3, 5);
    assertThat(Memory.getLong(block + 3)).isEqualTo(5);
  }

  @Test
  void shouldFindADoubleFreeAndAFreeOfWhatIsNoBlock() {
    long block = cache.allocate(512);
    requireBug(() -> cache.free(block + 8, 504), "A block is freed by its first address");
    cache.free(block, 512);
    requireBug(() -> cache.free(block, 512), "A block is freed once", "bytes=512");
    requireBug(() -> cache.free(64, 512), "A block is freed by its first address");
  }

  @Test
  void shouldFindAFreeWithAnotherSizeEvenInTheSameClass() {
    for (long byteCount : new long[] {13, 500, 1000, 40_000, 17 * MIB}) {
      long block = cache.allocate(byteCount);
      for (long wrong : new long[] {byteCount - 1, byteCount + 1, byteCount * 2, 1}) {
        requireBug(
            () -> cache.free(block, wrong),
            "A block is freed with the size it has",
            "liveBytes=" + byteCount);
      }
      cache.free(block, byteCount);
    }
    assertThat(pool.usedBytes()).isZero();
  }

  @Test
  void shouldNotReuseAFreedBlockAtOnce() {
    long block = cache.allocate(512);
    cache.free(block, 512);
    for (int i = 0; i < 500; i++) {
      long next = cache.allocate(512);
      assertThat(next).isNotEqualTo(block);
      cache.free(next, 512);
    }
    requireBug(() -> Memory.getLong(block), "A freed block is not accessed");
  }

  @Test
  void shouldReuseFreedBlocksInTheEnd() {
    for (int i = 0; i < 1_000_000; i++) {
      cache.free(cache.allocate(512), 512);
    }
    assertThat(pool.peakCommittedBytes()).isLessThan(4 * MIB);
  }

  @Test
  void shouldPoisonFreshAndFreedBlocks() {
    long block = cache.allocate(24);
    assertThat(Memory.getLong(block + 16)).isEqualTo(0xCDCDCDCDCDCDCDCDL);
    cache.free(block, 24);
    assertThat(Memory.rawGetLong(block + 16)).isEqualTo(0xDDDDDDDDDDDDDDDDL);
  }

  @Test
  void shouldFindAWriteToAFreedBlockThatWentAroundTheCheck() {
    long block = cache.allocate(24);
    cache.free(block, 24);
    Memory.rawPutByte(block + 20, (byte) 1);
    requireBug(cache::flush, "A freed block is not written", "offset=16", "freed #");
  }

  @Test
  void shouldReportLeaksWithTheirHistoryWhenThePoolCloses() {
    MemoryPool leaking = new MemoryPool(64 * MIB);
    BlockCache own = leaking.newCache();
    long small = own.allocate(100);
    long mapped = own.allocate(17 * MIB);
    own.free(own.allocate(64), 64);
    requireBug(
        leaking::close,
        "Blocks are freed before their pool closes",
        "usedBytes=" + (BlockCache.blockSize(100) + 17 * MIB),
        "address=0x" + Long.toHexString(small) + " bytes=100; history: allocated #",
        "address=0x" + Long.toHexString(mapped) + " bytes=" + 17 * MIB);
    requireBug(() -> Memory.getLong(small), "An access stays within one live block");
    leaking.close();
  }

  @Test
  void shouldFailTheChosenAllocationsOnly() {
    pool.failures().failOnce(3);
    assertThat(cache.allocate(8)).isNotZero();
    assertThat(cache.allocate(40_000)).isNotZero();
    long used = pool.usedBytes();
    assertThat(cache.allocate(8)).isZero();
    assertThat(pool.usedBytes()).isEqualTo(used);
    assertThat(cache.allocate(8)).isNotZero();
    pool.failures().failFrom(2);
    assertThat(cache.allocate(8)).isNotZero();
    assertThat(cache.allocate(8)).isZero();
    assertThat(pool.newCache().allocate(8)).isZero();
    pool.failures().none();
    assertThat(cache.allocate(8)).isNotZero();
    assertThat(pool.failures().allocations()).isEqualTo(8);
  }

  @Test
  void shouldCheckManyPoolsAtOnceAndForgetThoseThatClosed() {
    MemoryPool[] pools = new MemoryPool[40];
    long[] blocks = new long[pools.length];
    for (int i = 0; i < pools.length; i++) {
      pools[i] = new MemoryPool(MIB);
      blocks[i] = pools[i].newCache().allocate(16);
    }
    for (int i = 0; i < pools.length; i += 2) {
      pools[i].closeWithLiveBlocks();
    }
    for (int i = 0; i < pools.length; i++) {
      long block = blocks[i];
      if (i % 2 == 0) {
        requireBug(() -> Memory.getLong(block), "An access stays within one live block");
      } else {
        Memory.putLong(block, i);
        assertThat(Memory.getLong(block)).isEqualTo(i);
        pools[i].closeWithLiveBlocks();
      }
    }
  }

  @Test
  void shouldKnowABlocksEndWhileTheOneBehindItIsAllocated() throws InterruptedException {
    int count = 300_000;
    AtomicLongArray handed = new AtomicLongArray(64);
    TestThreads.start(
            2,
            index -> {
              try (BlockCache own = pool.newCache()) {
                for (int i = 0; i < count; i++) {
                  int place = i % handed.length();
                  if (index == 0) {
                    while (handed.get(place) != 0) {
                      Thread.onSpinWait();
                    }
                    handed.set(place, own.allocate(16));
                  } else {
                    long block = handed.get(place);
                    while (block == 0) {
                      Thread.onSpinWait();
                      block = handed.get(place);
                    }
                    handed.set(place, 0);
                    own.free(block, 16);
                  }
                }
              }
            })
        .join();

    assertThat(pool.usedBytes()).isZero();
  }
}
