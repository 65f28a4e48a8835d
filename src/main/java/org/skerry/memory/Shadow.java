package org.skerry.memory;

import static org.skerry.memory.RegionLayout.REGION_BYTES;
import static org.skerry.memory.RegionLayout.REGION_MASK;
import static org.skerry.memory.RegionLayout.REGION_SHIFT;

import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * Checked mode's knowledge of which bytes belong to live blocks: one byte for each 8 bytes of every
 * region, in chunks found by the upper bits of the address.
 *
 * <p>Any thread. A block's shadow is written by the thread that allocates or frees it and travels
 * to others with the block's address, by whatever publishes that. Does nothing unless {@link
 * Memory#CHECKED}. The states are in {@code native-notes/memory.md}.
 */
final class Shadow {
  private static final int GRANULE_SHIFT = 3;
  private static final int GRANULE_BYTES = 1 << GRANULE_SHIFT;
  private static final long CHUNK_SHADOW_BYTES = REGION_BYTES >> GRANULE_SHIFT;

  /** How many bytes of the granule, from its first on, may be accessed: 0 to 8. */
  private static final int BYTES_MASK = 15;

  /** The granule is the first of its block. */
  private static final int FIRST = 16;

  private static final int FREED = 0x80;
  private static final long EIGHT_LIVE_GRANULES = 0x0808080808080808L;

  static final byte ALLOCATED_POISON = (byte) 0xCD;
  static final byte FREED_POISON = (byte) 0xDD;
  private static final long FREED_POISON_WORD = 0xDDDDDDDDDDDDDDDDL;

  private static final int MAX_LEAKS_SHOWN = 10;

  /** Chunk number and shadow address in turn, open addressing; replaced whole, never changed. */
  private static volatile long[] table = new long[64];

  private static int chunkCount;
  private static long[] spareShadows = new long[16];
  private static int spareCount;

  private Shadow() {}

  /** The range becomes known, with no live block in it. */
  static void register(long address, long byteCount) {
    if (!Memory.CHECKED) {
      return;
    }
    synchronized (Shadow.class) {
      for (long chunk = address; chunk < address + byteCount; chunk += REGION_BYTES) {
        if ((chunkCount + 1) * 4 > table.length) {
          table = rehashed(table.length * 2, 0);
        }
        long[] copy = table.clone();
        insert(copy, chunk >>> REGION_SHIFT, newShadow());
        table = copy;
        chunkCount++;
      }
    }
  }

  /** The range is about to be unmapped. */
  static void unregister(long address, long byteCount) {
    if (!Memory.CHECKED) {
      return;
    }
    synchronized (Shadow.class) {
      for (long chunk = address; chunk < address + byteCount; chunk += REGION_BYTES) {
        long shadow = shadowOf(chunk);
        if (shadow == Memory.NULL) {
          throw new VmBug("Only known chunks are unmapped: address=0x" + Long.toHexString(chunk));
        }
        table = rehashed(table.length, chunk >>> REGION_SHIFT);
        chunkCount--;
        recycle(shadow);
      }
    }
  }

  // --- access ---

  /** Fails unless all of {@code byteCount} bytes, 1 to 8, belong to one live block. */
  static void check(long address, long byteCount) {
    long shadow = shadowOf(address);
    int end = (int) (address & (GRANULE_BYTES - 1)) + (int) byteCount;
    if (shadow == Memory.NULL || byteCount > GRANULE_BYTES || end > GRANULE_BYTES) {
      checkRange(address, byteCount);
      return;
    }
    if ((granule(shadow, address) & BYTES_MASK) < end) {
      throw MemoryHistory.badAccess(address, byteCount, granule(shadow, address) == FREED);
    }
  }

  /** {@link #check}, and that the address is a multiple of the size. */
  static void checkAligned(long address, int byteCount) {
    if ((address & (byteCount - 1)) != 0) {
      throw new VmBug(
          "An ordered access is aligned: address=0x"
              + Long.toHexString(address)
              + " bytes="
              + byteCount);
    }
    check(address, byteCount);
  }

