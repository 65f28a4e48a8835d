package org.skerry.heap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;
import org.skerry.memory.BlockCache;
import org.skerry.memory.Memory;
import org.skerry.memory.NotesPage;
import org.skerry.memory.SharedBytes;
import org.skerry.memory.VmBug;
import org.skerry.term.HeapWriter;
import org.skerry.term.ObjectLayout;
import org.skerry.term.Term;

class HeapTest {
  private static final HeapOptions VERIFIED = new HeapOptions(512, false, true);

  @Test
  void shouldBeAsTheNotesSay() {
    NotesPage.check("collector.md", HeapLayout.TABLE);
  }

  @Test
  void shouldHaveNoHeapBeforeTheFirstObject() {
    try (HeapFixture fixture = new HeapFixture(VERIFIED)) {
      assertThat(fixture.heap.ensure(fixture.process, 0)).isTrue();
      assertThat(fixture.heap.collect(fixture.process)).isTrue();
      fixture.heap.verify(fixture.process);
      assertThat(fixture.get(HeapLayout.HEAP_START)).isEqualTo(Memory.NULL);
      assertThat(fixture.get(HeapLayout.MEMORY_USED)).isZero();
    }
  }

  @Test
  void shouldBeginSmall() {
    try (HeapFixture fixture = new HeapFixture(HeapOptions.DEFAULT)) {
      assertThat(fixture.heap.ensure(fixture.process, 24)).isTrue();
      assertThat(fixture.heapBytes()).isEqualTo(512);
      assertThat(fixture.get(HeapLayout.MEMORY_USED)).isEqualTo(512);
    }
  }

  @Test
  void shouldBeginLargeForALargeObject() {
    try (HeapFixture fixture = new HeapFixture(HeapOptions.DEFAULT)) {
      assertThat(fixture.heap.ensure(fixture.process, 1 << 20)).isTrue();
      assertThat(fixture.heapBytes()).isEqualTo(1 << 20);
    }
  }

  @Test
  void shouldKeepASmallHeapForGarbage() {
    try (HeapFixture fixture = new HeapFixture(VERIFIED)) {
      long frame = fixture.pushAllLive(1);
      Memory.putLong(HeapFixture.register(frame, 0), Term.NIL);
      for (int i = 0; i < 10_000; i++) {
        fixture.tupleIn(frame, 0, 3);
      }
      assertThat(fixture.heapBytes()).isLessThanOrEqualTo(4 << 10);
      assertThat(fixture.heap.collections()).isGreaterThan(10);
      assertThat(fixture.heap.bytesCollected()).isGreaterThan(300_000);
    }
  }

  @Test
  void shouldGrowWithWhatLivesAndShrinkWithIt() {
    try (HeapFixture fixture = new HeapFixture(HeapOptions.DEFAULT)) {
      long frame = fixture.pushAllLive(1);
      buildList(fixture, frame, 1_000_000);
      long large = fixture.heapBytes();
      assertThat(large).isBetween(24_000_000L, 6 * 24_000_000L);
      assertThat(listLength(frame)).isEqualTo(1_000_000);

      Memory.putLong(HeapFixture.register(frame, 0), Term.EMPTY_LIST);
      assertThat(fixture.heap.collect(fixture.process)).isTrue();

      assertThat(fixture.usedBytes()).isZero();
      assertThat(fixture.heapBytes()).isLessThanOrEqualTo(4 << 10);
      assertThat(fixture.get(HeapLayout.MEMORY_USED)).isEqualTo(fixture.heapBytes());
    }
  }

  @Test
  void shouldCopyALongListOnlyAFewTimesWhileItGrows() {
    try (HeapFixture fixture = new HeapFixture(HeapOptions.DEFAULT)) {
      long frame = fixture.pushAllLive(1);
      buildList(fixture, frame, 1_000_000);
      assertThat(fixture.heap.bytesCopied()).isLessThan(4 * 24_000_000L);
    }
  }

  @Test
  void shouldNotScanADeepStackForEveryFewBytes() {
    try (HeapFixture fixture = new HeapFixture(HeapOptions.DEFAULT)) {
      int function = fixture.function(new long[] {1}, new long[] {1});
      long frame = 0;
      for (int i = 0; i < 10_000; i++) {
        frame = fixture.push(function, 1);
        Memory.putLong(HeapFixture.register(frame, 0), Term.NIL);
      }
      for (int i = 0; i < 100_000; i++) {
        fixture.tupleIn(frame, 0, 2);
      }
      assertThat(fixture.heap.collections()).isLessThan(40);
    }
  }

