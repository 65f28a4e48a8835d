package org.skerry.schedule;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.skerry.memory.BlockCache;
import org.skerry.memory.Epochs;
import org.skerry.memory.Memory;

/**
 * A worker's timers: slots of {@link TimerLayout} in chunks of {@value #CHUNK_SLOTS}, found by
 * number from any thread. A chunk without a timer goes back to the allocator, through the epochs,
 * since another thread may still be reading a state in it.
 *
 * <p>Owner thread, except {@link #find}. See {@code native-notes/timers.md}.
 */
final class TimerTable {
  /** What {@link #allocate} returns when memory has run out, and {@link #find} for no chunk. */
  static final long NONE = 0;

  private static final int CHUNK_SHIFT = 8;
  static final int CHUNK_SLOTS = 1 << CHUNK_SHIFT;
  static final int CHUNK_BYTES = CHUNK_SLOTS * TimerLayout.BYTES;
  private static final int MAX_CHUNKS = 1 << (TimerHandle.SLOT_BITS - CHUNK_SHIFT);
  private static final int INITIAL_CHUNKS = 16;
  private static final int NO_CHUNK = -1;

  private static final VarHandle ADDRESS = MethodHandles.arrayElementVarHandle(long[].class);

  private final BlockCache cache;
  private final Epochs.Participant participant;

  /** Address of each chunk, or 0. The owner writes, release; any thread reads, acquire. */
  private volatile long[] chunks = new long[INITIAL_CHUNKS];

  /** For each chunk its first free slot's address; the others follow through the timers. */
  private long[] firstFree = new long[INITIAL_CHUNKS];

  private int[] used = new int[INITIAL_CHUNKS];

  /** For each chunk the generation that its slots start with when it is made again. */
  private int[] generation = new int[INITIAL_CHUNKS];

  /** Chunks with a free slot (doubly linked), and those without memory: lists by number. */
  private int[] nextPartial = new int[INITIAL_CHUNKS];

  private int[] previousPartial = new int[INITIAL_CHUNKS];
  private int[] nextAbsent = new int[INITIAL_CHUNKS];
  private int partial = NO_CHUNK;
  private int absent = NO_CHUNK;

  /** Chunks with this number or a higher one have never been made. */
  private int chunkCount;

  private int empty;
  private long count;

  /**
   * @param cache the owner's
   * @param participant the owner's
   */
  TimerTable(BlockCache cache, Epochs.Participant participant) {
    this.cache = cache;
    this.participant = participant;
  }

  /** Timers in use. */
  long count() {
    return count;
  }

  /** Bytes of all chunks. */
  long memoryBytes() {
    long bytes = 0;
    for (int chunk = 0; chunk < chunkCount; chunk++) {
      bytes += chunks[chunk] == NONE ? 0 : CHUNK_BYTES;
    }
    return bytes;
  }

  /** Any thread, within an epoch: the address of a slot, or {@link #NONE}. */
  long find(int slot) {
    long[] addresses = chunks;
    int chunk = slot >>> CHUNK_SHIFT;
    if (chunk >= addresses.length) {
      return NONE;
    }
    long address = (long) ADDRESS.getAcquire(addresses, chunk);
    return address == NONE ? NONE : address + (slot & CHUNK_SLOTS - 1) * (long) TimerLayout.BYTES;
  }

  /** A free slot, not yet armed, or {@link #NONE} where memory or the slots have run out. */
  long allocate() {
    if (partial == NO_CHUNK && !addChunk()) {
      return NONE;
    }
    int chunk = partial;
    long timer = firstFree[chunk];
    firstFree[chunk] = Memory.getLong(timer + TimerLayout.NEXT);
    if (used[chunk]++ == 0) {
      empty--;
    }
    if (firstFree[chunk] == NONE) {
      unlinkPartial(chunk);
    }
    count++;
    return timer;
  }

