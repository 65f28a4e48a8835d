package org.skerry.memory;

import java.lang.foreign.Arena;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Address space from the operating system: {@code mmap}, {@code munmap} and {@code madvise} through
 * the foreign linker, or plain arenas where the system is not Linux.
 *
 * <p>Any thread. See {@code native-notes/ffm-calls.md}.
 */
final class SystemMemory {
  private static final int PROT_READ_WRITE = 1 | 2;
  private static final int MAP_PRIVATE_ANONYMOUS_NORESERVE = 0x02 | 0x20 | 0x4000;
  private static final long MAP_FAILED = -1;
  private static final int NO_FILE = -1;
  private static final int MADV_DONTNEED = 4;
  private static final int MADV_HUGEPAGE = 14;
  private static final int MADV_NOHUGEPAGE = 15;

  private static final NativeFunction MMAP = NativeFunction.find("mmap");
  private static final NativeFunction MUNMAP = NativeFunction.find("munmap");
  private static final NativeFunction MADVISE = NativeFunction.find("madvise");

  /** Owners of the mappings made without {@code mmap}. */
  private static final ConcurrentHashMap<Long, Arena> FALLBACK = new ConcurrentHashMap<>();

  private SystemMemory() {}

  /** Whether pages can be given back without giving up their addresses. */
  static boolean canDiscard() {
    return MMAP != null;
  }

  /**
   * Reserves zeroed address space, not resident before it is touched (where {@code mmap} exists).
   *
   * @param byteCount a multiple of the page size
   * @param alignment a power of two, at least the page size
   * @return the aligned address, or 0 where the system refuses
   */
  static long reserve(long byteCount, long alignment) {
    if (MMAP == null) {
      return reserveFromArena(byteCount, alignment);
    }
    // mmap aligns to pages only: map more, then cut both ends off.
    long mappedBytes = byteCount + alignment;
    long mapped = map(mappedBytes);
    if (mapped == Memory.NULL) {
      return Memory.NULL;
    }
    long address = (mapped + alignment - 1) & -alignment;
    if (address > mapped) {
      unmap(mapped, address - mapped);
    }
    long tail = mapped + mappedBytes - (address + byteCount);
    if (tail > 0) {
      unmap(address + byteCount, tail);
    }
    return address;
  }

  /** Gives address space back; {@code byteCount} as reserved. */
  static void release(long address, long byteCount) {
    if (MMAP == null) {
      FALLBACK.remove(address).close();
    } else {
      unmap(address, byteCount);
    }
  }

  /** Gives the pages back and keeps the addresses; they read as zero afterwards. */
  static void discard(long address, long byteCount) {
    advise(address, byteCount, MADV_DONTNEED);
  }

  /** Lets the kernel back this range with huge pages, which it may ignore. */
  static void preferHugePages(long address, long byteCount) {
    advise(address, byteCount, MADV_HUGEPAGE);
  }

  /** Keeps huge pages away, so that touching a byte makes one small page resident. */
  static void avoidHugePages(long address, long byteCount) {
    advise(address, byteCount, MADV_NOHUGEPAGE);
  }

  private static long reserveFromArena(long byteCount, long alignment) {
    Arena arena = Arena.ofShared();
    try {
      long address = arena.allocate(byteCount, alignment).address();
      FALLBACK.put(address, arena);
      return address;
    } catch (OutOfMemoryError e) {
      arena.close();
      return Memory.NULL;
    }
  }

  private static long map(long byteCount) {
    long address =
        MMAP.call(
            Memory.NULL, byteCount, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS_NORESERVE, NO_FILE, 0);
    return address == MAP_FAILED ? Memory.NULL : address;
  }

  private static void unmap(long address, long byteCount) {
    if ((int) MUNMAP.call(address, byteCount, 0) != 0) {
      throw new VmBug(
          "The system did not unmap what it mapped: address=0x"
              + Long.toHexString(address)
              + " bytes="
              + byteCount);
    }
  }

  private static void advise(long address, long byteCount, int advice) {
    if (MADVISE != null) {
      // A refused hint (a kernel without huge pages, say) changes nothing that is relied upon.
      MADVISE.call(address, byteCount, advice);
    }
  }
}
