package org.skerry.heap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.skerry.memory.Memory;
import org.skerry.term.ObjectLayout;
import org.skerry.term.Term;

/** Random graphs, frames and liveness: what is live stays as it was, and nothing else stays. */
class HeapRandomGraphTest {
  private static final int GRAPHS = 150;

  private static final int[] KINDS = {
    ObjectLayout.CONS,
    ObjectLayout.TUPLE,
    ObjectLayout.MAP,
    ObjectLayout.MAP_NODE,
    ObjectLayout.MAP_COLLISION,
    ObjectLayout.MAP_ROOT,
    ObjectLayout.CLOSURE,
    ObjectLayout.TERM_ARRAY,
    ObjectLayout.BOXED_I64,
    ObjectLayout.BOXED_F64,
    ObjectLayout.STRING,
    ObjectLayout.BYTES,
    ObjectLayout.SHARED_BYTES,
    ObjectLayout.I64_ARRAY,
    ObjectLayout.F64_ARRAY,
    ObjectLayout.U8_ARRAY
  };

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void shouldKeepExactlyWhatIsLive(int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < GRAPHS; i++) {
      try (HeapFixture fixture = new HeapFixture(new HeapOptions(64, false, true))) {
        RandomProcess made = new RandomProcess(fixture, random);
        List<Long> live = made.fill();
        Graph before = Graph.from(live, fixture.process);

        for (int round = 0; round < 2; round++) {
          assertThat(fixture.heap.collect(fixture.process)).isTrue();

          Graph after = Graph.from(live, fixture.process);
          assertThat(after.text()).isEqualTo(before.text());
          assertThat(fixture.usedBytes()).isEqualTo(after.heapBytes());
        }
        made.assertDeadRegistersUntouched();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void shouldBeAsItWasAfterACopyThatDidNotFit(int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < GRAPHS; i++) {
      try (HeapFixture fixture = new HeapFixture(new HeapOptions(64, false, true))) {
        RandomProcess made = new RandomProcess(fixture, random);
        List<Long> live = made.fill();
        Graph before = Graph.from(live, fixture.process);
        long start = fixture.get(HeapLayout.HEAP_START);
        long used = fixture.usedBytes();
        long memoryUsed = fixture.get(HeapLayout.MEMORY_USED);
        if (before.heapBytes() <= 16) {
          continue;
        }
        long tooLittle = random.nextLong(16, before.heapBytes());
        tooLittle = HeapSize.largestBlock(tooLittle);
        Memory.putLong(fixture.process + HeapLayout.MEMORY_MAX, memoryUsed + tooLittle);

        assertThat(fixture.heap.collect(fixture.process)).isFalse();

        assertThat(fixture.get(HeapLayout.HEAP_START)).isEqualTo(start);
        assertThat(fixture.usedBytes()).isEqualTo(used);
        assertThat(fixture.get(HeapLayout.MEMORY_USED)).isEqualTo(memoryUsed);
        assertThat(Graph.from(live, fixture.process).text()).isEqualTo(before.text());
        fixture.heap.verify(fixture.process);

        Memory.putLong(fixture.process + HeapLayout.MEMORY_MAX, Long.MAX_VALUE);
        assertThat(fixture.heap.collect(fixture.process)).isTrue();
        assertThat(Graph.from(live, fixture.process).text()).isEqualTo(before.text());
        made.assertDeadRegistersUntouched();
      }
    }
  }

  /** Builds objects that refer to older ones, closes cycles through arrays, and spreads roots. */
  private static final class RandomProcess {
    private final HeapFixture fixture;
    private final SplittableRandom random;
    private final List<Long> objects = new ArrayList<>();
    private final List<Long> deadSlots = new ArrayList<>();

    RandomProcess(HeapFixture fixture, SplittableRandom random) {
      this.fixture = fixture;
      this.random = random;
    }

    /** Returns the slots that are roots, and makes all others hold rubbish. */
    List<Long> fill() {
      int count = random.nextInt(0, 120);
      // All of it at once: a collection would move what only this list knows.
      fixture.heap.ensure(fixture.process, (count + 1) * 800L);
      if (random.nextBoolean()) {
        addLiteral();
      }
      for (int i = 0; i < count; i++) {
        objects.add(object());
      }
      for (long object : objects) {
        if (ObjectLayout.kind(Memory.getLong(object)) == ObjectLayout.TERM_ARRAY) {
          fillTerms(object);
        }
      }
      List<Long> live = new ArrayList<>();
      for (int i = random.nextInt(0, 6); i > 0; i--) {
        addFrame(live, i == 1);
      }
      addArray(live);
      live.add(fixture.process + HeapLayout.PENDING_TERM);
      if (random.nextBoolean()) {
        Memory.putLong(fixture.process + HeapLayout.PENDING_TERM, term());
      }
      return live;
    }

    void assertDeadRegistersUntouched() {
      for (long slot : deadSlots) {
        assertThat(Memory.getLong(slot)).isEqualTo(HeapFixture.DEAD_REGISTER_MARK << 3);
      }
    }

    private void addLiteral() {
      long literal = fixture.block(24);
      Memory.putLong(literal, ObjectLayout.CONS_HEADER);
      Memory.putLong(literal + 8, Term.TRUE);
      Memory.putLong(literal + 16, Term.EMPTY_LIST);
      objects.add(literal);
    }

    private long object() {
      int kind = KINDS[random.nextInt(KINDS.length)];
      if (kind == ObjectLayout.SHARED_BYTES) {
        return fixture.sharedBytes(random.nextLong(0, 300));
      }
      long object = fixture.allocate(kind, size(kind));
      long header = Memory.getLong(object);
      for (long offset = 8; offset < ObjectLayout.byteSize(header); offset += 8) {
        Memory.putLong(object + offset, random.nextLong());
      }
      if (ObjectLayout.hasTerms(kind)) {
        fillTerms(object);
      }
      return object;
    }

    private long size(int kind) {
      return switch (kind) {
        case ObjectLayout.CONS -> 2;
        case ObjectLayout.BOXED_F64, ObjectLayout.BOXED_I64 -> 1;
        default -> random.nextInt(10) == 0 ? random.nextLong(0, 45) : random.nextLong(0, 6);
      };
    }

    private void fillTerms(long object) {
      long header = Memory.getLong(object);
      for (int i = 0; i < ObjectLayout.termCount(header); i++) {
        Memory.putLong(object + ObjectLayout.firstTermOffset(header) + 8L * i, term());
      }
    }

    private long term() {
      if (objects.isEmpty() || random.nextInt(4) == 0) {
        return random.nextBoolean() ? Term.smallInt(random.nextInt()) : Term.NIL;
      }
      return objects.get(random.nextInt(objects.size()));
    }

    private void addFrame(List<Long> live, boolean top) {
      int registers = random.nextInt(0, 150);
      int words = (registers + 63) / 64;
      long[] liveIn = set(registers, words);
      long[] liveAcross = set(registers, words);
      long frame = fixture.push(fixture.function(liveIn, liveAcross), registers);
      for (int i = 0; i < registers; i++) {
        long slot = HeapFixture.register(frame, i);
        if (((top ? liveIn : liveAcross)[i / 64] >>> i % 64 & 1) != 0) {
          Memory.putLong(slot, term());
          live.add(slot);
        } else {
          deadSlots.add(slot);
        }
      }
    }

    private long[] set(int registers, int words) {
      long[] set = new long[words];
      for (int i = 0; i < registers; i++) {
        if (random.nextInt(8) == 0) {
          set[i / 64] |= 1L << i % 64;
        }
      }
      return set;
    }

    private void addArray(List<Long> live) {
      int end = random.nextInt(1, 20);
      int first = random.nextInt(0, end + 1);
      long array = fixture.block(end * 8L);
      for (int i = 0; i < end; i++) {
        long slot = array + 8L * i;
        if (i < first) {
          Memory.putLong(slot, HeapFixture.DEAD_REGISTER_MARK << 3);
          deadSlots.add(slot);
        } else {
          Memory.putLong(slot, random.nextInt(5) == 0 ? Term.TOMBSTONE : term());
          live.add(slot);
        }
      }
      Memory.putLong(fixture.process + HeapLayout.ROOTS_ADDRESS, array);
      Memory.putInt(fixture.process + HeapLayout.ROOTS_FIRST, first);
      Memory.putInt(fixture.process + HeapLayout.ROOTS_END, end);
    }
  }
}
