package org.skerry.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.skerry.heap.HeapLayout;
import org.skerry.memory.BlockCache;
import org.skerry.memory.Memory;
import org.skerry.memory.MemoryPool;
import org.skerry.memory.NotesPage;
import org.skerry.memory.VmBug;
import org.skerry.module.FrameLayout;

class StackTest {
  private static final long FRAME_BYTES = 64;

  private MemoryPool pool;
  private BlockCache cache;
  private long process;
  private long fp;

  @BeforeEach
  void open() {
    pool = new MemoryPool(1L << 30);
    cache = pool.newCache();
    process = cache.allocate(ProcessLayout.BYTES);
    Memory.fill(process, ProcessLayout.BYTES, (byte) 0);
    Memory.putLong(process + HeapLayout.MEMORY_MAX, Long.MAX_VALUE);
    Memory.putLong(process + HeapLayout.MEMORY_USED, ProcessLayout.BYTES);
    Stack.initialize(process, firstChunk(), ProcessLayout.FIRST_CHUNK_BYTES);
    fp = Memory.NULL;
  }

  @AfterEach
  void close() {
    Stack.release(cache, process);
    assertThat(get(HeapLayout.MEMORY_USED)).isEqualTo(ProcessLayout.BYTES);
    cache.free(process, ProcessLayout.BYTES);
    cache.close();
    pool.close();
  }

  @Test
  void shouldBeAsTheNotesSay() {
    NotesPage.check("stack.md", StackChunkLayout.TABLE);
  }

  @Test
  void shouldPutTheFirstFrameIntoTheProcessBlock() {
    assertThat(Stack.first(cache, process, ProcessLayout.FIRST_CHUNK_BYTES))
        .isEqualTo(firstChunk());
    assertThat(get(HeapLayout.MEMORY_USED)).isEqualTo(ProcessLayout.BYTES);
  }

  @Test
  void shouldPutALargeFirstFrameIntoAChunkOfItsOwn() {
    long frame = Stack.first(cache, process, ProcessLayout.FIRST_CHUNK_BYTES + 8L);

    assertThat(frame).isEqualTo(get(StackLayout.STACK_FIRST)).isNotEqualTo(firstChunk());
    assertThat(get(HeapLayout.MEMORY_USED)).isGreaterThan(ProcessLayout.BYTES);
  }

  @Test
  void shouldHoldTheLargestFrame() {
    long frame = Stack.first(cache, process, FrameLayout.MAX_FRAME_BYTES);

    Memory.fill(frame, FrameLayout.MAX_FRAME_BYTES, (byte) 1);
    assertThat(frame + FrameLayout.MAX_FRAME_BYTES).isLessThanOrEqualTo(get(StackLayout.STACK_END));
  }

