package org.skerry.heap;

import java.util.function.IntToLongFunction;
import java.util.function.LongFunction;
import org.skerry.event.Collection;
import org.skerry.event.Recording;
import org.skerry.memory.BlockCache;
import org.skerry.memory.Memory;
import org.skerry.memory.VmBug;
import org.skerry.term.HeapWriter;

/**
 * Makes room for terms in the heaps of processes: bump allocation in one block per process, and a
 * copying collector that a process runs for itself, at a safepoint, while all others go on. A large
 * heap has two generations.
 *
 * <p>One a worker or host thread, which owns it; it keeps nothing about processes, all of that is
 * in {@link HeapLayout}. A process is the address of its block. See {@code
 * native-notes/collector.md}.
 */
public final class Heap {
  /** A heap that retains fewer shared bytes is not collected on their account. */
  private static final long MIN_SHARED_BYTES_TRIGGER_KIB = 1 << 10;

  /** A smaller heap is left alone when its process waits. */
  private static final long MIN_TRIM_BYTES = 8 << 10;

  /** A heap of fewer nurseries has one generation: it is not much larger than the cache. */
  private static final int MIN_HEAP_NURSERIES = 8;

  /** Under stress, about one collection in so many is a full one. */
  private static final int STRESS_FULL_INTERVAL = 4;

  /** A VM without a block of some size is asked for smaller ones, so often. */
  private static final int MAX_ATTEMPTS = 6;

  private final BlockCache cache;
  private final HeapOptions options;
  private final Roots roots;
  private final Evacuation evacuation;
  private final HeapVerifier verifier;
  private boolean refusedByVm;
  private long refusedBytes;
  private final LongFunction<String> names;
  private long collections;
  private long bytesCopied;
  private long bytesCollected;

  /**
   * @param cache the calling thread's
   * @param functions from a VM function index to the address of the function's record
   * @param options the same for all heaps of a VM
   * @param names what people call a process, by its address
   */
  public Heap(
      BlockCache cache,
      IntToLongFunction functions,
      HeapOptions options,
      LongFunction<String> names) {
    this.names = names;
    this.cache = cache;
    this.options = options;
    roots = new Roots(functions);
    evacuation = new Evacuation(roots);
    verifier = new HeapVerifier(roots);
  }

  /**
   * Makes room, so that the process may {@link #bump} {@code byteCount} bytes without a check. May
   * collect, which moves objects: terms are good afterwards only where they lie in roots. The top
   * frame's pc must be saved, and {@link HeapLayout#FP} be that frame.
   *
   * @param byteCount a multiple of 8, not negative
   * @return false where the process's or the VM's limit leaves no room; the heap is then as good as
   *     before, and may be used and asked again
   */
  public boolean ensure(long process, long byteCount) {
    if (byteCount <= freeBytes(process) && !options.collectAlways()) {
      return true;
    }
    return makeRoom(process, byteCount);
  }

  /**
   * Makes room like {@link #ensure(long, long)} for objects that will retain shared bytes as well.
   * A heap that retains many of them is collected even if it has room, or else a few dead objects
   * of 40 bytes would keep megabytes. Shared bytes count against the VM's cap, not the process's:
   * they belong to no process.
   *
   * @param sharedByteCount bytes of shared blocks that the objects will retain, not negative
   */
  public boolean ensure(long process, long byteCount, long sharedByteCount) {
    long triggerKib =
        Math.max(
            MIN_SHARED_BYTES_TRIGGER_KIB,
            Memory.getInt(process + HeapLayout.SHARED_BYTES_TRIGGER_KIB));
    long retained = Memory.getLong(process + HeapLayout.SHARED_BYTES_RETAINED);
    if (retained != 0 && retained + sharedByteCount >>> 10 > triggerKib) {
      collect(process);
    }
    return ensure(process, byteCount);
  }

