package org.skerry.mvar;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.agrona.collections.LongArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.skerry.memory.Memory;
import org.skerry.term.Term;
import org.skerry.term.Tuples;

/** What is left of maps and snapshots is freed in steps, all of it, and nothing that is seen. */
final class MapRemainsTest {
  private static final int ENTRIES = 10_000;

  /** Of the blocks that are made here: nodes of 32 entries. */
  private static final int MOST_BLOCK_BYTES = 640;

  /** What the epochs would have freed by now. */
  private final LongArrayList retired = new LongArrayList();

  private final SharedMapFixture f =
      new SharedMapFixture((word, cache, budget) -> {
        retired.addLong(word & ~1);
        return budget - 1;
      });

  /**
   * A map that may be open to writers, and its snapshots.
   *
   * @param map the map
   * @param entries what it holds
   * @param snapshots open ones
   * @param seen what each of them saw
   */
  private record Subject(
      long map,
      Map<Integer, Integer> entries,
      List<Long> snapshots,
      List<Map<Integer, Integer>> seen) {}

  /** What scratch memory is needed is there from now on. */
  @BeforeEach
  void warmUp() {
    long map = f.create();
    f.put(map, key(1), value(1));
    SharedMap.dispose(map, f.terms.cache);
    f.terms.clearHeap();
  }