  /** Gives a slot back whose timer has ended; its generation moves on. */
  void free(long timer) {
    int slot = Memory.getInt(timer + TimerLayout.SLOT);
    int chunk = slot >>> CHUNK_SHIFT;
    int next = generationOf(timer) + 1;
    // Release: a canceller that still sees the old generation finds the old deadline with it.
    Memory.putLongRelease(
        timer + TimerLayout.STATE, (long) next << TimerLayout.STATUS_BITS | TimerLayout.FREE);
    count--;
    used[chunk]--;
    generation[chunk] = Math.max(generation[chunk], next);
    if (next <= TimerHandle.LAST_GENERATION) {
      if (firstFree[chunk] == NONE) {
        linkPartial(chunk);
      }
      Memory.putLong(timer + TimerLayout.NEXT, firstFree[chunk]);
      firstFree[chunk] = timer;
    }
    if (used[chunk] == 0 && ++empty > 1) {
      // One empty chunk stays, so that a single timer that comes and goes costs no chunk each time.
      release(chunk);
    }
  }

  static int generationOf(long timer) {
    return (int) (Memory.getLong(timer + TimerLayout.STATE) >>> TimerLayout.STATUS_BITS);
  }

  private boolean addChunk() {
    int chunk = absent != NO_CHUNK ? absent : chunkCount;
    if (chunk == MAX_CHUNKS) {
      return false;
    }
    long address = cache.allocate(CHUNK_BYTES);
    if (address == Memory.NULL) {
      return false;
    }
    if (chunk == absent) {
      absent = nextAbsent[chunk];
    } else {
      chunkCount++;
      if (chunk == chunks.length) {
        grow();
      }
    }
    long next = NONE;
    for (int i = CHUNK_SLOTS - 1; i >= 0; i--) {
      long timer = address + i * (long) TimerLayout.BYTES;
      Memory.putLong(
          timer + TimerLayout.STATE, (long) generation[chunk] << TimerLayout.STATUS_BITS);
      Memory.putInt(timer + TimerLayout.SLOT, chunk << CHUNK_SHIFT | i);
      Memory.putInt(timer + TimerLayout.BUCKET, TimerWheel.NO_BUCKET);
      Memory.putLong(timer + TimerLayout.NEXT, next);
      next = timer;
    }
    firstFree[chunk] = next;
    linkPartial(chunk);
    empty++;
    ADDRESS.setRelease(chunks, chunk, address); // release: pairs with the acquire in find
    return true;
  }

  private void grow() {
    int length = chunks.length * 2;
    firstFree = Arrays.copyOf(firstFree, length);
    used = Arrays.copyOf(used, length);
    generation = Arrays.copyOf(generation, length);
    nextPartial = Arrays.copyOf(nextPartial, length);
    previousPartial = Arrays.copyOf(previousPartial, length);
    nextAbsent = Arrays.copyOf(nextAbsent, length);
    chunks = Arrays.copyOf(chunks, length);
  }

  private void release(int chunk) {
    if (firstFree[chunk] != NONE) { // else all its slots are used up for good
      unlinkPartial(chunk);
    }
    empty--;
    firstFree[chunk] = NONE;
    long address = chunks[chunk];
    ADDRESS.setRelease(chunks, chunk, NONE);
    if (generation[chunk] <= TimerHandle.LAST_GENERATION) {
      nextAbsent[chunk] = absent;
      absent = chunk;
    }
    participant.retire(address, CHUNK_BYTES, cache);
  }

  private void linkPartial(int chunk) {
    previousPartial[chunk] = NO_CHUNK;
    nextPartial[chunk] = partial;
    if (partial != NO_CHUNK) {
      previousPartial[partial] = chunk;
    }
    partial = chunk;
  }

  private void unlinkPartial(int chunk) {
    int next = nextPartial[chunk];
    int previous = previousPartial[chunk];
    if (previous == NO_CHUNK) {
      partial = next;
    } else {
      nextPartial[previous] = next;
    }
    if (next != NO_CHUNK) {
      previousPartial[next] = previous;
    }
  }

  /** Frees all chunks at once, when no other thread looks any more. */
  void close() {
    for (int chunk = 0; chunk < chunkCount; chunk++) {
      if (chunks[chunk] != NONE) {
        cache.free(chunks[chunk], CHUNK_BYTES);
      }
    }
    chunkCount = 0;
    chunks = new long[INITIAL_CHUNKS];
  }
}