  @Test
  void shouldChargeWhatACollectionDoes() {
    try (HeapFixture fixture = new HeapFixture(HeapOptions.DEFAULT)) {
      long frame = fixture.pushAllLive(1);
      Memory.putLong(HeapFixture.register(frame, 0), Term.NIL);
      fixture.tupleIn(frame, 0, 1_000);
      long before = fixture.get(HeapLayout.WORK_DEBT);
      long copied = fixture.heap.bytesCopied();

      fixture.heap.collect(fixture.process);

      copied = fixture.heap.bytesCopied() - copied;
      assertThat(copied).isGreaterThanOrEqualTo(fixture.usedBytes());
      assertThat(fixture.get(HeapLayout.WORK_DEBT) - before).isBetween(copied, copied + 100);
    }
  }

  @Test
  void shouldRefuseWhatNeverFits() {
    try (HeapFixture fixture = new HeapFixture(HeapOptions.DEFAULT, 1L << 30, Long.MAX_VALUE)) {
      assertThat(fixture.heap.ensure(fixture.process, Long.MAX_VALUE & -8)).isFalse();
      assertThat(fixture.heap.ensure(fixture.process, 1L << 46)).isFalse();
      assertThat(fixture.heap.ensure(fixture.process, 16)).isTrue();
      assertThat(fixture.heap.ensure(fixture.process, Long.MAX_VALUE & -8)).isFalse();
      assertThat(fixture.heap.ensure(fixture.process, 1L << 46)).isFalse();
      fixture.heap.verify(fixture.process);
    }
  }

  @Test
  void shouldRejectPartsOfWords() {
    try (HeapFixture fixture = new HeapFixture(HeapOptions.DEFAULT)) {
      assertThatThrownBy(() -> fixture.heap.ensure(fixture.process, 12))
          .isInstanceOf(VmBug.class)
          .hasMessageContaining("whole words");
    }
  }

  @Test
  void shouldReachTheCapWithAFirstHeapExactly() {
    for (long bytes = 8; bytes < 100_000; bytes += bytes < 300 ? 8 : bytes / 5 & -8) {
      long block = BlockCache.blockSize(bytes);
      try (HeapFixture exact = new HeapFixture(VERIFIED, 1L << 30, block)) {
        assertThat(exact.heap.ensure(exact.process, bytes)).isTrue();
        assertThat(exact.get(HeapLayout.MEMORY_USED)).isLessThanOrEqualTo(block);
      }
      try (HeapFixture less = new HeapFixture(VERIFIED, 1L << 30, block - 1)) {
        assertThat(less.heap.ensure(less.process, bytes)).isFalse();
        assertThat(less.get(HeapLayout.MEMORY_USED)).isZero();
      }
    }
  }

  @Test
  void shouldReachTheCapWithBothBlocksOfACollectionExactly() {
    for (int elements = 1; elements < 3_000; elements += 1 + elements / 3) {
      long live = ObjectLayout.wordsBytes(elements);
      long more = 800;
      long compact = BlockCache.blockSize(live);
      long needed = BlockCache.blockSize(live + more + HeapSize.headroom(live));
      assertThat(roomAtCap(elements, more, compact + needed)).isTrue();
      assertThat(roomAtCap(elements, more, compact + needed - 1)).isFalse();
    }
  }

  /**
   * Whether {@code more} bytes fit beside a live tuple, where the heap begins without spare room.
   */
  private static boolean roomAtCap(int elements, long more, long cap) {
    try (HeapFixture fixture = new HeapFixture(new HeapOptions(8, false, true))) {
      long frame = fixture.pushAllLive(1);
      fixture.tupleIn(frame, 0, elements);
      // What the size class gives in addition is taken as well.
      while (fixture.heapBytes() - fixture.usedBytes() >= 8) {
        fixture.allocate(ObjectLayout.TUPLE, 0);
      }
      Memory.putLong(fixture.process + HeapLayout.MEMORY_MAX, cap);
      List<Long> roots = List.of(HeapFixture.register(frame, 0));
      Graph before = Graph.from(roots, fixture.process);

      boolean result = fixture.heap.ensure(fixture.process, more);

      assertThat(Graph.from(roots, fixture.process).text()).isEqualTo(before.text());
      assertThat(fixture.get(HeapLayout.MEMORY_USED))
          .isEqualTo(fixture.heapBytes())
          .isLessThanOrEqualTo(cap);
      fixture.heap.verify(fixture.process);
      return result;
    }
  }

