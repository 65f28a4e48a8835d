package org.skerry.mvar;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.skerry.memory.BlockCache;
import org.skerry.memory.Epochs;
import org.skerry.memory.Memory;
import org.skerry.memory.TestThreads;
import org.skerry.term.HeapWriter;
import org.skerry.term.Maps;
import org.skerry.term.ObjectLayout;
import org.skerry.term.Term;
import org.skerry.term.TermFixture;
import org.skerry.term.TermScratch;
import org.skerry.term.Tuples;

/**
 * Threads that look up, change and take snapshots at the same time, in checked memory, which finds
 * every block that is freed under a reader or twice, and what is left at the end.
 */
final class SharedMapConcurrencyTest {
  private static final int KEYS = 400;
  private static final int ROUNDS = 6_000;
  private static final int HEAP_BYTES = 1 << 16;

  private final TermFixture terms = new TermFixture(1 << 16);
  private final Epochs epochs = new Epochs(SharedMapConcurrencyTest::reclaim);

  /** As the epochs ask, but for fewer blocks at a time. */
  private static int reclaim(long retired, BlockCache cache, int budget) {
    int few = Math.min(budget, 1 + (int) (retired >>> 5 & 15));
    int left = MvarValue.reclaim(retired & ~1, cache, few);
    return left < 0 ? left - (budget - few) : left + (budget - few);
  }

  /** Stands for the latch of the MVar, which lets one thread at a time change its map. */
  private final ReentrantLock writers = new ReentrantLock();

  private final AtomicInteger snapshots = new AtomicInteger();

  private volatile long map;

  /** A thread with a heap of its own. */
  private final class User implements AutoCloseable {
    final BlockCache cache = terms.pool.newCache();
    final TermScratch scratch = new TermScratch(cache, terms.atoms);
    final HeapWriter writer = new HeapWriter(cache);
    final Epochs.Participant participant = epochs.register(cache);
    final long heap = cache.allocate(HEAP_BYTES);

    User() {
      clear();
      participant.online();
    }

    void clear() {
      writer.open(heap, heap + HEAP_BYTES, 0, 0);
    }

    /** Every other key is an object. */
    long key(int key) {
      return key % 2 == 0 ? Term.smallInt(key) : Tuples.of(Term.smallInt(key), Term.NIL, writer);
    }

    /** {key, n, key}. */
    long value(int key, long n) {
      long tuple = Tuples.allocate(3, writer);
      Tuples.init(tuple, 0, Term.smallInt(key));
      Tuples.init(tuple, 1, Term.smallInt(n));
      Tuples.init(tuple, 2, Term.smallInt(key));
      return tuple;
    }

    void put(int key, long n) {
      clear();
      long term = key(key);
      long hash = Maps.keyHash(term, scratch);
      long stored = SharedMap.store(value(key, n), heap, heap + HEAP_BYTES, scratch);
      SharedMap.put(map, term, hash, stored, heap, heap + HEAP_BYTES, scratch, participant, null);
    }

    void remove(int key) {
      clear();
      long term = key(key);
      SharedMap.remove(map, term, Maps.keyHash(term, scratch), scratch, participant, null);
    }

    /** What a key has, or -1. */
    long get(int key) {
      clear();
      long term = key(key);
      long stored = SharedMap.get(map, term, Maps.keyHash(term, scratch), scratch);
      return stored == Term.NONE ? -1 : number(key, SharedMap.copy(stored, writer));
    }

    long number(int key, long tuple) {
      assertThat(Tuples.size(tuple)).isEqualTo(3);
      for (int i = 0; i < 3; i += 2) {
        assertThat(Memory.getLong(tuple + ObjectLayout.ELEMENTS + 8L * i))
            .isEqualTo(Term.smallInt(key));
      }
      return Term.smallIntValue(Memory.getLong(tuple + ObjectLayout.ELEMENTS + 8));
    }

    void rest(int dice) {
      if (dice == 0) {
        participant.offline();
        Thread.yield();
        participant.online();
      } else if (dice < 8) {
        participant.quiescent();
      }
    }

