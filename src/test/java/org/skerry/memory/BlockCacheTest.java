package org.skerry.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BlockCacheTest {
  private static final long MIB = 1L << 20;

  private final MemoryPool pool = new MemoryPool(256 * MIB);
  private final BlockCache cache = pool.newCache();

  @AfterEach
  void closePool() {
    pool.close();
  }

  private record Block(long address, long byteCount) {}

  @Test
  void shouldKeepTheContentsOfBlocksOfAllSizesApart() {
    SplittableRandom random = new SplittableRandom(7);
    List<Block> live = new ArrayList<>();
    for (int round = 0; round < 20_000; round++) {
      if (live.size() < 200 || random.nextInt(100) < 51 && live.size() < 2_000) {
        long byteCount = 1L << random.nextInt(17);
        byteCount += random.nextLong(byteCount);
        long address = cache.allocate(byteCount);
        assertThat(address).isNotZero();
        assertThat(address & 7).isZero();
        Memory.fill(address, byteCount, (byte) address);
        Memory.putByte(address + byteCount - 1, (byte) (address >>> 4));
        live.add(new Block(address, byteCount));
      } else {
        int index = random.nextInt(live.size());
        Block block = live.set(index, live.getLast());
        live.removeLast();
        requireContent(block);
        cache.free(block.address, block.byteCount);
      }
      long expected = round % 1_000 == 0 ? charged(live) : pool.usedBytes();
      assertThat(pool.usedBytes()).isEqualTo(expected);
    }
    for (Block block : live) {
      requireContent(block);
      cache.free(block.address, block.byteCount);
    }
    assertThat(pool.usedBytes()).isZero();
  }

  private static long charged(List<Block> blocks) {
    return blocks.stream().mapToLong(block -> BlockCache.blockSize(block.byteCount)).sum();
  }

  private static void requireContent(Block block) {
    long last = block.address + block.byteCount - 1;
    assertThat(Memory.getByte(last)).isEqualTo((byte) (block.address >>> 4));
    for (long at = block.address; at < last; at += Math.max(1, block.byteCount >>> 4)) {
      assertThat(Memory.getByte(at)).isEqualTo((byte) block.address);
    }
  }

  @Test
  void shouldChargeTheProcessBlockAndItsMailboxExactly() {
    assertThat(BlockCache.blockSize(512)).isEqualTo(512);
    assertThat(BlockCache.blockSize(1280)).isEqualTo(1280);
  }

  @Test
  void shouldWasteAtMostAnEighth() {
    for (long byteCount = 1; byteCount <= 100_000; byteCount++) {
      long charged = BlockCache.blockSize(byteCount);
      assertThat(charged).isGreaterThanOrEqualTo(byteCount);
      assertThat(charged - byteCount)
          .as("bytes=%d charged=%d", byteCount, charged)
          .isLessThanOrEqualTo(Math.max(charged / 8, 15));
    }
  }

  @Test
  void shouldLeaveLittleBehindTheLastBlockOfASlab() {
    for (int i = 0; i < SizeClasses.COUNT; i++) {
      int pages = Slabs.pagesPerSlab(i);
      int blockBytes = SizeClasses.blockBytes(i);
      assertThat(SizeClasses.indexOf(blockBytes)).isEqualTo(i);
      assertThat(Slabs.blockCount(i, pages) * blockBytes)
          .as("blockBytes=%d pages=%d", blockBytes, pages)
          .isBetween((int) (pages * 4096 * 0.965), pages * 4096);
    }
  }

  @Test
  void shouldFailAnAllocationThatTheCapCannotHoldAndSucceedAfterFrees() {
    MemoryPool small = new MemoryPool(2 * MIB);
    BlockCache own = small.newCache();
    List<Long> blocks = new ArrayList<>();
    for (long address = own.allocate(512); address != 0; address = own.allocate(512)) {
      blocks.add(address);
      assertThat(small.committedBytes()).isLessThanOrEqualTo(2 * MIB);
    }
    assertThat(blocks).hasSizeGreaterThan(4_000);
    assertThat(own.allocate(512)).isZero();
    assertThat(own.allocate(3 * MIB)).isZero();
    assertThat(own.allocate(Long.MAX_VALUE)).isZero();
    own.free(blocks.removeLast(), 512);
    blocks.add(own.allocate(512));
    assertThat(blocks.getLast()).isNotZero();
    blocks.forEach(address -> own.free(address, 512));
    assertThat(small.usedBytes()).isZero();
    long large = own.allocate(MIB);
    assertThat(large).isNotZero();
    own.free(large, MIB);
    small.close();
  }

  @Test
  void shouldRefuseANonPositiveSize() {
    assertThatThrownBy(() -> cache.allocate(0)).isInstanceOf(VmBug.class);
    assertThatThrownBy(() -> cache.allocate(-1)).isInstanceOf(VmBug.class);
  }

  @Test
  void shouldRefuseUseAfterClose() {
    BlockCache other = pool.newCache();
    other.close();
    assertThatThrownBy(() -> other.allocate(8)).isInstanceOf(VmBug.class);
  }
}
