package org.skerry.heap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.skerry.memory.Memory;
import org.skerry.memory.NotesPage;
import org.skerry.memory.VmBug;
import org.skerry.term.ObjectLayout;
import org.skerry.term.Term;

class GenerationsTest {
  private static final int NURSERY = 4 << 10;
  private static final HeapOptions OPTIONS = new HeapOptions(512, false, true, NURSERY);

  /** Elements of a tuple that makes a heap large enough for two generations. */
  private static final int LARGE = 2_000;

  @Test
  void shouldBeAsTheNotesSay() {
    NotesPage.check("collector.md", GenerationsLayout.TABLE);
  }

  @Test
  void shouldHaveOneGenerationWhereTheHeapIsSmall() {
    try (HeapFixture fixture = new HeapFixture(OPTIONS)) {
      long frame = fixture.pushAllLive(1);
      fixture.tupleIn(frame, 0, 100);

      fixture.heap.collect(fixture.process);

      assertThat(Generations.record(fixture.process)).isEqualTo(Memory.NULL);
    }
  }

  @Test
  void shouldCopyNoOldObjectInAMinorCollection() {
    try (HeapFixture fixture = new HeapFixture(OPTIONS)) {
      long frame = twoGenerations(fixture, 2);
      long old = Memory.getLong(HeapFixture.register(frame, 0));
      long blocks = fixture.get(HeapLayout.MEMORY_USED);
      long copied = fixture.heap.bytesCopied();
      long collections = fixture.heap.collections();

      for (int i = 0; i < 10_000; i++) {
        fixture.tupleIn(frame, 1, 3);
      }

      assertThat(Generations.record(fixture.process)).isNotEqualTo(Memory.NULL);
      assertThat(Memory.getLong(HeapFixture.register(frame, 0))).isEqualTo(old);
      assertThat(fixture.heap.collections() - collections).isBetween(70L, 90L);
      assertThat(fixture.heap.bytesCopied() - copied).isLessThan(90 * 32);
      assertThat(fixture.get(HeapLayout.MEMORY_USED)).isEqualTo(blocks);
    }
  }

  @Test
  void shouldLeaveNothingReadableInTheNursery() {
    try (HeapFixture fixture = new HeapFixture(OPTIONS)) {
      long frame = twoGenerations(fixture, 2);
      long young = fixture.tupleIn(frame, 1, 3);

      fillNursery(fixture);
      long promoted = Memory.getLong(HeapFixture.register(frame, 1));

      assertThat(promoted).isNotEqualTo(young).isLessThan(young);
      assertThat(ObjectLayout.kind(Memory.getLong(young)))
          .isGreaterThanOrEqualTo(ObjectLayout.KIND_COUNT);
    }
  }

  @Test
  void shouldCollectOldObjectsWhenTheOldSpaceIsFull() {
    try (HeapFixture fixture = new HeapFixture(OPTIONS)) {
      long frame = twoGenerations(fixture, 2);
      long old = Memory.getLong(HeapFixture.register(frame, 0));
      // Each minor collection finds one of these alive, which dies soon: the old space fills.
      for (int i = 0; i < 400; i++) {
        fixture.tupleIn(frame, 1, 150);
      }
      assertThat(Memory.getLong(HeapFixture.register(frame, 0))).isNotEqualTo(old);
      assertThat(Generations.record(fixture.process)).isNotEqualTo(Memory.NULL);
      assertThat(fixture.heapBytes()).isLessThan(8 * LARGE * 8);
    }
  }

  @Test
  void shouldKeepYoungObjectsThatAnOldArrayRefersTo() {
    try (HeapFixture fixture = new HeapFixture(OPTIONS)) {
      long frame = twoGenerations(fixture, 2);
      long array = oldArray(fixture, frame);
      store(fixture, array, 3, young(fixture));
      List<Long> roots = List.of(HeapFixture.register(frame, 1));
      Graph before = Graph.from(roots, fixture.process);

      fillNursery(fixture);

      assertThat(Memory.getLong(HeapFixture.register(frame, 1))).isEqualTo(array);
      assertThat(Graph.from(roots, fixture.process).text()).isEqualTo(before.text());
    }
  }