  @Test
  void shouldReuseAHeapFullOfGarbageAtTheCap() {
    long cap = 100 << 10;
    try (HeapFixture fixture = new HeapFixture(VERIFIED, 1L << 30, cap)) {
      long frame = fixture.pushAllLive(1);
      Memory.putLong(HeapFixture.register(frame, 0), Term.NIL);
      for (int i = 0; i < 100; i++) {
        assertThat(fixture.heap.ensure(fixture.process, 90 << 10)).isTrue();
        fixture.allocate(ObjectLayout.BYTES, (90 << 10) - 8);
        assertThat(fixture.get(HeapLayout.MEMORY_USED)).isLessThanOrEqualTo(cap);
      }
    }
  }

  @Test
  void shouldEndAtTheCapInBoundedTimeForAListWithoutEnd() {
    try (HeapFixture fixture = new HeapFixture(HeapOptions.DEFAULT, 1L << 30, 8 << 20)) {
      long frame = fixture.pushAllLive(1);
      Memory.putLong(HeapFixture.register(frame, 0), Term.EMPTY_LIST);
      while (fixture.heap.ensure(fixture.process, ObjectLayout.CONS_BYTES)) {
        cons(fixture, frame);
      }
      assertThat(fixture.usedBytes()).isBetween(3L << 20, 4L << 20);
      assertThat(fixture.heap.bytesCopied()).isLessThan(64 << 20);
      fixture.heap.verify(fixture.process);
    }
  }

  @Test
  void shouldSurviveTheFailureOfEachAllocationInTurn() {
    boolean failed = true;
    for (int n = 1; failed; n++) {
      try (HeapFixture fixture = new HeapFixture(VERIFIED)) {
        long frame = fixture.pushAllLive(1);
        Memory.putLong(HeapFixture.register(frame, 0), Term.EMPTY_LIST);
        long before = fixture.pool.failures().allocations();
        fixture.pool.failures().failOnce(n);
        for (int i = 0; i < 2_000; i++) {
          // One failure is made up for by asking for less, or shows as a limit and then passes.
          if (!fixture.heap.ensure(fixture.process, ObjectLayout.CONS_BYTES)) {
            fixture.heap.verify(fixture.process);
            assertThat(fixture.heap.ensure(fixture.process, ObjectLayout.CONS_BYTES)).isTrue();
          }
          cons(fixture, frame);
        }
        failed = fixture.pool.failures().allocations() - before >= n;
        fixture.pool.failures().none();
        assertThat(listLength(frame)).isEqualTo(2_000);
        fixture.heap.verify(fixture.process);
      }
    }
  }

  @Test
  void shouldStayIntactWhenTheVmHasNoMemoryLeft() {
    int length = 0;
    for (int n = 1; length < 10_000; n++) {
      length = 0;
      try (HeapFixture fixture = new HeapFixture(VERIFIED)) {
        long frame = fixture.pushAllLive(1);
        Memory.putLong(HeapFixture.register(frame, 0), Term.EMPTY_LIST);
        fixture.pool.failures().failFrom(n);
        while (length < 10_000 && fixture.heap.ensure(fixture.process, ObjectLayout.CONS_BYTES)) {
          cons(fixture, frame);
          length++;
        }
        fixture.pool.failures().none();
        assertThat(listLength(frame)).isEqualTo(length);
        fixture.heap.verify(fixture.process);
        assertThat(fixture.heap.ensure(fixture.process, ObjectLayout.CONS_BYTES)).isTrue();
        assertThat(listLength(frame)).isEqualTo(length);
      }
    }
  }

  @Test
  void shouldSayWhoseLimitLeftNoRoom() {
    try (HeapFixture fixture = new HeapFixture(VERIFIED, 1L << 30, 10_000)) {
      assertThat(fixture.heap.ensure(fixture.process, 20_000)).isFalse();
      assertThat(fixture.heap.wasRefusedByVm()).isFalse();
      assertThat(fixture.heap.ensure(fixture.process, 2_000)).isTrue();
      fixture.allocate(ObjectLayout.TUPLE, 0);

      fixture.pool.failures().failFrom(1);
      assertThat(fixture.heap.ensure(fixture.process, 4_000)).isFalse();
      assertThat(fixture.heap.wasRefusedByVm()).isTrue();

      fixture.pool.failures().none();
      assertThat(fixture.heap.ensure(fixture.process, 9_992)).isFalse();
      assertThat(fixture.heap.wasRefusedByVm()).isFalse();
    }
  }