  @AfterEach
  void close() {
    f.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 10, 1_000})
  void shouldFreeALargeMapInSteps(int budget) {
    long before = used();
    long map = filled();

    int steps = freeInSteps(map | MvarValue.MAP, budget);

    assertThat(steps).isBetween(ENTRIES / budget, 3 * ENTRIES / budget);
    assertThat(used()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 10, 1_000})
  void shouldFreeWhatASnapshotSawInSteps(int budget) {
    long before = used();
    long map = filled();
    long filled = used();
    long snapshot = f.open(map);
    for (int i = 0; i < ENTRIES; i++) {
      f.put(map, key(i), value(i));
      f.terms.clearHeap();
    }
    f.quiesce();
    long held = used();
    f.closeSnapshot(snapshot);
    f.quiesce();
    assertThat(used()).as("closing frees nothing itself").isEqualTo(held);
    assertThat(retired).hasSize(1);

    int steps = freeInSteps(retired.removeAt(0), budget);

    assertThat(steps).isBetween(ENTRIES / 2 / budget, 3 * ENTRIES / budget);
    assertThat(used()).isLessThanOrEqualTo(filled + MOST_BLOCK_BYTES);
    SharedMap.dispose(map, f.terms.cache);
    assertThat(used()).isEqualTo(before);
  }

  @Test
  void shouldFreeTheMapOfASnapshotThatIsItsLastInSteps() {
    long before = used();
    long map = filled();
    long older = f.open(map);
    f.put(map, key(0), value(1));
    long newer = f.open(map);
    f.put(map, key(1), value(1));
    SharedMap.dispose(map, f.terms.cache);
    f.closeSnapshot(newer);
    f.closeSnapshot(older);
    f.quiesce();
    assertThat(retired).containsExactly(newer | MvarValue.SNAPSHOT, older | MvarValue.SNAPSHOT);

    // The older one waits for the newer one, whatever the order in which they are asked to.
    assertThat(MvarValue.reclaim(older | MvarValue.SNAPSHOT, f.terms.cache, 7)).isEqualTo(-8);
    assertThat(freeInSteps(newer | MvarValue.SNAPSHOT, 1)).isGreaterThan(1);
    assertThat(freeInSteps(older | MvarValue.SNAPSHOT, 10)).isGreaterThan(ENTRIES / 10);
    retired.clear();

    assertThat(used()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void shouldFreeNothingThatIsSeenInAnyOrder(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    long before = used();
    List<Subject> subjects = new ArrayList<>();
    for (int i = 0; i < 4_000; i++) {
      if (subjects.isEmpty() || random.nextInt(400) == 0) {
        subjects.add(
            new Subject(f.create(), new HashMap<>(), new ArrayList<>(), new ArrayList<>()));
      }
      Subject subject = subjects.get(random.nextInt(subjects.size()));
      switch (random.nextInt(20)) {
        case 0 -> open(subject);
        case 1 -> check(subject, random);
        case 2 -> {
          if (random.nextInt(20) == 0) {
            retired.addLong(subject.map() | MvarValue.MAP);
            subjects.remove(subject);
            orphans.add(subject);
          }
        }
        case 3 -> checkOrphan(random);
        case 4, 5, 6 -> reclaimSome(random);
        case 7, 8 -> {
          int key = random.nextInt(200);
          f.remove(subject.map(), key(key));
          subject.entries().remove(key);
        }
        default -> {
          int key = random.nextInt(200);
          f.put(subject.map(), key(key), value(i));
          subject.entries().put(key, i);
        }
      }
      f.terms.clearHeap();
      f.participant.quiescent();
    }
    for (Subject subject : subjects) {
      retired.addLong(subject.map() | MvarValue.MAP);
    }
    orphans.addAll(subjects);
    while (!orphans.isEmpty()) {
      checkOrphan(random);
      reclaimSome(random);
    }
    f.quiesce();
    while (!retired.isEmpty()) {
      reclaimSome(random);
      f.quiesce();
    }
    assertThat(used()).isEqualTo(before);
  }

  /** Subjects whose map no MVar holds any more. */
  private final List<Subject> orphans = new ArrayList<>();

  private void open(Subject subject) {
    subject.snapshots().add(f.open(subject.map()));
    subject.seen().add(new HashMap<>(subject.entries()));
  }

  private void checkOrphan(SplittableRandom random) {
    if (!orphans.isEmpty()) {
      Subject subject = orphans.get(random.nextInt(orphans.size()));
      check(subject, random);
      if (subject.snapshots().isEmpty()) {
        orphans.remove(subject);
      }
    }
  }

  /** One of the snapshots, if there are any, shows what it saw; then it is closed. */
  private void check(Subject subject, SplittableRandom random) {
    if (subject.snapshots().isEmpty()) {
      return;
    }
    int index = random.nextInt(subject.snapshots().size());
    long snapshot = subject.snapshots().remove(index);
    Map<Integer, Integer> seen = new HashMap<>();
    for (long e = MapSnapshots.next(snapshot); e != 0; e = MapSnapshots.next(snapshot)) {
      long key = Memory.getLong(e);
      seen.put(number(key), number(Memory.getLong(e + 8)));
    }
    assertThat(seen).isEqualTo(subject.seen().remove(index));
    f.closeSnapshot(snapshot);
  }

  private void reclaimSome(SplittableRandom random) {
    if (retired.isEmpty()) {
      return;
    }
    int index = random.nextInt(retired.size());
    long word = retired.removeAt(index);
    int budget = 1 + random.nextInt(random.nextInt(10) == 0 ? 10_000 : 20);
    if (MvarValue.reclaim(word, f.terms.cache, budget) < 0) {
      retired.addLong(word);
    }
  }

  private int freeInSteps(long word, int budget) {
    int steps = 1;
    long last = used();
    while (MvarValue.reclaim(word, f.terms.cache, budget) < 0) {
      // An entry may be a key and a value.
      assertThat(last - used()).isLessThanOrEqualTo(2L * budget * MOST_BLOCK_BYTES);
      last = used();
      steps++;
    }
    return steps;
  }

  private long filled() {
    long map = f.create();
    for (int i = 0; i < ENTRIES; i++) {
      f.put(map, key(i), value(i));
      f.terms.clearHeap();
    }
    f.quiesce();
    return map;
  }

  /** Every other key is an object, and two of three values are. */
  private long key(int number) {
    return number % 2 == 0 ? Term.smallInt(number) : tuple(number);
  }

  private long value(int number) {
    return number % 3 == 0 ? Term.smallInt(number) : tuple(number);
  }

  private long tuple(int number) {
    return Tuples.of(Term.smallInt(number), Term.NIL, f.terms.writer);
  }

  private static int number(long stored) {
    return (int) Term.smallIntValue(Term.isObject(stored) ? Tuples.get(stored, 0) : stored);
  }

  private long used() {
    return f.terms.pool.usedBytes();
  }
}
