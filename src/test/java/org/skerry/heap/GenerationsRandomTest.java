package org.skerry.heap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.skerry.memory.Memory;
import org.skerry.term.ObjectLayout;
import org.skerry.term.Term;

/**
 * A process that allocates, forgets and changes its arrays at random, with nurseries of some
 * hundred bytes, while caps move and allocations fail: what it can reach is at every step what it
 * was before, found by a walk that shares no code with the collector.
 */
class GenerationsRandomTest {
  private static final int SEEDS = 40;
  private static final int STEPS = 1_000;
  private static final int REGISTERS = 12;
  private static final int ARRAYS = 4;

  @Test
  void shouldKeepWhatCanBeReachedThroughMinorAndFullCollections() {
    long minor = 0;
    long full = 0;
    long remembered = 0;
    long refused = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      HeapOptions options =
          new HeapOptions(
              64, random.nextInt(6) == 0, true, Math.toIntExact(random.nextLong(1, 10) * 64));
      try (HeapFixture fixture = new HeapFixture(options)) {
        Mutator mutator = new Mutator(fixture, random);
        for (int step = 0; step < STEPS; step++) {
          mutator.step();
        }
        fixture.pool.failures().none();
        minor += mutator.minor;
        full += mutator.full;
        remembered += mutator.remembered;
        refused += mutator.refused;
      }
    }
    assertThat(minor).isGreaterThan(1_000);
    assertThat(full).isGreaterThan(1_000);
    assertThat(remembered).isGreaterThan(300);
    assertThat(refused).isGreaterThan(1_000);
  }

  private static final class Mutator {
    private final HeapFixture fixture;
    private final SplittableRandom random;
    private final long frame;
    private final List<Long> roots = new ArrayList<>();
    private long minor;
    private long full;
    private long remembered;
    private long refused;

    Mutator(HeapFixture fixture, SplittableRandom random) {
      this.fixture = fixture;
      this.random = random;
      frame = fixture.pushAllLive(REGISTERS);
      for (int i = 0; i < REGISTERS; i++) {
        Memory.putLong(HeapFixture.register(frame, i), Term.NIL);
        roots.add(HeapFixture.register(frame, i));
      }
    }

    void step() {
      switch (random.nextInt(40)) {
        case 0 -> collecting(() -> fixture.heap.collect(fixture.process));
        case 1 -> collecting(this::trim);
        case 2 -> Memory.putLong(slot(), Term.NIL);
        case 3 -> limit();
        case 4, 5, 6, 7, 8, 9, 10, 11 -> change();
        default -> allocate();
      }
      fixture.heap.verify(fixture.process);
    }

    /** Whatever it does to the heap, nobody can tell. */
    private void collecting(Runnable collection) {
      Graph before = Graph.from(roots, fixture.process);
      long start = fixture.get(HeapLayout.HEAP_START);
      long copies = fixture.heap.collections();
      long used = fixture.get(HeapLayout.MEMORY_USED);

      collection.run();

      assertThat(Graph.from(roots, fixture.process).text()).isEqualTo(before.text());
      assertThat(fixture.get(HeapLayout.MEMORY_USED))
          .isEqualTo(fixture.heapBytes())
          .isLessThanOrEqualTo(Math.max(used, fixture.get(HeapLayout.MEMORY_MAX)));
      if (fixture.get(HeapLayout.HEAP_START) != start) {
        full++;
      } else if (fixture.heap.collections() != copies) {
        minor++;
      }
    }

    private void trim() {
      fixture.heap.trim(fixture.process);
    }

    /** A cap near what is used now, an allocation that fails, or neither any more. */
    private void limit() {
      long max = random.nextBoolean() ? 1L << 40 : random.nextLong(100, 60_000);
      Memory.putLong(
          fixture.process + HeapLayout.MEMORY_MAX,
          Math.max(max, fixture.get(HeapLayout.MEMORY_USED)));
      if (random.nextInt(3) == 0) {
        fixture.pool.failures().failOnce(random.nextInt(1, 4));
      } else {
        fixture.pool.failures().none();
      }
    }

    private void allocate() {
      int kind =
          switch (random.nextInt(16)) {
            case 0 -> ObjectLayout.BYTES;
            case 1 -> ObjectLayout.CONS;
            case 2 -> ObjectLayout.SHARED_BYTES;
            case 3 -> ObjectLayout.TERM_ARRAY;
            default -> ObjectLayout.TUPLE;
          };
      long size = kind == ObjectLayout.CONS ? 2 : random.nextInt(random.nextInt(8) == 0 ? 200 : 12);
      long bytes = ObjectLayout.byteSize(ObjectLayout.header(kind, Math.max(size, 5)));
      boolean[] isRoom = new boolean[1];
      collecting(() -> isRoom[0] = fixture.heap.ensure(fixture.process, bytes, 300));
      if (!isRoom[0]) {
        refused++;
        return;
      }
      // Arrays have registers of their own, where they grow old while others come and go.
      boolean isArray = kind == ObjectLayout.TERM_ARRAY;
      int register = isArray ? random.nextInt(ARRAYS) : random.nextInt(ARRAYS, REGISTERS);
      Memory.putLong(HeapFixture.register(frame, register), object(kind, size));
    }

    /** The room for it is there, so nothing moves. */
    private long object(int kind, long size) {
      if (kind == ObjectLayout.SHARED_BYTES) {
        fixture.pool.failures().none();
        return fixture.takeSharedBytes(random.nextLong(0, 300));
      }
      long header = ObjectLayout.header(kind, size);
      long object = Heap.bump(fixture.process, ObjectLayout.byteSize(header));
      Memory.putLong(object, header);
      for (long offset = 8; offset < ObjectLayout.byteSize(header); offset += 8) {
        Memory.putLong(object + offset, ObjectLayout.hasTerms(kind) ? term() : 0);
      }
      return object;
    }

    /** Stores into arrays that can be reached, one element or several. */
    private void change() {
      for (int i = 0; i < REGISTERS; i++) {
        long array = Memory.getLong(HeapFixture.register(frame, i));
        if (!Term.isObjectOfKind(array, ObjectLayout.TERM_ARRAY)) {
          continue;
        }
        long length = ObjectLayout.size(Memory.getLong(array));
        long start = random.nextLong(length + 1);
        long count = random.nextLong(length - start + 1);
        long slot = array + ObjectLayout.ELEMENTS + 8 * start;
        for (long j = 0; j < count; j++) {
          Memory.putLong(slot + 8 * j, term());
        }
        long record = Generations.record(fixture.process);
        long before = record == Memory.NULL ? 0 : Generations.remembered(record);
        Heap.storeBarrier(fixture.process, slot, count);
        remembered += record != Memory.NULL && Generations.remembered(record) != before ? 1 : 0;
      }
    }

    private long slot() {
      return HeapFixture.register(frame, random.nextInt(REGISTERS));
    }

    private long term() {
      long term = Memory.getLong(slot());
      return random.nextInt(4) == 0 ? Term.smallInt(random.nextInt()) : term;
    }
  }
}
