package org.skerry.mvar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.skerry.memory.BlockCache;
import org.skerry.memory.Memory;
import org.skerry.memory.NotesPage;
import org.skerry.term.Maps;
import org.skerry.term.RandomTerms;
import org.skerry.term.Term;
import org.skerry.term.TermError;
import org.skerry.term.TermOrder;

/** One thread: shared maps do what hash maps do, and free what they do not need. */
final class SharedMapTest {
  private final SharedMapFixture f = new SharedMapFixture();

  @AfterEach
  void close() {
    f.close();
  }

  @Test
  void shouldMatchTheNotes() {
    NotesPage.check("shared-map.md", SharedMapLayout.MAP);
    NotesPage.check("shared-map.md", SharedMapLayout.BLOCK);
    NotesPage.check("shared-map.md", SharedMapLayout.NODE);
    NotesPage.check("shared-map.md", SharedMapLayout.SNAPSHOT);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 0, 0xFF0, 0xF0L << 56, 0x8000_0000_0000_0010L})
  void shouldDoAsHashMapDoes(long hashMask) {
    f.terms.maskKeyHashes(hashMask);
    int operations = hashMask == -1 ? 60_000 : 8_000;
    Random random = new Random(hashMask);
    Map<Long, Long> model = new HashMap<>();
    long map = f.create();
    for (int i = 0; i < operations; i++) {
      int span = 10 << (i / 2_000 % 6);
      long key = random.nextInt(span);
      if (random.nextInt(3) > 0 == (i / 5_000 % 2 == 0)) {
        boolean isNew = f.put(map, Term.smallInt(key), Term.smallInt(i));
        assertThat(isNew).isEqualTo(model.put(key, (long) i) == null);
      } else {
        assertThat(f.remove(map, Term.smallInt(key))).isEqualTo(model.remove(key) != null);
      }
      assertThat(SharedMap.size(map)).isEqualTo(model.size());
      if (i % 500 == 0) {
        checkInts(map, model, span);
        f.participant.quiescent();
      }
    }
    checkInts(map, model, 400);
    SharedMap.dispose(map, f.terms.cache);
  }

  private void checkInts(long map, Map<Long, Long> model, int span) {
    for (long key = 0; key < span; key++) {
      Long expected = model.get(key);
      assertThat(f.find(map, Term.smallInt(key)))
          .isEqualTo(expected == null ? Term.NONE : Term.smallInt(expected));
    }
    Map<Long, Long> seen = new HashMap<>();
    long snapshot = f.open(map);
    assertThat(MapSnapshots.size(snapshot)).isEqualTo(model.size());
    for (long e = MapSnapshots.next(snapshot); e != 0; e = MapSnapshots.next(snapshot)) {
      long key = Term.smallIntValue(Memory.getLong(e));
      Long before = seen.put(key, Term.smallIntValue(Memory.getLong(e + 8)));
      assertThat(before).isNull();
    }
    f.closeSnapshot(snapshot);
    assertThat(seen).isEqualTo(model);
  }

  /** Keys and values of every kind, with snapshots that come and go. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void shouldKeepTermsOfEveryKindAndSnapshotsOfThem(long seed) {
    if (seed > 4) {
      f.terms.maskKeyHashes(seed == 5 ? 0xFL << 60 : 0x30);
    }
    RandomTerms randomTerms = new RandomTerms(seed, false, f.terms.scratch, f.terms.writer);
    Random random = new Random(seed);
    long[] keys = new long[120];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = randomTerms.next(random.nextInt(12));
    }
    SharedMapFixture.Model model = new SharedMapFixture.Model();
    SharedMapFixture.Model[] snapshotModels = new SharedMapFixture.Model[6];
    long[] snapshots = new long[snapshotModels.length];
    long map = f.create();
    for (int i = 0; i < 6_000; i++) {
      int k = f.indexOf(keys, keys[random.nextInt(keys.length)]);
      switch (random.nextInt(10)) {
        case 0, 1, 2, 3 -> {
          long value = random.nextInt(3) == 0 ? keys[k] : randomTerms.next(random.nextInt(6));
          f.put(map, keys[k], value);
          model.put(k, f.terms.text(value));
        }
        case 4, 5 -> assertThat(f.remove(map, keys[k])).isEqualTo(model.remove(k) != null);
        case 6, 7 -> assertThat(f.text(f.find(map, keys[k]))).isEqualTo(model.get(k));
        default -> {
          int s = random.nextInt(snapshots.length);
          if (snapshots[s] != 0) {
            f.checkSnapshot(snapshots[s], keys, snapshotModels[s]);
            f.closeSnapshot(snapshots[s]);
          }
          snapshots[s] = f.open(map);
          snapshotModels[s] = new SharedMapFixture.Model(model);
        }
      }
      if (i % 100 == 99) {
        f.participant.quiescent();
        keys = f.renewHeap(keys);
        randomTerms = new RandomTerms(seed + i, false, f.terms.scratch, f.terms.writer);
      }
    }
    SharedMap.dispose(map, f.terms.cache);
    for (int s = 0; s < snapshots.length; s++) {
      int at = (s * 5 + (int) seed) % snapshots.length;
      if (snapshots[at] != 0) {
        f.checkSnapshot(snapshots[at], keys, snapshotModels[at]);
        f.closeSnapshot(snapshots[at]);
        f.participant.quiescent();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 15, 16, 17, 18, 100, 5_000})
  void shouldBeMadeFromAMapAndCopiedOutToTheSame(int size) {
    long map = f.terms.map();
    for (int i = 0; i < size; i++) {
      long key =
          i % 3 == 0
              ? f.terms.string("key" + i)
              : i % 3 == 1
                  ? Term.smallInt(i * 3)
                  : f.terms.tuple(Term.smallInt(i), f.terms.number(i));
      map = f.terms.put(map, key, i % 2 == 0 ? key : Term.smallInt(i));
    }
    long shared = f.of(map);
    assertThat(SharedMap.size(shared)).isEqualTo(size);
    long snapshot = f.open(shared);
    long before = f.terms.writer.top();
    long bytes = MapCopy.bytes(snapshot);
    long copy = MapCopy.write(snapshot, f.terms.scratch, f.terms.writer);
    assertThat(f.terms.writer.top() - before).isEqualTo(bytes);
    assertThat(TermOrder.equal(copy, map, f.terms.scratch)).isTrue();
    assertThat(f.terms.text(copy)).isEqualTo(f.terms.text(map));
    // The copy is a map like others.
    long changed = f.terms.put(copy, f.terms.atom("new"), Term.NIL);
    assertThat(Maps.size(changed)).isEqualTo(size + 1);
    f.closeSnapshot(snapshot);
    SharedMap.dispose(shared, f.terms.cache);
  }

  @Test
  void shouldShareLargeBytes() {
    long bytes = f.terms.bytes(new byte[100_000]);
    long map = f.create();
    f.put(map, Term.smallInt(1), f.terms.tuple(bytes, f.terms.string("x"), bytes));
    f.put(map, f.terms.bytes(new byte[300]), bytes);
    long snapshot = f.open(map);
    f.terms.clearHeap();
    assertThat(f.text(f.find(map, Term.smallInt(1)))).hasSizeGreaterThan(100_000);
    f.put(map, Term.smallInt(1), Term.NIL);
    assertThat(f.remove(map, f.terms.bytes(new byte[300]))).isTrue();
    f.terms.clearHeap();
    f.participant.quiescent();
    f.participant.quiescent();
    assertThat(f.terms.pool.usedBytes()).isGreaterThan(100_000);
    f.closeSnapshot(snapshot);
    SharedMap.dispose(map, f.terms.cache);
  }

  @Test
  void shouldRefuseKeysThatAreTooLargeOrCollideTooOften() {
    long map = f.create();
    long large = f.terms.string("x".repeat(1 << 16));
    assertThatThrownBy(() -> f.put(map, large, Term.NIL)).isSameAs(TermError.LIMIT_EXCEEDED);
    long shared = f.terms.bytes(new byte[1 << 16]);
    assertThatThrownBy(() -> f.put(map, shared, Term.NIL)).isSameAs(TermError.LIMIT_EXCEEDED);
    long nested = f.terms.tuple(f.terms.bytes(new byte[40_000]), f.terms.bytes(new byte[40_000]));
    assertThatThrownBy(() -> f.put(map, nested, Term.NIL)).isSameAs(TermError.LIMIT_EXCEEDED);
    long fits = f.terms.bytes(new byte[60_000]);
    f.put(map, fits, Term.NIL);
    assertThat(f.remove(map, fits)).isTrue();
    f.terms.maskKeyHashes(0);
    for (int i = 0; i < Maps.MAX_COLLISIONS; i++) {
      f.put(map, Term.smallInt(i), f.terms.tuple());
      f.participant.quiescent();
    }
    assertThatThrownBy(() -> f.put(map, Term.smallInt(-1), f.terms.tuple()))
        .isSameAs(TermError.LIMIT_EXCEEDED);
    f.put(map, Term.smallInt(7), Term.TRUE);
    assertThat(f.find(map, Term.smallInt(7))).isEqualTo(Term.TRUE);
    assertThat(SharedMap.size(map)).isEqualTo(Maps.MAX_COLLISIONS);
    SharedMap.dispose(map, f.terms.cache);
  }

  /** Every allocation of a change fails in turn; the map stays as it was, and nothing leaks. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldStayAsItIsWhereAnAllocationFails(boolean withSnapshot) {
    long map = f.create();
    for (int i = 0; i < 2_000; i++) {
      f.put(map, f.terms.tuple(Term.smallInt(i)), f.terms.string("value" + i));
    }
    f.quiesce();
    f.put(map, f.terms.tuple(f.terms.tuple()), f.terms.tuple(f.terms.tuple()));
    Random random = new Random(5);
    int failures = 0;
    for (int i = 0; i < 300; i++) {
      long snapshot = withSnapshot ? f.open(map) : 0;
      long key = f.terms.tuple(Term.smallInt(random.nextInt(3_000)), f.terms.tuple(Term.NIL));
      key = random.nextBoolean() ? key : f.terms.tuple(Term.smallInt(random.nextInt(2_000)));
      long used = f.terms.pool.usedBytes();
      long size = SharedMap.size(map);
      for (int n = 1; ; n++) {
        f.terms.pool.failures().failOnce(n);
        boolean failed = f.fails(map, key, i % 3 == 0);
        f.terms.pool.failures().none();
        if (!failed) {
          break;
        }
        failures++;
        assertThat(f.terms.pool.usedBytes()).isEqualTo(used);
        assertThat(SharedMap.size(map)).isEqualTo(size);
      }
      if (withSnapshot) {
        f.closeSnapshot(snapshot);
      }
      f.quiesce();
    }
    assertThat(failures).isGreaterThan(300);
    SharedMap.dispose(map, f.terms.cache);
  }

  @Test
  void shouldMakeAMapOrNothing() {
    long map = f.terms.map();
    for (int i = 0; i < 60; i++) {
      map = f.terms.put(map, f.terms.tuple(Term.smallInt(i)), f.terms.tuple());
    }
    long used = f.terms.pool.usedBytes();
    long made = 0;
    for (int n = 1; made == 0; n += 3) {
      f.terms.pool.failures().failOnce(n);
      try {
        made = f.of(map);
      } catch (TermError expected) {
        assertThat(expected).isSameAs(TermError.LIMIT_EXCEEDED);
        assertThat(f.terms.pool.usedBytes()).isEqualTo(used);
      }
      f.terms.pool.failures().none();
    }
    SharedMap.dispose(made, f.terms.cache);
    assertThat(f.terms.pool.usedBytes()).isEqualTo(used);
  }

  /** Whatever the order in which snapshots close, what is left is what the others see. */
  @Test
  void shouldFreeWhatNobodySeesAtOnce() {
    Random random = new Random(9);
    for (int round = 0; round < 40; round++) {
      long before = f.terms.pool.usedBytes();
      long map = f.create();
      long[] snapshots = new long[5];
      for (int s = 0; s < snapshots.length; s++) {
        for (int i = 0; i < 200; i++) {
          f.put(map, Term.smallInt(random.nextInt(300)), f.terms.tuple(Term.smallInt(i)));
        }
        snapshots[s] = f.open(map);
      }
      for (int i = 0; i < 300; i++) {
        f.remove(map, Term.smallInt(i));
      }
      f.quiesce();
      assertThat(SharedMap.size(map)).isZero();
      boolean disposesFirst = round % 2 == 0;
      if (disposesFirst) {
        SharedMap.dispose(map, f.terms.cache);
      }
      for (int left = snapshots.length; left > 0; left--) {
        int s = random.nextInt(left);
        f.closeSnapshot(snapshots[s]);
        snapshots[s] = snapshots[left - 1];
      }
      f.quiesce();
      if (!disposesFirst) {
        assertThat(f.terms.pool.usedBytes() - before)
            .isEqualTo(BlockCache.blockSize(SharedMapLayout.MAP_BYTES));
        SharedMap.dispose(map, f.terms.cache);
      }
      assertThat(f.terms.pool.usedBytes()).isEqualTo(before);
    }
  }

  /** A snapshot that stays costs what it sees, however much is written and however many follow. */
  @Test
  void shouldBoundWhatALongSnapshotHolds() {
    long map = f.create();
    for (int i = 0; i < 1_000; i++) {
      f.put(map, Term.smallInt(i), f.terms.tuple(Term.smallInt(i)));
    }
    f.quiesce();
    long one = f.terms.pool.usedBytes();
    long old = f.open(map);
    for (int round = 0; round < 50; round++) {
      long younger = f.open(map);
      for (int i = 0; i < 1_000; i++) {
        f.put(map, Term.smallInt(i), f.terms.tuple(Term.smallInt(round)));
      }
      f.closeSnapshot(younger);
      f.quiesce();
      f.terms.clearHeap();
    }
    long heldBytes = f.terms.pool.usedBytes() - one;
    f.closeSnapshot(old);
    f.quiesce();
    assertThat(f.terms.pool.usedBytes()).isLessThanOrEqualTo(one);
    assertThat(heldBytes).isLessThan(one);
    SharedMap.dispose(map, f.terms.cache);
  }
}