  /**
   * Takes bytes that {@link #ensure} has made room for. Their contents are undefined; there must be
   * a whole object in them before the next safepoint.
   *
   * @return the address of the first
   */
  public static long bump(long process, long byteCount) {
    long address = Memory.getLong(process + HeapLayout.HEAP_TOP);
    long top = address + byteCount;
    if (Memory.CHECKED && top > Memory.getLong(process + HeapLayout.HEAP_END)) {
      throw new VmBug("room is made before it is taken", "process", process, "bytes", byteCount);
    }
    Memory.putLong(process + HeapLayout.HEAP_TOP, top);
    return address;
  }

  /** Lets a writer build terms in the room that was made; {@link #leave} follows. */
  public static void enter(long process, HeapWriter writer) {
    writer.open(
        Memory.getLong(process + HeapLayout.HEAP_TOP),
        Memory.getLong(process + HeapLayout.HEAP_END),
        Memory.getLong(process + HeapLayout.SHARED_BYTES_HEAD),
        Memory.getLong(process + HeapLayout.SHARED_BYTES_RETAINED));
  }

  /** Keeps what a writer has built. Without this call it was never there. */
  public static void leave(long process, HeapWriter writer) {
    Memory.putLong(process + HeapLayout.HEAP_TOP, writer.top());
    Memory.putLong(process + HeapLayout.SHARED_BYTES_HEAD, writer.sharedHead());
    Memory.putLong(process + HeapLayout.SHARED_BYTES_RETAINED, writer.sharedByteCount());
  }

  /**
   * Comes after a term was stored into an object that may be older than the term: into a mutable
   * array, the only such object.
   *
   * @param slot address of the array's element
   */
  public static void storeBarrier(long process, long slot) {
    storeBarrier(process, slot, 1);
  }

  /**
   * Comes after terms were stored into a mutable array.
   *
   * @param slot address of the first of the elements
   * @param count of the elements
   */
  public static void storeBarrier(long process, long slot, long count) {
    long record = Generations.record(process);
    if (record != Memory.NULL && slot < record) {
      Generations.remember(process, record, slot, count);
    }
  }

  /** Bytes of objects in a process's heap, dead ones included. */
  public static long usedBytes(long process) {
    return Generations.usedBytes(process);
  }

  /**
   * Collects now, and gives back memory that the process does not need any more.
   *
   * @return false where there was no memory to copy to; nothing has changed then
   */
  public boolean collect(long process) {
    return Memory.getLong(process + HeapLayout.HEAP_START) == Memory.NULL || collectFor(process, 0);
  }

  /**
   * Gives back what a process does not need that is about to wait, perhaps for long: collects a
   * heap of some size of which more than half was allocated since the last collection. That
   * condition makes it cost no more, over time, than the collections that allocation causes anyway.
   */
  public void trim(long process) {
    long byteSize = byteSize(process);
    if (byteSize < MIN_TRIM_BYTES) {
      return;
    }
    long allocated = usedBytes(process) - Memory.getLong(process + HeapLayout.LIVE_AFTER_LAST);
    if (allocated > byteSize / 2) {
      collect(process);
    }
  }

  /**
   * After {@link #ensure} has returned false: whether that was because the VM had no memory left,
   * and not because of the process's own cap.
   */
  public boolean wasRefusedByVm() {
    return refusedByVm;
  }

  /**
   * Bytes of what a process's own cap refused last: of a block of its heap, or a {@link #refused}.
   */
  public long refusedBytes() {
    return refusedBytes;
  }

  /** Notes that a process's own cap has refused it something that is no part of its heap. */
  public void refused(long byteCount) {
    refusedBytes = byteCount;
  }

  /**
   * Whether stress is on: the interpreter then calls {@link #collect} at its other safepoints too.
   */
  public boolean collectsAlways() {
    return options.collectAlways();
  }

  /** Gives back the whole heap of a process that ends, and the shared bytes that it retains. */
  public void release(long process) {
    long start = Memory.getLong(process + HeapLayout.HEAP_START);
    if (start == Memory.NULL) {
      return;
    }
    Evacuation.releaseSharedBytes(process, cache);
    free(process, start, Memory.getLong(process + HeapLayout.HEAP_END) - start);
    setHeap(process, Memory.NULL, Memory.NULL, Memory.NULL);
  }