  /** Fails unless all of the range belongs to one live block; an empty one always does. */
  static void checkRange(long address, long byteCount) {
    if (!Memory.CHECKED || byteCount == 0) {
      return;
    }
    if (byteCount < 0) {
      throw new VmBug("A range has no negative length: bytes=" + byteCount);
    }
    long end = address + byteCount;
    long granule = address & -GRANULE_BYTES;
    for (boolean first = true; granule < end; first = false) {
      long shadow = shadowOf(granule);
      if (shadow == Memory.NULL) {
        throw MemoryHistory.badAccess(address, byteCount, false);
      }
      if (!first && skippable(shadow, granule, end)) {
        granule += GRANULE_BYTES * Long.BYTES;
        continue;
      }
      int state = granule(shadow, granule);
      long needed = Math.min(end - granule, GRANULE_BYTES);
      if ((state & BYTES_MASK) < needed || !first && (state & FIRST) != 0) {
        throw MemoryHistory.badAccess(address, byteCount, state == FREED);
      }
      granule += GRANULE_BYTES;
    }
  }

  /** Whether the next eight granules lie within the range and are wholly live. */
  private static boolean skippable(long shadow, long granule, long end) {
    return (granule & (GRANULE_BYTES * Long.BYTES - 1)) == 0
        && end - granule >= GRANULE_BYTES * Long.BYTES
        && Memory.rawGetLong(shadow + ((granule & REGION_MASK) >>> GRANULE_SHIFT))
            == EIGHT_LIVE_GRANULES;
  }

  // --- blocks ---

  /** A block was allocated: its bytes become accessible and hold poison. */
  static void allocated(long address, long byteCount) {
    MemoryHistory.allocated(address, byteCount);
    if (granule(shadowOf(address), address) != 0 && granule(shadowOf(address), address) != FREED) {
      throw MemoryHistory.bug("An allocated block was free before", address, byteCount);
    }
    setState(address, FIRST | (int) Math.min(byteCount, GRANULE_BYTES));
    // Who frees the block before this one looks for its end meanwhile: it must never see a live
    // granule here that is not marked as a block's first.
    VarHandle.storeStoreFence();
    long whole = byteCount & -GRANULE_BYTES;
    if (whole > GRANULE_BYTES) {
      setStates(address + GRANULE_BYTES, whole - GRANULE_BYTES, (byte) GRANULE_BYTES);
    }
    if (GRANULE_BYTES <= whole && whole < byteCount) {
      setState(address + whole, (int) (byteCount - whole));
    }
    Memory.rawFill(address, byteCount, ALLOCATED_POISON);
  }

  /** A block is freed: it must be live and have that size; its bytes hold poison from now on. */
  static void freed(long address, long byteCount) {
    long shadow = shadowOf(address);
    int state = shadow == Memory.NULL ? 0 : granule(shadow, address);
    if (state == FREED) {
      throw MemoryHistory.bug("A block is freed once", address, byteCount);
    }
    if ((state & FIRST) == 0 || (address & (GRANULE_BYTES - 1)) != 0 || byteCount <= 0) {
      throw MemoryHistory.bug("A block is freed by its first address", address, byteCount);
    }
    if (liveBytes(address) != byteCount) {
      throw MemoryHistory.bug(
          "A block is freed with the size it has: liveBytes=" + liveBytes(address),
          address,
          byteCount);
    }
    MemoryHistory.freed(address, byteCount);
    setStates(address, (byteCount + GRANULE_BYTES - 1) & -GRANULE_BYTES, (byte) FREED);
    Memory.rawFill(address, byteCount, FREED_POISON);
  }

  /** Fails where a freed block's poison was overwritten, by code that goes around the check. */
  static void requirePoison(long address, long byteCount) {
    long offset = 0;
    for (; offset + Long.BYTES <= byteCount; offset += Long.BYTES) {
      if (Memory.rawGetLong(address + offset) != FREED_POISON_WORD) {
        throw MemoryHistory.bug(
            "A freed block is not written: offset=" + offset, address, byteCount);
      }
    }
    for (; offset < byteCount; offset++) {
      if (Memory.rawGetByte(address + offset) != FREED_POISON) {
        throw MemoryHistory.bug(
            "A freed block is not written: offset=" + offset, address, byteCount);
      }
    }
  }

