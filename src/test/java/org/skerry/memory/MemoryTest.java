package org.skerry.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MemoryTest {
  private final MemoryPool pool = new MemoryPool(16 << 20);
  private final BlockCache cache = pool.newCache();
  private final long block = cache.allocate(256);

  @AfterEach
  void closePool() {
    cache.free(block, 256);
    pool.close();
  }

  @Test
  void shouldReadBackEveryTypeInEveryOrder() {
    Memory.putByte(block, (byte) -3);
    Memory.putShort(block + 2, (short) -300);
    Memory.putInt(block + 4, -70_000);
    Memory.putLong(block + 8, Long.MIN_VALUE + 1);
    Memory.putFloat(block + 16, 1.5f);
    Memory.putDouble(block + 24, -2.5);
    assertThat(Memory.getByte(block)).isEqualTo((byte) -3);
    assertThat(Memory.getShort(block + 2)).isEqualTo((short) -300);
    assertThat(Memory.getInt(block + 4)).isEqualTo(-70_000);
    assertThat(Memory.getIntAcquire(block + 4)).isEqualTo(-70_000);
    assertThat(Memory.getIntOpaque(block + 4)).isEqualTo(-70_000);
    assertThat(Memory.getIntVolatile(block + 4)).isEqualTo(-70_000);
    assertThat(Memory.getLong(block + 8)).isEqualTo(Long.MIN_VALUE + 1);
    assertThat(Memory.getFloat(block + 16)).isEqualTo(1.5f);
    assertThat(Memory.getDouble(block + 24)).isEqualTo(-2.5);
    Memory.putLongRelease(block + 8, 1);
    assertThat(Memory.getLongAcquire(block + 8)).isEqualTo(1);
    Memory.putLongOpaque(block + 8, 2);
    assertThat(Memory.getLongOpaque(block + 8)).isEqualTo(2);
    Memory.putLongVolatile(block + 8, 3);
    assertThat(Memory.getLongVolatile(block + 8)).isEqualTo(3);
    Memory.putIntRelease(block + 4, 4);
    assertThat(Memory.getInt(block + 4)).isEqualTo(4);
    Memory.putIntOpaque(block + 4, 5);
    assertThat(Memory.getInt(block + 4)).isEqualTo(5);
    Memory.putIntVolatile(block + 4, 6);
    assertThat(Memory.getInt(block + 4)).isEqualTo(6);
  }

  @Test
  void shouldReturnTheValueBeforeFromEachAtomic() {
    Memory.putLong(block, 0b1100);
    assertThat(Memory.getAndAddLong(block, 1)).isEqualTo(0b1100);
    assertThat(Memory.getAndBitwiseOrLong(block, 0b10)).isEqualTo(0b1101);
    assertThat(Memory.getAndBitwiseAndLong(block, 0b0111)).isEqualTo(0b1111);
    assertThat(Memory.getAndBitwiseXorLong(block, 0b1)).isEqualTo(0b0111);
    assertThat(Memory.getAndSetLong(block, 9)).isEqualTo(0b0110);
    assertThat(Memory.compareAndSetLong(block, 8, 1)).isFalse();
    assertThat(Memory.compareAndSetLong(block, 9, 1)).isTrue();
    assertThat(Memory.compareAndExchangeLong(block, 5, 6)).isEqualTo(1);
    assertThat(Memory.getLong(block)).isEqualTo(1);
    Memory.putInt(block, 0b1100);
    assertThat(Memory.getAndAddInt(block, 1)).isEqualTo(0b1100);
    assertThat(Memory.getAndBitwiseOrInt(block, 0b10)).isEqualTo(0b1101);
    assertThat(Memory.getAndBitwiseAndInt(block, 0b0111)).isEqualTo(0b1111);
    assertThat(Memory.getAndBitwiseXorInt(block, 0b1)).isEqualTo(0b0111);
    assertThat(Memory.getAndSetInt(block, 9)).isEqualTo(0b0110);
    assertThat(Memory.compareAndSetInt(block, 8, 1)).isFalse();
    assertThat(Memory.compareAndSetInt(block, 9, 1)).isTrue();
    assertThat(Memory.compareAndExchangeInt(block, 5, 6)).isEqualTo(1);
    assertThat(Memory.getInt(block)).isEqualTo(1);
  }

  @Test
  void shouldFindTheFirstByteThatDiffers() {
    SplittableRandom random = new SplittableRandom(3);
    long a = block;
    long b = block + 128;
    for (int round = 0; round < 2_000; round++) {
      int length = random.nextInt(100);
      int shift = random.nextInt(8);
      byte[] bytes = new byte[length];
      random.nextBytes(bytes);
      Memory.copyIn(bytes, 0, length, a);
      Memory.copyIn(bytes, 0, length, b + shift);
      assertThat(Memory.mismatch(a, b + shift, length)).isEqualTo(-1);
      if (length > 0) {
        int first = random.nextInt(length);
        Memory.putByte(b + shift + first, (byte) ~bytes[first]);
        Memory.putByte(b + shift + length - 1, (byte) ~bytes[length - 1]);
        assertThat(Memory.mismatch(a, b + shift, length)).isEqualTo(first);
        assertThat(Memory.mismatch(a, b + shift, first)).isEqualTo(-1);
      }
    }
  }

  @Test
  void shouldCopyOverlappingRangesAsIfThroughABuffer() {
    byte[] bytes = new byte[64];
    new SplittableRandom(5).nextBytes(bytes);
    byte[] found = new byte[64];
    for (int distance : new int[] {-8, -3, -1, 0, 1, 5, 17}) {
      Memory.copyIn(bytes, 0, 64, block + 64);
      Memory.copy(block + 64, block + 64 + distance, 64);
      Memory.copyOut(block + 64 + distance, found, 0, 64);
      assertThat(found).isEqualTo(bytes);
    }
  }

  @Test
  void shouldCopyPartsOfArraysAndRefuseWhatLiesOutside() {
    byte[] bytes = {1, 2, 3, 4, 5};
    Memory.copyIn(bytes, 1, 3, block);
    byte[] found = new byte[5];
    Memory.copyOut(block, found, 2, 3);
    assertThat(found).containsExactly(0, 0, 2, 3, 4);
    assertThatThrownBy(() -> Memory.copyIn(bytes, 3, 3, block))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> Memory.copyOut(block, bytes, -1, 3))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }
}
