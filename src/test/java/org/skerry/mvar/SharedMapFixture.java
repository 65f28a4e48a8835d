package org.skerry.mvar;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.skerry.memory.Epochs;
import org.skerry.memory.Memory;
import org.skerry.memory.Reclaimer;
import org.skerry.term.Maps;
import org.skerry.term.Term;
import org.skerry.term.TermError;
import org.skerry.term.TermFixture;
import org.skerry.term.TermOrder;

/** A heap and an online participant, for shared maps; closing it finds leaks. */
final class SharedMapFixture implements AutoCloseable {
  /** What a map has: values as text, by the index of the key. */
  static final class Model extends HashMap<Integer, String> {
    private static final long serialVersionUID = 1L;

    Model() {}

    Model(Map<Integer, String> other) {
      super(other);
    }
  }

  final TermFixture terms = new TermFixture(64L << 20);
  final Epochs epochs;
  final Epochs.Participant participant;

  SharedMapFixture() {
    this((retired, cache, budget) -> MvarValue.reclaim(retired & ~1, cache, budget));
  }

  SharedMapFixture(Reclaimer reclaimer) {
    epochs = new Epochs(reclaimer);
    participant = epochs.register(terms.cache);
    participant.online();
  }

  long create() {
    return SharedMap.create(terms.cache);
  }

  long of(long map) {
    return SharedMap.of(map, terms.heapStart, terms.heapEnd(), terms.scratch);
  }

  boolean put(long map, long key, long value) {
    long hash = Maps.keyHash(key, terms.scratch);
    long stored = SharedMap.store(value, terms.heapStart, terms.heapEnd(), terms.scratch);
    long end = terms.heapEnd();
    return SharedMap.put(
        map, key, hash, stored, terms.heapStart, end, terms.scratch, participant, null);
  }

  boolean remove(long map, long key) {
    long hash = Maps.keyHash(key, terms.scratch);
    return SharedMap.remove(map, key, hash, terms.scratch, participant, null);
  }

  /** Puts or removes; whether there was no memory. */
  boolean fails(long map, long key, boolean removes) {
    try {
      if (removes) {
        remove(map, key);
      } else {
        put(map, key, key);
      }
      return false;
    } catch (TermError expected) {
      assertThat(expected).isSameAs(TermError.LIMIT_EXCEEDED);
      return true;
    }
  }

  long find(long map, long key) {
    return SharedMap.get(map, key, Maps.keyHash(key, terms.scratch), terms.scratch);
  }

  /** The text of a stored value, null of none. */
  String text(long stored) {
    return stored == Term.NONE ? null : terms.text(SharedMap.copy(stored, terms.writer));
  }

  long open(long map) {
    long snapshot = MapSnapshots.open(map, terms.cache, null);
    assertThat(snapshot).isNotZero();
    return snapshot;
  }

  void closeSnapshot(long snapshot) {
    MapSnapshots.close(snapshot, terms.cache, participant, null);
  }

  /** Walks a snapshot that was not walked yet. */
  void checkSnapshot(long snapshot, long[] keys, Map<Integer, String> model) {
    Map<Integer, String> seen = new HashMap<>();
    long count = 0;
    for (long e = MapSnapshots.next(snapshot); e != 0; e = MapSnapshots.next(snapshot)) {
      seen.put(indexOf(keys, Memory.getLong(e)), text(Memory.getLong(e + 8)));
      count++;
    }
    assertThat(count).isEqualTo(model.size());
    assertThat(seen).isEqualTo(model);
  }

  /**
   * The first of the keys that is equal; texts would not do, since functions hide what they hold.
   */
  int indexOf(long[] keys, long key) {
    int index = 0;
    while (!TermOrder.equal(keys[index], key, terms.scratch)) {
      index++;
    }
    return index;
  }

  /** Forgets all terms but these. */
  long[] renewHeap(long[] kept) {
    long[] images = new long[kept.length];
    for (int i = 0; i < kept.length; i++) {
      images[i] = Term.isObject(kept[i]) ? terms.flatten(kept[i]) : 0;
    }
    terms.clearHeap();
    long[] renewed = kept.clone();
    for (int i = 0; i < kept.length; i++) {
      if (images[i] != 0) {
        renewed[i] = terms.adopt(images[i]);
      }
    }
    return renewed;
  }

  void quiesce() {
    do {
      participant.quiescent();
    } while (epochs.pendingCount() != 0);
  }

  @Override
  public void close() {
    participant.offline();
    participant.close();
    epochs.freeRemaining(terms.cache);
    epochs.close();
    terms.close();
  }
}