    @Override
    public void close() {
      participant.close();
      cache.free(heap, HEAP_BYTES);
      scratch.close();
      cache.close();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldShowEachThreadWholeValuesInTheirOrder(boolean replacesMap)
      throws InterruptedException {
    map = SharedMap.create(terms.cache);
    TestThreads threads =
        TestThreads.start(
            6,
            index -> {
              try (User user = new User()) {
                SplittableRandom random = new SplittableRandom(index);
                switch (index) {
                  case 0 -> write(user, random, replacesMap);
                  case 1 -> churn(user, random);
                  case 2, 3 -> read(user, random);
                  default -> look(user, random);
                }
              }
            });
    threads.join();
    epochs.freeRemaining(terms.cache);
    SharedMap.dispose(map, terms.cache);
    assertThat(snapshots.get()).isGreaterThan(100);
    epochs.close();
    terms.close();
  }

  /** Goes through the first keys in order, each time with a greater number. */
  private void write(User user, SplittableRandom random, boolean replacesMap) {
    for (int i = 0; i < ROUNDS * 4; i++) {
      writers.lock();
      try {
        user.put(i % KEYS, i / KEYS);
        if (replacesMap && i % 1000 == 999) {
          replace(user);
        }
      } finally {
        writers.unlock();
      }
      user.rest(random.nextInt(64));
    }
  }

  /** As MVars do: the old map is disposed of by the epochs; the new one starts with the same. */
  private void replace(User user) {
    long old = map;
    long made = SharedMap.create(user.cache);
    long snapshot = MapSnapshots.open(old, user.cache, null);
    for (long e = MapSnapshots.next(snapshot); e != 0; e = MapSnapshots.next(snapshot)) {
      user.clear();
      long pair = MapSnapshots.pair(e, user.writer);
      long key = Memory.getLong(pair + ObjectLayout.ELEMENTS);
      long value = Memory.getLong(pair + ObjectLayout.ELEMENTS + 8);
      long end = user.heap + HEAP_BYTES;
      long stored = SharedMap.store(value, user.heap, end, user.scratch);
      long hash = Maps.keyHash(key, user.scratch);
      SharedMap.put(made, key, hash, stored, user.heap, end, user.scratch, user.participant, null);
    }
    MapSnapshots.close(snapshot, user.cache, user.participant, null);
    map = made;
    user.participant.retire(old | MvarValue.MAP, user.cache);
  }

  /** Comes and goes above the first keys, so that nodes grow and collapse. */
  private void churn(User user, SplittableRandom random) {
    for (int i = 0; i < ROUNDS * 4; i++) {
      int key = KEYS + random.nextInt(KEYS);
      writers.lock();
      try {
        if (random.nextBoolean()) {
          user.put(key, i);
        } else {
          user.remove(key);
        }
      } finally {
        writers.unlock();
      }
      user.rest(random.nextInt(64));
    }
  }

  private void read(User user, SplittableRandom random) {
    long[] last = new long[KEYS];
    Arrays.fill(last, -1);
    for (int i = 0; i < ROUNDS * 10; i++) {
      int key = random.nextInt(KEYS * 2);
      long n = user.get(key);
      if (key < KEYS) {
        assertThat(n).isGreaterThanOrEqualTo(last[key]);
        last[key] = n;
      }
      user.rest(random.nextInt(64));
    }
  }

  /** A snapshot is the map at one moment: the writer's numbers fall by one at one place at most. */
  private void look(User user, SplittableRandom random) {
    for (int i = 0; i < ROUNDS / 20; i++) {
      long snapshot = MapSnapshots.open(map, user.cache, null);
      for (int quiet = random.nextInt(4); quiet > 0; quiet--) {
        Thread.yield();
        user.participant.quiescent();
      }
      checkSnapshot(user, snapshot);
      MapSnapshots.close(snapshot, user.cache, user.participant, null);
      user.participant.quiescent();
      snapshots.incrementAndGet();
    }
  }

  private static void checkSnapshot(User user, long snapshot) {
    long[] numbers = new long[KEYS];
    Arrays.fill(numbers, -1);
    long count = 0;
    for (long e = MapSnapshots.next(snapshot); e != 0; e = MapSnapshots.next(snapshot)) {
      user.clear();
      long tuple = MapSnapshots.pair(e, user.writer);
      long value = Memory.getLong(tuple + ObjectLayout.ELEMENTS + 8);
      int key = (int) Term.smallIntValue(Memory.getLong(value + ObjectLayout.ELEMENTS));
      long n = user.number(key, value);
      if (key < KEYS) {
        numbers[key] = n;
      }
      count++;
    }
    assertThat(count).isEqualTo(MapSnapshots.size(snapshot));
    int falls = 0;
    for (int key = 1; key < KEYS; key++) {
      long fall = numbers[key - 1] - numbers[key];
      assertThat(fall).isBetween(0L, 1L);
      falls += (int) fall;
    }
    assertThat(falls).isLessThanOrEqualTo(1);
  }
}