  @Test
  void shouldGoAMillionFramesDeepAndBack() {
    for (int depth = 0; depth < 1_000_000; depth++) {
      assertThat(call(FRAME_BYTES)).isTrue();
      Memory.putLong(fp + FrameLayout.REGISTERS_OFFSET, depth);
    }
    long used = get(HeapLayout.MEMORY_USED);
    assertThat(used).isBetween(1_000_000 * FRAME_BYTES, 1_000_000 * FRAME_BYTES * 101 / 100);

    for (int depth = 999_999; depth >= 0; depth--) {
      assertThat(Memory.getLong(fp + FrameLayout.REGISTERS_OFFSET)).isEqualTo(depth);
      doReturn();
    }
    assertThat(get(StackLayout.STACK_CHUNK)).isEqualTo(Memory.NULL);
    assertThat(Stack.dropSpare(cache, process)).isTrue();
    assertThat(get(HeapLayout.MEMORY_USED)).isEqualTo(ProcessLayout.BYTES);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void shouldKeepEveryFrameWhereItWas(int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Deque<long[]> frames = new ArrayDeque<>();
    for (int i = 0; i < 100_000; i++) {
      if (fp == Memory.NULL || random.nextInt(100) < 52) {
        long byteSize = randomFrameBytes(random);
        assertThat(call(byteSize)).isTrue();
        long mark = random.nextLong();
        // The last word: what straddled a chunk's end would be found by checked memory.
        Memory.putLong(fp + byteSize - 8, mark);
        frames.push(new long[] {fp, byteSize, mark});
      } else {
        long[] frame = frames.pop();
        assertThat(fp).isEqualTo(frame[0]);
        assertThat(Memory.getLong(fp + frame[1] - 8)).isEqualTo(frame[2]);
        doReturn();
      }
    }
  }

  @Test
  void shouldFailAtTheCapExactlyAndLeaveTheStackAsItWas() {
    assertThat(call(ProcessLayout.FIRST_CHUNK_BYTES)).isTrue();
    long exact = BlockCache.blockSize(StackChunkLayout.FRAMES + FRAME_BYTES);
    setMax(ProcessLayout.BYTES + exact - 1);
    long end = get(StackLayout.STACK_END);

    assertThat(call(FRAME_BYTES)).isFalse();
    assertThat(get(StackLayout.STACK_END)).isEqualTo(end);
    assertThat(get(HeapLayout.MEMORY_USED)).isEqualTo(ProcessLayout.BYTES);

    setMax(ProcessLayout.BYTES + exact);
    assertThat(call(FRAME_BYTES)).isTrue();
    assertThat(get(HeapLayout.MEMORY_USED)).isEqualTo(get(HeapLayout.MEMORY_MAX));
  }

  @Test
  void shouldFailWhenTheVmHasNoMemory() {
    assertThat(call(ProcessLayout.FIRST_CHUNK_BYTES)).isTrue();
    pool.failures().failFrom(1);

    assertThat(call(FRAME_BYTES)).isFalse();

    pool.failures().none();
    assertThat(call(FRAME_BYTES)).isTrue();
  }

  @Test
  void shouldUnwindOverManyChunksAtOnce() {
    call(FRAME_BYTES);
    call(FRAME_BYTES);
    long handler = fp;
    for (int i = 0; i < 10_000; i++) {
      call(FRAME_BYTES);
    }

    Stack.popTo(cache, process, handler);

    assertThat(get(StackLayout.STACK_FIRST)).isEqualTo(firstChunk());
    Stack.dropSpare(cache, process);
    assertThat(get(HeapLayout.MEMORY_USED)).isEqualTo(ProcessLayout.BYTES);
  }

  @Test
  void shouldKeepTheChunkThatACallAtTheEndOfAnotherNeedsAgain() {
    call(ProcessLayout.FIRST_CHUNK_BYTES);
    call(FRAME_BYTES);
    long frame = fp;
    long used = get(HeapLayout.MEMORY_USED);
    doReturn();
    pool.failures().failFrom(1);

    assertThat(call(FRAME_BYTES)).isTrue();
    assertThat(fp).isEqualTo(frame);
    assertThat(get(HeapLayout.MEMORY_USED)).isEqualTo(used);
    pool.failures().none();
  }

  @Test
  void shouldGiveUpASpareChunkThatIsTooSmall() {
    call(ProcessLayout.FIRST_CHUNK_BYTES);
    call(FRAME_BYTES);
    doReturn();
    setMax(ProcessLayout.BYTES + BlockCache.blockSize(StackChunkLayout.FRAMES + 8_000));

    assertThat(call(8_000)).isTrue();
    assertThat(get(HeapLayout.MEMORY_USED)).isEqualTo(get(HeapLayout.MEMORY_MAX));
  }

  @Test
  void shouldSayThatAFrameIsNotThisProcesss() {
    assertThatThrownBy(() -> Stack.popTo(cache, process, process - 8))
        .isInstanceOf(VmBug.class)
        .hasMessageContaining("a frame lies in a chunk of its process");
  }

  @Test
  void shouldUseConstantStackForTailCallsOfChangingSize() {
    call(ProcessLayout.FIRST_CHUNK_BYTES - 16L);
    call(FRAME_BYTES);
    long caller = Memory.getLong(fp + FrameLayout.CALLER_FRAME_OFFSET);
    long peak = 0;
    for (int i = 0; i < 100_000; i++) {
      tailCall(i % 2 == 0 ? 4_000 : FRAME_BYTES);
      peak = Math.max(peak, get(HeapLayout.MEMORY_USED));
    }

    assertThat(peak).isLessThan(ProcessLayout.BYTES + 8_000);
    assertThat(Memory.getLong(fp + FrameLayout.CALLER_FRAME_OFFSET)).isEqualTo(caller);
    doReturn();
    assertThat(fp).isEqualTo(caller);
    assertThat(get(StackLayout.STACK_FIRST)).isEqualTo(firstChunk());
  }

  private static long randomFrameBytes(SplittableRandom random) {
    return random.nextInt(200) == 0
        ? random.nextLong(3, FrameLayout.MAX_FRAME_BYTES / 8) * 8
        : random.nextLong(3, 40) * 8;
  }

  /** What an interpreter does for a call. */
  private boolean call(long frameBytes) {
    long frame = fp == Memory.NULL ? get(StackLayout.STACK_FIRST) : fp + topFrameBytes();
    if (frame + frameBytes > get(StackLayout.STACK_END)) {
      frame = Stack.push(cache, process, frameBytes);
      if (frame == Memory.NULL) {
        return false;
      }
    }
    Memory.putLong(frame + FrameLayout.HEADER_OFFSET, frameBytes);
    Memory.putLong(frame + FrameLayout.CALLER_FRAME_OFFSET, fp);
    fp = frame;
    return true;
  }

  private void tailCall(long frameBytes) {
    long caller = Memory.getLong(fp + FrameLayout.CALLER_FRAME_OFFSET);
    if (fp + frameBytes > get(StackLayout.STACK_END)) {
      fp = Stack.push(cache, process, frameBytes);
    }
    Memory.putLong(fp + FrameLayout.HEADER_OFFSET, frameBytes);
    Memory.putLong(fp + FrameLayout.CALLER_FRAME_OFFSET, caller);
  }

  private void doReturn() {
    long caller = Memory.getLong(fp + FrameLayout.CALLER_FRAME_OFFSET);
    if (caller != Memory.NULL && fp == get(StackLayout.STACK_FIRST)) {
      Stack.popTo(cache, process, caller);
    }
    fp = caller;
  }

  /** These frames have their size where real ones have function and pc. */
  private long topFrameBytes() {
    return Memory.getLong(fp + FrameLayout.HEADER_OFFSET);
  }

  private long firstChunk() {
    return process + ProcessLayout.FIRST_CHUNK;
  }

  private void setMax(long byteCount) {
    Memory.putLong(process + HeapLayout.MEMORY_MAX, byteCount);
  }

  private long get(int field) {
    return Memory.getLong(process + field);
  }
}
