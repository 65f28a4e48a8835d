package org.skerry.mvar;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.skerry.memory.BlockCache;
import org.skerry.memory.Epochs;
import org.skerry.memory.Memory;
import org.skerry.memory.MemoryPool;
import org.skerry.term.Atoms;
import org.skerry.term.HeapWriter;
import org.skerry.term.Maps;
import org.skerry.term.Strings;
import org.skerry.term.Term;
import org.skerry.term.TermScratch;

/** What does it cost to look a key up in a shared map, and to put one, by size and kind of key? */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {
      "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED",
      "--enable-native-access=ALL-UNNAMED"
    })
public class SharedMapGetPut {
  private static final int HEAP_BYTES = 1 << 12;
  private static final int OPERATIONS_PER_SLICE = 1_000;

  /** Entries of the map. */
  @Param({"1000", "1000000"})
  public int entries;

  /** What keys and values are: small integers, or strings of 16 bytes. */
  @Param({"int", "string"})
  public String kind;

  private MemoryPool pool;
  private BlockCache cache;
  private Atoms atoms;
  private TermScratch scratch;
  private HeapWriter writer;
  private Epochs epochs;
  private Epochs.Participant participant;
  private long heap;
  private long text;
  private long map;
  private long snapshot;
  private int next;
  private int operations;

  /** Builds the map. */
  @Setup
  public void setup() {
    pool = new MemoryPool(4L << 30);
    cache = pool.newCache();
    atoms = new Atoms(pool, Atoms.DEFAULT_MAX_COUNT);
    scratch = new TermScratch(cache, atoms);
    writer = new HeapWriter(cache);
    epochs = new Epochs((retired, own, budget) -> MvarValue.reclaim(retired & ~1, own, budget));
    participant = epochs.register(cache);
    participant.online();
    heap = cache.allocate(HEAP_BYTES);
    text = cache.allocate(16);
    Memory.copyIn("entry 0000000000".getBytes(StandardCharsets.US_ASCII), 0, 16, text);
    map = SharedMap.create(cache);
    for (int i = 0; i < entries; i++) {
      put(i, i);
    }
    quiesce();
  }

  /** Frees everything. */
  @TearDown
  public void tearDown() {
    if (snapshot != Memory.NULL) {
      MapSnapshots.close(snapshot, cache, participant, null);
    }
    quiesce();
    SharedMap.dispose(map, cache);
    participant.close();
    cache.free(heap, HEAP_BYTES);
    cache.free(text, 16);
    scratch.close();
    atoms.close();
    cache.close();
    pool.close();
  }

  private void quiesce() {
    for (int i = 0; i < 3; i++) {
      participant.quiescent();
    }
  }

  private int key() {
    if (++operations % OPERATIONS_PER_SLICE == 0) {
      participant.quiescent();
    }
    next = (int) ((next + 2_654_435_761L) % entries);
    return next;
  }

  private long term(int number) {
    if (kind.equals("int")) {
      return Term.smallInt(number);
    }
    // Seven bits a byte, so that it is text.
    for (int i = 0; i < 5; i++) {
      Memory.putByte(text + 15 - i, (byte) (number >>> 7 * i & 0x7f));
    }
    return Strings.fromMemory(text, 16, writer);
  }

  private boolean put(int key, int value) {
    writer.open(heap, heap + HEAP_BYTES, 0, 0);
    long term = term(key);
    long hash = Maps.keyHash(term, scratch);
    long stored = SharedMap.store(term(value), heap, heap + HEAP_BYTES, scratch);
    return SharedMap.put(
        map, term, hash, stored, heap, heap + HEAP_BYTES, scratch, participant, null);
  }

  /** A key that is there, and a copy of its value. */
  @Benchmark
  public long get() {
    writer.open(heap, heap + HEAP_BYTES, 0, 0);
    long term = term(key());
    long stored = SharedMap.get(map, term, Maps.keyHash(term, scratch), scratch);
    return SharedMap.copy(stored, writer);
  }

  /** Another value for a key that is there. */
  @Benchmark
  public boolean replace() {
    return put(key(), operations);
  }

  /** A key that is not there, and its removal. */
  @Benchmark
  public boolean putAndRemove() {
    int key = -1 - key();
    boolean isNew = put(key, operations);
    long term = term(key);
    SharedMap.remove(map, term, Maps.keyHash(term, scratch), scratch, participant, null);
    return isNew;
  }

  /** Another value, and a snapshot before each thousandth: the path is copied where it was seen. */
  @Benchmark
  public boolean replaceBehindSnapshots() {
    if (operations % OPERATIONS_PER_SLICE == 0) {
      if (snapshot != Memory.NULL) {
        MapSnapshots.close(snapshot, cache, participant, null);
      }
      snapshot = MapSnapshots.open(map, cache, null);
    }
    return put(key(), operations);
  }
}