  @Test
  void shouldForgetWhatItRememberedWhenThatIsOld() {
    try (HeapFixture fixture = new HeapFixture(OPTIONS)) {
      long frame = twoGenerations(fixture, 2);
      long array = oldArray(fixture, frame);
      store(fixture, array, 3, young(fixture));
      long record = Generations.record(fixture.process);
      assertThat(Generations.remembered(record)).isEqualTo(record - 8);

      fillNursery(fixture);

      assertThat(Generations.remembered(record)).isEqualTo(record);
    }
  }

  @Test
  void shouldRememberNoImmediateAndNoOldTerm() {
    try (HeapFixture fixture = new HeapFixture(OPTIONS)) {
      long frame = twoGenerations(fixture, 2);
      long array = oldArray(fixture, frame);
      store(fixture, array, 0, Term.smallInt(1));
      store(fixture, array, 1, array);
      long youngArray = fixture.allocate(ObjectLayout.TERM_ARRAY, 1);
      store(fixture, youngArray, 0, youngArray);

      long record = Generations.record(fixture.process);
      assertThat(Generations.remembered(record)).isEqualTo(record);
    }
  }

  @Test
  void shouldCollectEverythingWhereTooManySlotsAreToBeRemembered() {
    try (HeapFixture fixture = new HeapFixture(OPTIONS)) {
      long frame = twoGenerations(fixture, 2);
      long array = oldArray(fixture, frame);
      long young = young(fixture);
      long record = Generations.record(fixture.process);
      for (int i = 0; Generations.remembered(record) != Memory.NULL; i++) {
        store(fixture, array, i % 8, young);
      }
      fixture.heap.verify(fixture.process);
      List<Long> roots = List.of(HeapFixture.register(frame, 1));
      Graph before = Graph.from(roots, fixture.process);
      long start = fixture.get(HeapLayout.HEAP_START);

      fillNursery(fixture);

      assertThat(fixture.get(HeapLayout.HEAP_START)).isNotEqualTo(start);
      assertThat(Graph.from(roots, fixture.process).text()).isEqualTo(before.text());
    }
  }

  @Test
  void shouldFindAStoreWithoutItsBarrier() {
    try (HeapFixture fixture = new HeapFixture(OPTIONS)) {
      long frame = twoGenerations(fixture, 2);
      long array = oldArray(fixture, frame);
      long young = young(fixture);
      Memory.putLong(array + ObjectLayout.ELEMENTS, young);

      assertThatThrownBy(() -> fixture.heap.verify(fixture.process))
          .isInstanceOf(VmBug.class)
          .hasMessageContaining("remembered");

      store(fixture, array, 0, young);
      fixture.heap.verify(fixture.process);
    }
  }

  @Test
  void shouldEndGenerationsWhereMostSurvives() {
    try (HeapFixture fixture = new HeapFixture(OPTIONS)) {
      long frame = twoGenerations(fixture, 2);
      long copied = fixture.heap.bytesCopied();
      Memory.putLong(HeapFixture.register(frame, 1), Term.EMPTY_LIST);
      while (Generations.record(fixture.process) != Memory.NULL) {
        cons(fixture, HeapFixture.register(frame, 1));
      }
      assertThat(fixture.heap.bytesCopied() - copied).isLessThanOrEqualTo(NURSERY);
      assertThat(fixture.heapBytes() - fixture.usedBytes()).isGreaterThan(2 * NURSERY);
    }
  }

  @Test
  void shouldMakeRoomForWhatIsLargerThanTheNurseryWithoutAFullCollection() {
    try (HeapFixture fixture = new HeapFixture(OPTIONS)) {
      twoGenerations(fixture, 2);
      long start = fixture.get(HeapLayout.HEAP_START);

      fixture.allocate(ObjectLayout.BYTES, 2 * NURSERY);

      assertThat(fixture.get(HeapLayout.HEAP_START)).isEqualTo(start);
    }
  }