  /**
   * Checks every object of the heap, every term in it and every root.
   *
   * @throws VmBug with the first invariant that does not hold
   */
  public void verify(long process) {
    verifier.verify(process);
  }

  /** Collections by this thread so far. */
  public long collections() {
    return collections;
  }

  /** Bytes that this thread's collections have copied. */
  public long bytesCopied() {
    return bytesCopied;
  }

  /** Bytes that this thread's collections have freed. */
  public long bytesCollected() {
    return bytesCollected;
  }

  private boolean makeRoom(long process, long byteCount) {
    refusedByVm = false;
    if (byteCount < 0 || (byteCount & 7) != 0) {
      throw new VmBug("room is made in whole words", "process", process, "bytes", byteCount);
    }
    if (byteCount > Math.min(HeapSize.MAX_BYTES, Memory.getLong(process + HeapLayout.MEMORY_MAX))) {
      refusedBytes = byteCount;
      return false;
    }
    if (Memory.getLong(process + HeapLayout.HEAP_START) == Memory.NULL) {
      return byteCount == 0 || begin(process, byteCount);
    }
    return Recording.isOn()
        ? collectRecorded(process, byteCount)
        : collectYoungFor(process, byteCount) || collectFor(process, byteCount);
  }

  private boolean collectRecorded(long process, long byteCount) {
    Collection event = new Collection();
    event.begin();
    long copied = bytesCopied;
    long freed = bytesCollected;
    boolean isYoung = collectYoungFor(process, byteCount);
    boolean isRoom = isYoung || collectFor(process, byteCount);
    event.end();
    if (event.shouldCommit()) {
      event.process = names.apply(process);
      event.young = isYoung;
      event.copied = bytesCopied - copied;
      event.freed = bytesCollected - freed;
      event.heap = byteSize(process);
      event.commit();
    }
    return isRoom;
  }

  /**
   * A minor collection, where there are two generations and the old space is sure to have room.
   *
   * @return whether the room is there then
   */
  private boolean collectYoungFor(long process, long byteCount) {
    if (Generations.record(process) == Memory.NULL
        || !Generations.hasRoomForYoung(process)
        || (options.collectAlways() && isTurnOfFull(process))) {
      return false;
    }
    long used = usedBytes(process);
    long oldTop = Generations.oldTop(Generations.record(process));
    long top = evacuation.promote(process);
    evacuation.sweepSharedBytes(process, cache);
    Generations.promoted(process, top);
    long work = top - oldTop + evacuation.rootBytes();
    charge(process, work);
    count(process, top - oldTop, used - usedBytes(process));
    if (!Generations.pays(process, work) || byteCount > freeBytes(process)) {
      Generations.end(process);
    }
    if (options.verifyAfterCollect()) {
      verifier.verify(process);
    }
    return byteCount <= freeBytes(process);
  }

  private boolean begin(long process, long byteCount) {
    long wanted = options.collectAlways() ? byteCount : Math.max(byteCount, options.initialBytes());
    long byteSize = BlockCache.blockSize(wanted);
    long start = allocate(process, byteSize);
    if (start == Memory.NULL) {
      byteSize = BlockCache.blockSize(byteCount);
      start = allocate(process, byteSize);
    }
    if (start == Memory.NULL) {
      return false;
    }
    setHeap(process, start, start, start + byteSize);
    return true;
  }

  /**
   * Copies what is live to a block that should do, and then once more where it did not: only the
   * first copy tells how much is live.
   */
  private boolean collectFor(long process, long byteCount) {
    long used = usedBytes(process);
    long lastLive = Memory.getLong(process + HeapLayout.LIVE_AFTER_LAST);
    long wanted = Math.max(used, wantedBytes(process, lastLive, 0));
    if (!copyTo(process, wanted, used, 0)) {
      return false;
    }
    boolean isRoom =
        options.collectAlways() ? fitTightly(process, byteCount) : resize(process, byteCount);
    if (isRoom && byteCount <= options.nurseryBytes()) {
      beginGenerations(process);
    }
    return isRoom;
  }

