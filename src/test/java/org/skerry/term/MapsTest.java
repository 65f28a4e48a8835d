package org.skerry.term;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MapsTest {
  private final TermFixture f = new TermFixture(512L << 20);

  @AfterEach
  void close() {
    f.close();
  }

  private long copyOut(long map) {
    long image = f.flatten(map);
    f.clearHeap();
    return f.adopt(image);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 0, 0xFF, 0xF0L << 56, 0x8000_0000_0000_0010L})
  void shouldDoAsHashMapDoes(long hashMask) {
    f.scratch.keyHashMask = hashMask;
    int operations = hashMask == -1 ? 100_000 : 10_000;
    Random random = new Random(hashMask);
    Map<Long, Long> model = new HashMap<>();
    long map = Maps.empty(f.writer);
    for (int i = 0; i < operations; i++) {
      // Phases of growing and shrinking, across the border between flat and hashed.
      int span = 10 << (i / 2_000 % 6);
      long key = random.nextInt(span);
      if (random.nextInt(3) > 0 == (i / 5_000 % 2 == 0)) {
        map = f.put(map, Term.smallInt(key), Term.smallInt(i));
        model.put(key, (long) i);
      } else {
        map = f.remove(map, Term.smallInt(key));
        model.remove(key);
      }
      assertThat(Maps.size(map)).isEqualTo(model.size());
      if (i % 500 == 0) {
        map = copyOut(map);
        check(map, model, span);
      }
    }
    check(map, model, 400);
  }

  private void check(long map, Map<Long, Long> model, int span) {
    for (long key = 0; key < span; key++) {
      Long expected = model.get(key);
      assertThat(Maps.get(map, Term.smallInt(key), f.scratch))
          .isEqualTo(expected == null ? Term.NONE : Term.smallInt(expected));
    }
    Map<Long, Long> seen = new HashMap<>();
    MapCursor cursor = new MapCursor();
    cursor.open(map);
    while (cursor.next()) {
      Long before = seen.put(Term.smallIntValue(cursor.key()), Term.smallIntValue(cursor.value()));
      assertThat(before).isNull();
    }
    assertThat(seen).isEqualTo(model);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 0, 0xF0L << 56})
  void shouldHaveTheSameShapeWhateverTheHistory(long hashMask) {
    f.scratch.keyHashMask = hashMask;
    Random random = new Random(7);
    for (int size : new int[] {0, 1, 15, 16, 17, 18, 33, 200}) {
      List<Long> keys = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        keys.add(i % 3 == 0 ? f.string("key" + i) : Term.smallInt(i));
      }
      long ascending = build(keys);
      Collections.shuffle(keys, random);
      long shuffled = build(keys);
      long detour = build(keys);
      for (int i = 1000; i < 1040; i++) {
        detour = f.put(detour, Term.smallInt(i), Term.NIL);
      }
      for (int i = 1000; i < 1040; i++) {
        detour = f.remove(detour, Term.smallInt(i));
      }
      long list = f.list(keys.stream().mapToLong(k -> f.tuple(k, k)).toArray());
      long bound = Maps.fromListBytes(list, f.scratch);
      long before = f.writer.top();
      long bulk = Maps.fromList(list, f.scratch, f.writer);
      assertThat(f.writer.top() - before).isEqualTo(bound);
      for (long other : new long[] {shuffled, detour, bulk}) {
        assertThat(TermOrder.equal(ascending, other, f.scratch)).isTrue();
        assertThat(TermHash.hash(other, f.scratch)).isEqualTo(TermHash.hash(ascending, f.scratch));
        assertThat(f.text(other)).isEqualTo(f.text(ascending));
        assertThat(order(other)).isEqualTo(order(ascending));
      }
      if (size > 0) {
        long changed = f.put(ascending, keys.getFirst(), f.tuple());
        assertThat(TermOrder.equal(ascending, changed, f.scratch)).isFalse();
      }
    }
  }

  private long build(List<Long> keys) {
    long map = Maps.empty(f.writer);
    for (long key : keys) {
      map = f.put(map, key, key);
    }
    return map;
  }

  private String order(long map) {
    return f.text(Maps.toList(map, f.scratch, f.writer));
  }

  @Test
  void shouldKeepAMillionKeys() {
    int count = 1_000_000;
    long list = Term.EMPTY_LIST;
    for (int i = 0; i < count; i++) {
      list = Lists.cons(f.tuple(Term.smallInt(i * 7L), Term.smallInt(i)), list, f.writer);
    }
    long map = Maps.fromList(list, f.scratch, f.writer);
    assertThat(Maps.size(map)).isEqualTo(count);
    for (int i = 0; i < count; i += 101) {
      assertThat(Maps.get(map, Term.smallInt(i * 7L), f.scratch)).isEqualTo(Term.smallInt(i));
      assertThat(Maps.contains(map, Term.smallInt(i * 7L + 1), f.scratch)).isFalse();
    }
    long changed = f.remove(f.put(map, Term.smallInt(1), Term.NIL), Term.smallInt(7));
    assertThat(Maps.size(changed)).isEqualTo(count);
    assertThat(Maps.size(map)).isEqualTo(count);
    long keys = Maps.keys(map, f.scratch, f.writer);
    assertThat(Lists.length(keys, f.scratch)).isEqualTo(count);
  }

  @Test
  void shouldNotChangeTheMapThatAPutBeganWith() {
    for (int size : new int[] {3, 16, 17, 100}) {
      List<Long> keys = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        keys.add(Term.smallInt(i));
      }
      long map = build(keys);
      String before = f.text(map);
      long put = f.put(map, Term.smallInt(0), Term.TRUE);
      f.put(put, Term.smallInt(-1), Term.TRUE);
      f.remove(put, Term.smallInt(1));
      assertThat(f.text(map)).isEqualTo(before);
      assertThat(f.put(map, Term.smallInt(1), Term.smallInt(1))).isEqualTo(map);
      assertThat(f.remove(map, Term.smallInt(-5))).isEqualTo(map);
    }
  }

  @Test
  void shouldFindKeysThatAreEqualButNotTheSameObject() {
    long map = f.map();
    for (int i = 0; i < 40; i++) {
      long key = f.tuple(f.string("k" + i), f.number(i), f.integer(Long.MAX_VALUE - i));
      map = f.put(map, key, Term.smallInt(i));
    }
    map = f.put(map, f.tuple(f.number(0.0), f.integer(5)), Term.TRUE);
    for (int i = 0; i < 40; i++) {
      long key = f.tuple(f.string("k" + i), f.number(i), f.integer(Long.MAX_VALUE - i));
      assertThat(Maps.get(map, key, f.scratch)).isEqualTo(Term.smallInt(i));
    }
    assertThat(Maps.get(map, f.tuple(f.number(-0.0), f.integer(5)), f.scratch))
        .isEqualTo(Term.TRUE);
  }

  @Test
  void shouldRefuseMutableKeysAndWhatIsNoMap() {
    long array = TermArrays.allocateTerms(1, Term.NIL, f.writer);
    for (long map : new long[] {f.map(), f.map(Term.NIL, Term.NIL)}) {
      for (long key : new long[] {array, f.tuple(array)}) {
        assertThatThrownBy(() -> Maps.putBytes(map, key, f.scratch))
            .isSameAs(TermError.BAD_ARGUMENT);
      }
    }
    assertThatThrownBy(() -> Maps.get(Term.NIL, Term.NIL, f.scratch))
        .isSameAs(TermError.TYPE_ERROR);
    assertThatThrownBy(() -> Maps.size(f.tuple())).isSameAs(TermError.TYPE_ERROR);
    assertThatThrownBy(() -> Maps.fromListBytes(f.list(f.tuple(Term.NIL)), f.scratch))
        .isSameAs(TermError.BAD_ARGUMENT);
    assertThatThrownBy(() -> Maps.fromListBytes(f.list(Term.NIL), f.scratch))
        .isSameAs(TermError.TYPE_ERROR);
  }

  @Test
  void shouldBoundCollisions() {
    f.scratch.keyHashMask = 0;
    long[] pairs = new long[MapTrie.MAX_COLLISIONS + 1];
    for (int i = 0; i < pairs.length; i++) {
      pairs[i] = f.tuple(Term.smallInt(i), Term.NIL);
    }
    long tooMany = f.list(pairs);
    assertThatThrownBy(() -> Maps.fromListBytes(tooMany, f.scratch))
        .isSameAs(TermError.LIMIT_EXCEEDED);
    long full = Maps.fromList(Lists.tail(tooMany), f.scratch, f.writer);
    assertThat(Maps.size(full)).isEqualTo(MapTrie.MAX_COLLISIONS);
    assertThatThrownBy(() -> Maps.putBytes(full, Term.smallInt(-1), f.scratch))
        .isSameAs(TermError.LIMIT_EXCEEDED);
    assertThat(Maps.get(full, Term.smallInt(77), f.scratch)).isEqualTo(Term.NIL);
  }

  @Test
  void shouldGoOnWithACursorAfterTheMapMoved() {
    for (int size : new int[] {10, 500}) {
      List<Long> keys = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        keys.add(Term.smallInt(i));
      }
      long map = build(keys);
      MapCursor whole = new MapCursor();
      whole.open(map);
      List<Long> expected = new ArrayList<>();
      while (whole.next()) {
        expected.add(whole.key());
      }
      MapCursor moved = new MapCursor();
      moved.open(map);
      List<Long> found = new ArrayList<>();
      while (moved.next()) {
        found.add(moved.key());
        map = f.adopt(f.flatten(map));
        moved.rebind(map);
      }
      assertThat(found).isEqualTo(expected).hasSize(size);
      f.clearHeap();
    }
  }
}