  /** The size, as asked for, of the live block at this first address. */
  private static long liveBytes(long address) {
    long bytes = granule(shadowOf(address), address) & BYTES_MASK;
    while (bytes % GRANULE_BYTES == 0) {
      long next = address + bytes;
      long shadow = shadowOf(next);
      if (shadow != Memory.NULL && skippable(shadow, next, Long.MAX_VALUE)) {
        bytes += GRANULE_BYTES * Long.BYTES;
        continue;
      }
      int state = shadow == Memory.NULL ? 0 : granule(shadow, next);
      if ((state & BYTES_MASK) == 0 || (state & FIRST) != 0) {
        break;
      }
      bytes += state & BYTES_MASK;
    }
    return bytes;
  }

  /** What a pool leaks, for people: the first few live blocks with their history. */
  static String describeLiveBlocks(MemoryPool pool, long usedBytes) {
    StringBuilder text =
        new StringBuilder("Blocks are freed before their pool closes: usedBytes=" + usedBytes);
    int shown = 0;
    for (long chunk : pool.pages().chunks()) {
      long shadow = shadowOf(chunk);
      for (long at = 0; at < CHUNK_SHADOW_BYTES && shown < MAX_LEAKS_SHOWN; at += Long.BYTES) {
        if (Memory.rawGetLong(shadow + at) == 0) {
          continue;
        }
        for (long granule = at; granule < at + Long.BYTES && shown < MAX_LEAKS_SHOWN; granule++) {
          if ((Memory.rawGetByte(shadow + granule) & FIRST) != 0) {
            long address = chunk + (granule << GRANULE_SHIFT);
            text.append("\n  ").append(MemoryHistory.describe(address, liveBytes(address)));
            shown++;
          }
        }
      }
    }
    return text.toString();
  }

  // --- the table of chunks ---

  private static int granule(long shadow, long address) {
    return Memory.rawGetByte(shadow + ((address & REGION_MASK) >>> GRANULE_SHIFT)) & 0xFF;
  }

  private static void setState(long address, int state) {
    Memory.rawPutByte(
        shadowOf(address) + ((address & REGION_MASK) >>> GRANULE_SHIFT), (byte) state);
  }

  private static void setStates(long address, long byteCount, byte state) {
    for (long at = address, end = address + byteCount; at < end; ) {
      long here = Math.min(end - at, REGION_BYTES - (at & REGION_MASK));
      Memory.rawFill(
          shadowOf(at) + ((at & REGION_MASK) >>> GRANULE_SHIFT), here >>> GRANULE_SHIFT, state);
      at += here;
    }
  }

  private static long shadowOf(long address) {
    long[] chunks = table;
    long key = address >>> REGION_SHIFT;
    int mask = chunks.length - 1;
    for (int slot = slot(key, mask); ; slot = (slot + 2) & mask) {
      long found = chunks[slot];
      if (found == key) {
        return chunks[slot + 1];
      }
      if (found == 0) {
        return Memory.NULL;
      }
    }
  }

  private static int slot(long key, int mask) {
    return (int) ((key * 0x9E3779B97F4A7C15L) >>> 32) & mask & ~1;
  }

  private static void insert(long[] chunks, long key, long shadow) {
    int mask = chunks.length - 1;
    int slot = slot(key, mask);
    while (chunks[slot] != 0) {
      slot = (slot + 2) & mask;
    }
    chunks[slot] = key;
    chunks[slot + 1] = shadow;
  }

  private static long[] rehashed(int length, long exceptKey) {
    long[] old = table;
    long[] fresh = new long[length];
    for (int i = 0; i < old.length; i += 2) {
      if (old[i] != 0 && old[i] != exceptKey) {
        insert(fresh, old[i], old[i + 1]);
      }
    }
    return fresh;
  }

  /** Shadows are never unmapped, so a stray access during a close finds one and no fault. */
  private static void recycle(long shadow) {
    if (SystemMemory.canDiscard()) {
      SystemMemory.discard(shadow, CHUNK_SHADOW_BYTES);
    } else {
      Memory.rawFill(shadow, CHUNK_SHADOW_BYTES, (byte) 0);
    }
    if (spareCount == spareShadows.length) {
      spareShadows = Arrays.copyOf(spareShadows, spareCount * 2);
    }
    spareShadows[spareCount++] = shadow;
  }

  private static long newShadow() {
    if (spareCount > 0) {
      return spareShadows[--spareCount];
    }
    long shadow = SystemMemory.reserve(CHUNK_SHADOW_BYTES, RegionLayout.PAGE_BYTES);
    if (shadow == Memory.NULL) {
      throw new OutOfMemoryError("No address space for checked mode's shadow");
    }
    return shadow;
  }
}