  @Test
  void shouldTrimTheHeapOfAProcessThatWaitsAfterMuchWork() {
    try (HeapFixture fixture = new HeapFixture(VERIFIED)) {
      long frame = fixture.pushAllLive(1);
      Memory.putLong(HeapFixture.register(frame, 0), Term.NIL);
      fixture.allocate(ObjectLayout.BYTES, 1 << 20);
      fixture.tupleIn(frame, 0, 2);

      fixture.heap.trim(fixture.process);

      assertThat(fixture.heapBytes()).isLessThanOrEqualTo(4 << 10);
    }
  }

  @Test
  void shouldNotTrimWhatWasCollectedNotLongAgo() {
    try (HeapFixture fixture = new HeapFixture(VERIFIED)) {
      long frame = fixture.pushAllLive(1);
      buildList(fixture, frame, 10_000);
      fixture.heap.collect(fixture.process);
      long collections = fixture.heap.collections();

      for (int i = 0; i < 100; i++) {
        fixture.heap.trim(fixture.process);
      }

      assertThat(fixture.heap.collections()).isEqualTo(collections);
    }
  }

  @Test
  void shouldMoveEverythingAtEveryEnsureUnderStress() {
    try (HeapFixture fixture = new HeapFixture(HeapOptions.STRESS)) {
      assertThat(fixture.heap.collectsAlways()).isTrue();
      long frame = fixture.pushAllLive(1);
      long tuple = fixture.tupleIn(frame, 0, 5);
      for (int i = 0; i < 100; i++) {
        assertThat(fixture.heap.ensure(fixture.process, 0)).isTrue();
        long moved = Memory.getLong(HeapFixture.register(frame, 0));
        assertThat(moved).isNotEqualTo(tuple);
        long old = tuple;
        assertThatThrownBy(() -> Memory.getLong(old)).isInstanceOf(VmBug.class);
        tuple = moved;
      }
      assertThat(fixture.heapBytes()).isEqualTo(BlockCache.blockSize(ObjectLayout.wordsBytes(5)));
    }
  }

  @Test
  void shouldReleaseSharedBytesThatNothingRefersTo() {
    try (HeapFixture fixture = new HeapFixture(VERIFIED)) {
      long frame = fixture.pushAllLive(2);
      Memory.putLong(HeapFixture.register(frame, 0), fixture.sharedBytes(5_000));
      Memory.putLong(HeapFixture.register(frame, 1), Term.NIL);
      fixture.sharedBytes(7_000);
      fixture.sharedBytes(9_000);
      long before = fixture.pool.usedBytes();

      fixture.heap.collect(fixture.process);

      assertThat(before - fixture.pool.usedBytes()).isGreaterThanOrEqualTo(16_000);
      assertThat(fixture.get(HeapLayout.SHARED_BYTES_RETAINED)).isEqualTo(5_000);
      long kept = Memory.getLong(HeapFixture.register(frame, 0));
      long block = Memory.getLong(kept + ObjectLayout.SHARED_BLOCK);
      assertThat(SharedBytes.references(block)).isEqualTo(1);
    }
  }

  @Test
  void shouldCollectBeforeItRetainsTooManySharedBytes() {
    try (HeapFixture fixture = new HeapFixture(VERIFIED)) {
      long frame = fixture.pushAllLive(1);
      for (int i = 0; i < 1_000; i++) {
        Memory.putLong(HeapFixture.register(frame, 0), Term.NIL);
        Memory.putLong(HeapFixture.register(frame, 0), fixture.sharedBytes(100_000));
        assertThat(fixture.get(HeapLayout.SHARED_BYTES_RETAINED)).isLessThan((1 << 20) + 100_000);
      }
    }
  }

  @Test
  void shouldKeepWhatAWriterBuilt() {
    try (HeapFixture fixture = new HeapFixture(VERIFIED)) {
      HeapWriter writer = new HeapWriter(fixture.cache);
      fixture.heap.ensure(fixture.process, ObjectLayout.CONS_BYTES);
      Heap.enter(fixture.process, writer);
      long cell = writer.allocate(ObjectLayout.CONS_BYTES);
      Memory.putLong(cell, ObjectLayout.CONS_HEADER);
      Memory.putLong(cell + ObjectLayout.CONS_HEAD, Term.TRUE);
      Memory.putLong(cell + ObjectLayout.CONS_TAIL, Term.EMPTY_LIST);
      Heap.leave(fixture.process, writer);

      assertThat(fixture.usedBytes()).isEqualTo(ObjectLayout.CONS_BYTES);
      fixture.heap.verify(fixture.process);
    }
  }

