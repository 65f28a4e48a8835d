package org.skerry.memory;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Checked mode's memory of the latest allocations and frees, to explain a breach: what block the
 * address was part of, and who allocated and freed it.
 *
 * <p>Any thread. With {@code -Dskerry.memory.trace=true} the Java stack of each live block's
 * allocation is kept too, which is slow and makes a leak easy to find.
 */
final class MemoryHistory {
  private static final boolean TRACE = Boolean.getBoolean("skerry.memory.trace");
  private static final int EVENTS = Memory.CHECKED ? 1 << 16 : 0;

  /** How far beside a block an access is still told as one that missed it. */
  private static final int NEAR_BYTES = 64;

  private static final int MAX_TOLD = 6;

  private static final AtomicLong NEXT = new AtomicLong();
  private static final long[] ADDRESSES = new long[EVENTS];
  private static final long[] BYTE_COUNTS = new long[EVENTS];

  /** The thread's number, negated for a free. */
  private static final long[] THREADS = new long[EVENTS];

  private static final ConcurrentHashMap<Long, Throwable> STACKS = new ConcurrentHashMap<>();

  private MemoryHistory() {}

  static void allocated(long address, long byteCount) {
    record(address, byteCount, Thread.currentThread().threadId());
    if (TRACE) {
      STACKS.put(address, new Throwable("the block was allocated here"));
    }
  }

  static void freed(long address, long byteCount) {
    record(address, byteCount, -Thread.currentThread().threadId());
  }

  private static void record(long address, long byteCount, long thread) {
    int slot = (int) NEXT.getAndIncrement() & (EVENTS - 1);
    ADDRESSES[slot] = address;
    BYTE_COUNTS[slot] = byteCount;
    THREADS[slot] = thread;
  }

  /** What to throw for an access outside live blocks. */
  static VmBug badAccess(long address, long byteCount, boolean freed) {
    return bug(
        freed ? "A freed block is not accessed" : "An access stays within one live block",
        address,
        byteCount);
  }

  /** What to throw for a broken rule about a block. */
  static VmBug bug(String invariant, long address, long byteCount) {
    String message = invariant + ": " + describe(address, byteCount);
    Throwable stack = TRACE ? STACKS.get(blockOf(address)) : null;
    return stack == null ? new VmBug(message) : new VmBug(message, stack);
  }

  /** The range, and the latest that happened to blocks there, newest first. */
  static String describe(long address, long byteCount) {
    StringBuilder text =
        new StringBuilder("address=0x" + Long.toHexString(address) + " bytes=" + byteCount);
    int told = 0;
    long newest = NEXT.get();
    for (long i = newest - 1; i >= Math.max(0, newest - EVENTS) && told < MAX_TOLD; i--) {
      int slot = (int) i & (EVENTS - 1);
      long block = ADDRESSES[slot];
      long bytes = BYTE_COUNTS[slot];
      if (address >= block - NEAR_BYTES && address < block + bytes + NEAR_BYTES) {
        text.append(told++ == 0 ? "; history: " : ", ")
            .append(THREADS[slot] < 0 ? "freed" : "allocated")
            .append(" #" + i + " block=0x" + Long.toHexString(block) + "+" + bytes)
            .append(" offset=" + (address - block) + " thread=" + Math.abs(THREADS[slot]));
      }
    }
    return told == 0 ? text.append("; history: none").toString() : text.toString();
  }

  /** The newest block that the address was part of, or the address itself. */
  private static long blockOf(long address) {
    long newest = NEXT.get();
    for (long i = newest - 1; i >= Math.max(0, newest - EVENTS); i--) {
      int slot = (int) i & (EVENTS - 1);
      if (address >= ADDRESSES[slot] && address < ADDRESSES[slot] + BYTE_COUNTS[slot]) {
        return ADDRESSES[slot];
      }
    }
    return address;
  }
}