  @Test
  void shouldReleaseSharedBytesThatDieYoungAndKeepTheOthers() {
    try (HeapFixture fixture = new HeapFixture(OPTIONS)) {
      long frame = twoGenerations(fixture, 3);
      Memory.putLong(HeapFixture.register(frame, 1), fixture.sharedBytes(3_000));
      fixture.heap.collect(fixture.process);
      Memory.putLong(HeapFixture.register(frame, 2), fixture.sharedBytes(5_000));
      fixture.sharedBytes(7_000);
      long before = fixture.pool.usedBytes();

      fillNursery(fixture);

      assertThat(before - fixture.pool.usedBytes()).isGreaterThanOrEqualTo(7_000);
      assertThat(fixture.get(HeapLayout.SHARED_BYTES_RETAINED)).isEqualTo(8_000);
      fixture.heap.verify(fixture.process);
    }
  }

  @Test
  void shouldCollectMinorAndFullUnderStress() {
    try (HeapFixture fixture = new HeapFixture(HeapOptions.STRESS)) {
      long frame = fixture.pushAllLive(2);
      Memory.putLong(HeapFixture.register(frame, 0), Term.NIL);
      Memory.putLong(HeapFixture.register(frame, 1), Term.NIL);
      fixture.tupleIn(frame, 0, LARGE);
      int moved = 0;
      for (int i = 0; i < 100; i++) {
        long start = fixture.get(HeapLayout.HEAP_START);
        fixture.tupleIn(frame, 1, 3);
        moved += fixture.get(HeapLayout.HEAP_START) == start ? 0 : 1;
      }
      assertThat(fixture.heap.collections()).isGreaterThanOrEqualTo(100);
      assertThat(moved).isBetween(10, 90);
    }
  }

  /** A frame whose register 0 has a large tuple that is old, while others have nil. */
  private static long twoGenerations(HeapFixture fixture, int registers) {
    long frame = fixture.pushAllLive(registers);
    for (int i = 1; i < registers; i++) {
      Memory.putLong(HeapFixture.register(frame, i), Term.NIL);
    }
    Memory.putLong(HeapFixture.register(frame, 0), Term.NIL);
    fixture.tupleIn(frame, 0, LARGE);
    assertThat(fixture.heap.collect(fixture.process)).isTrue();
    assertThat(Generations.record(fixture.process)).isNotEqualTo(Memory.NULL);
    return frame;
  }

  /** An array of eight in register 1, in the old space; the nursery is empty. */
  private static long oldArray(HeapFixture fixture, long frame) {
    long array = fixture.allocate(ObjectLayout.TERM_ARRAY, 8);
    for (int i = 0; i < 8; i++) {
      Memory.putLong(array + ObjectLayout.ELEMENTS + 8L * i, Term.NIL);
    }
    Memory.putLong(HeapFixture.register(frame, 1), array);
    fixture.heap.collect(fixture.process);
    assertThat(Generations.record(fixture.process)).isNotEqualTo(Memory.NULL);
    return Memory.getLong(HeapFixture.register(frame, 1));
  }

  private static long young(HeapFixture fixture) {
    long young = fixture.allocate(ObjectLayout.TUPLE, 1);
    Memory.putLong(young + ObjectLayout.ELEMENTS, Term.TRUE);
    return young;
  }

  private static void store(HeapFixture fixture, long array, int index, long term) {
    long slot = array + ObjectLayout.ELEMENTS + 8L * index;
    Memory.putLong(slot, term);
    Heap.storeBarrier(fixture.process, slot);
  }

  /** Takes all the room there is, and then asks for more. */
  private static void fillNursery(HeapFixture fixture) {
    long free = fixture.get(HeapLayout.HEAP_END) - fixture.get(HeapLayout.HEAP_TOP);
    fixture.allocate(ObjectLayout.BYTES, free - ObjectLayout.HEADER_BYTES);
    assertThat(fixture.heap.ensure(fixture.process, 8)).isTrue();
  }

  private static void cons(HeapFixture fixture, long slot) {
    long cell = fixture.allocate(ObjectLayout.CONS, 2);
    Memory.putLong(cell + ObjectLayout.CONS_HEAD, Term.smallInt(1));
    Memory.putLong(cell + ObjectLayout.CONS_TAIL, Memory.getLong(slot));
    Memory.putLong(slot, cell);
  }
}