  @Test
  void shouldFindWhatIsWrongWithAHeap() {
    assertBroken(cell -> Memory.putLong(cell, 0), "begins with a header");
    assertBroken(cell -> Memory.putLong(cell, ObjectLayout.header(99, 2)), "of a known kind");
    assertBroken(
        cell -> Memory.putLong(cell, ObjectLayout.header(ObjectLayout.TUPLE, 1_000)), "ends where");
    assertBroken(cell -> Memory.putLong(cell + 8, cell + 8), "where an object begins");
    assertBroken(cell -> Memory.putLong(cell + 8, cell + 24), "where an object begins");
    assertBroken(cell -> Memory.putLong(cell + 16, 0), "not null");
    assertBroken(cell -> Memory.putLong(cell + 16, 99 << 4 | Term.SPECIAL_TAG), "known immediate");
  }

  private static void assertBroken(LongConsumer damage, String message) {
    try (HeapFixture fixture = new HeapFixture(VERIFIED)) {
      long frame = fixture.pushAllLive(1);
      Memory.putLong(HeapFixture.register(frame, 0), Term.EMPTY_LIST);
      fixture.heap.ensure(fixture.process, ObjectLayout.CONS_BYTES);
      cons(fixture, frame);
      fixture.heap.verify(fixture.process);
      damage.accept(Memory.getLong(HeapFixture.register(frame, 0)));

      assertThatThrownBy(() -> fixture.heap.verify(fixture.process))
          .isInstanceOf(VmBug.class)
          .hasMessageContaining(message);
    }
  }

  @Test
  void shouldFindABrokenChainOfSharedBytes() {
    try (HeapFixture fixture = new HeapFixture(VERIFIED)) {
      fixture.sharedBytes(300);
      long second = fixture.sharedBytes(300);
      long first = Memory.getLong(second + ObjectLayout.SHARED_NEXT);
      List<Runnable> damages = new ArrayList<>();
      damages.add(() -> Memory.putLong(second + ObjectLayout.SHARED_NEXT, 0));
      damages.add(() -> Memory.putLong(second + ObjectLayout.SHARED_NEXT, second));
      damages.add(() -> Memory.putLong(fixture.process + HeapLayout.SHARED_BYTES_RETAINED, 5));
      damages.add(() -> Memory.putLong(first + ObjectLayout.SHARED_LENGTH, 301));
      for (Runnable damage : damages) {
        damage.run();
        assertThatThrownBy(() -> fixture.heap.verify(fixture.process)).isInstanceOf(VmBug.class);
        Memory.putLong(second + ObjectLayout.SHARED_NEXT, first);
        Memory.putLong(fixture.process + HeapLayout.SHARED_BYTES_RETAINED, 600);
        Memory.putLong(first + ObjectLayout.SHARED_LENGTH, 300);
        fixture.heap.verify(fixture.process);
      }
    }
  }

  private static void buildList(HeapFixture fixture, long frame, int length) {
    Memory.putLong(HeapFixture.register(frame, 0), Term.EMPTY_LIST);
    for (int i = 0; i < length; i++) {
      assertThat(fixture.heap.ensure(fixture.process, ObjectLayout.CONS_BYTES)).isTrue();
      cons(fixture, frame);
    }
  }

  private static void cons(HeapFixture fixture, long frame) {
    long cell = Heap.bump(fixture.process, ObjectLayout.CONS_BYTES);
    Memory.putLong(cell, ObjectLayout.CONS_HEADER);
    Memory.putLong(cell + ObjectLayout.CONS_HEAD, Term.smallInt(7));
    long tail = Memory.getLong(HeapFixture.register(frame, 0));
    Memory.putLong(cell + ObjectLayout.CONS_TAIL, tail);
    Memory.putLong(HeapFixture.register(frame, 0), cell);
  }

  private static int listLength(long frame) {
    int length = 0;
    long list = Memory.getLong(HeapFixture.register(frame, 0));
    for (; list != Term.EMPTY_LIST; length++) {
      list = Memory.getLong(list + ObjectLayout.CONS_TAIL);
    }
    return length;
  }
}