  /** Under stress old objects are to move, too. */
  private static boolean isTurnOfFull(long process) {
    return Short.toUnsignedInt(Memory.getShort(process + HeapLayout.COLLECTIONS))
            % STRESS_FULL_INTERVAL
        == 0;
  }

  /** Two generations are worth their trouble where both are of some size, and roots are not. */
  private void beginGenerations(long process) {
    long nurseryBytes = options.nurseryBytes();
    boolean hasFewRoots = evacuation.rootBytes() <= nurseryBytes / 4;
    if (byteSize(process) >= MIN_HEAP_NURSERIES * nurseryBytes
        && (hasFewRoots || options.collectAlways())) {
      Generations.begin(process, nurseryBytes);
    }
  }

  private boolean fitTightly(long process, long byteCount) {
    long least = usedBytes(process) + byteCount;
    // A heap of some size gets the room for generations as well, which are to be tried, too.
    long nurseries = MIN_HEAP_NURSERIES * options.nurseryBytes();
    copyTo(process, least < nurseries ? least : least + nurseries, least, least);
    return byteSize(process) >= least;
  }

  /** After a copy: to a larger or smaller block, if what turned out to be live asks for it. */
  private boolean resize(long process, long byteCount) {
    long live = usedBytes(process);
    long rootBytes = evacuation.rootBytes();
    long least = live + byteCount + HeapSize.headroom(live);
    long wanted =
        Math.max(
            least + HeapSize.scarceRoom(live, rootBytes), wantedBytes(process, live, rootBytes));
    long byteSize = byteSize(process);
    if (byteSize < least) {
      return copyTo(process, wanted, least, least)
          || (copyTo(process, live, live, live) && copyTo(process, wanted, least, least));
    }
    if (HeapSize.isWasteful(byteSize, wanted)) {
      copyTo(process, wanted, least, least);
    } else if (byteSize - live < HeapSize.scarceRoom(live, rootBytes)) {
      copyTo(process, wanted, 0, Math.max(least, byteSize + byteSize / 4));
    }
    return true;
  }

  private long wantedBytes(long process, long live, long rootBytes) {
    return HeapSize.wanted(
        live,
        rootBytes,
        options.initialBytes(),
        Short.toUnsignedInt(Memory.getShort(process + HeapLayout.COLLECTIONS)));
  }

  /**
   * Moves everything that is live to another block.
   *
   * @param wanted bytes that the block should have, if the caps allow
   * @param sufficient bytes beyond which the block need not go when the caps are near
   * @param least bytes without which the copy is not worth it; below {@code sufficient}, what is
   *     live may turn out not to fit
   * @return false where nothing was moved and nothing has changed
   */
  private boolean copyTo(long process, long wanted, long sufficient, long least) {
    long max = Memory.getLong(process + HeapLayout.MEMORY_MAX);
    long others = Memory.getLong(process + HeapLayout.MEMORY_USED) - byteSize(process);
    long affordable = HeapSize.largestBlock(max - others - byteSize(process));
    // More than half would be a heap that could not be copied to one of its size again.
    long sustainable = Math.max(sufficient, HeapSize.largestBlock((max - others) / 2));
    long byteSize = Math.min(wanted, sustainable);
    byteSize = Math.min(BlockCache.blockSize(Math.max(byteSize, 1)), affordable);
    refusedBytes = BlockCache.blockSize(Math.max(1, Math.max(sufficient, least)));
    for (int i = 0; i < MAX_ATTEMPTS && byteSize > 0 && byteSize >= least; i++) {
      long start = allocate(process, byteSize);
      if (start != Memory.NULL) {
        return evacuate(process, start, byteSize);
      }
      byteSize = nextSmaller(byteSize, Math.max(sufficient, least));
    }
    return false;
  }

  /** What to try when the VM has no block of this size: half of it, but not past what suffices. */
  private static long nextSmaller(long byteSize, long sufficient) {
    long half = byteSize / 2;
    if (half < sufficient && byteSize > BlockCache.blockSize(sufficient)) {
      return BlockCache.blockSize(sufficient);
    }
    return half == 0 ? 0 : HeapSize.largestBlock(half);
  }

  private boolean evacuate(long process, long toStart, long toBytes) {
    long fromStart = Memory.getLong(process + HeapLayout.HEAP_START);
    long fromBytes = byteSize(process);
    long used = usedBytes(process);
    long top = evacuation.moveTo(process, toStart, toStart + toBytes);
    if (top == Evacuation.TOO_SMALL) {
      charge(process, 2 * toBytes + evacuation.rootBytes());
      free(process, toStart, toBytes);
      return false;
    }
    long live = top - toStart;
    charge(process, live + evacuation.rootBytes());
    evacuation.sweepSharedBytes(process, cache);
    setSharedBytesTrigger(process);
    free(process, fromStart, fromBytes);
    setHeap(process, toStart, top, toStart + toBytes);
    Memory.putLong(process + HeapLayout.LIVE_AFTER_LAST, live);
    count(process, live, used - live);

    if (options.verifyAfterCollect()) {
      verifier.verify(process);
    }
    return true;
  }

  private void count(long process, long copied, long collected) {
    Memory.putShort(
        process + HeapLayout.COLLECTIONS,
        (short) (Memory.getShort(process + HeapLayout.COLLECTIONS) + 1));
    collections++;
    bytesCopied += copied;
    bytesCollected += collected;
  }

  private static void setSharedBytesTrigger(long process) {
    long retained = Memory.getLong(process + HeapLayout.SHARED_BYTES_RETAINED);
    Memory.putInt(
        process + HeapLayout.SHARED_BYTES_TRIGGER_KIB,
        (int) Math.min(2 * retained >>> 10, Integer.MAX_VALUE));
  }

  private static void charge(long process, long byteCount) {
    long debt = Memory.getLong(process + HeapLayout.WORK_DEBT);
    Memory.putLong(process + HeapLayout.WORK_DEBT, debt + byteCount);
  }

  /** A block of exactly this size class, charged to the process; NULL at its or the VM's cap. */
  private long allocate(long process, long byteSize) {
    long used = Memory.getLong(process + HeapLayout.MEMORY_USED);
    if (byteSize > Memory.getLong(process + HeapLayout.MEMORY_MAX) - used) {
      refusedBytes = byteSize;
      return Memory.NULL;
    }
    long address = cache.allocate(byteSize);
    if (address == Memory.NULL) {
      refusedByVm = true;
      return Memory.NULL;
    }
    Memory.putLong(process + HeapLayout.MEMORY_USED, used + byteSize);
    return address;
  }

  private void free(long process, long address, long byteSize) {
    cache.free(address, byteSize);
    long used = Memory.getLong(process + HeapLayout.MEMORY_USED);
    Memory.putLong(process + HeapLayout.MEMORY_USED, used - byteSize);
  }

  private static void setHeap(long process, long start, long top, long end) {
    Memory.putLong(process + HeapLayout.HEAP_START, start);
    Memory.putLong(process + HeapLayout.HEAP_TOP, top);
    Memory.putLong(process + HeapLayout.HEAP_END, end);
    Memory.putShort(process + HeapLayout.NURSERY, (short) 0);
  }

  private static long freeBytes(long process) {
    return Memory.getLong(process + HeapLayout.HEAP_END)
        - Memory.getLong(process + HeapLayout.HEAP_TOP);
  }

  private static long byteSize(long process) {
    return Memory.getLong(process + HeapLayout.HEAP_END)
        - Memory.getLong(process + HeapLayout.HEAP_START);
  }
}
