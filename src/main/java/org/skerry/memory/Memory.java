package org.skerry.memory;

import java.util.Objects;
import org.agrona.UnsafeApi;

/**
 * The only door to off-heap memory: loads, stores and atomics on absolute addresses.
 *
 * <p>Nothing is checked unless the JVM runs with {@code -Dskerry.memory=checked}; then each access
 * is compared with the live blocks of every {@link MemoryPool}, and a stray one throws {@link
 * VmBug}. The choice is a {@code static final}, so unchecked code pays nothing for it.
 *
 * <p>The memory order is in the verb: no suffix is a plain access, {@code Opaque}, {@code Acquire},
 * {@code Release} and {@code Volatile} mean what they mean in {@code VarHandle}; {@code
 * compareAndSet} and {@code getAnd…} are volatile on both sides. Ordered accesses and atomics need
 * a naturally aligned address. Values are in the machine's byte order.
 *
 * <p>See {@code native-notes/memory.md}.
 */
public final class Memory {
  /** Whether every access is checked against live blocks. */
  public static final boolean CHECKED = "checked".equals(System.getProperty("skerry.memory"));

  /** No block: what an allocation returns that would exceed the cap. */
  public static final long NULL = 0L;

  private static final long BYTE_ARRAY_BASE;

  static {
    RequiredFlags.check();
    BYTE_ARRAY_BASE = UnsafeApi.arrayBaseOffset(byte[].class);
  }

  private Memory() {}

  /**
   * The class whose methods generated code calls, by the names that they have here: this one where
   * accesses are checked. Otherwise it is what this one calls, since HotSpot inlines so many bytes
   * into a method and no more, and the test for checked mode would be half of them.
   */
  public static Class<?> accessors() {
    return CHECKED ? Memory.class : UnsafeApi.class;
  }

  /** Plain load. */
  public static byte getByte(long address) {
    if (CHECKED) {
      Shadow.check(address, 1);
    }
    return UnsafeApi.getByte(address);
  }

  /** Plain store. */
  public static void putByte(long address, byte value) {
    if (CHECKED) {
      Shadow.check(address, 1);
    }
    UnsafeApi.putByte(address, value);
  }

  /** Plain load. */
  public static short getShort(long address) {
    if (CHECKED) {
      Shadow.check(address, 2);
    }
    return UnsafeApi.getShort(address);
  }

  /** Plain store. */
  public static void putShort(long address, short value) {
    if (CHECKED) {
      Shadow.check(address, 2);
    }
    UnsafeApi.putShort(address, value);
  }

  /** Plain load. */
  public static int getInt(long address) {
    if (CHECKED) {
      Shadow.check(address, 4);
    }
    return UnsafeApi.getInt(address);
  }

  /** Plain store. */
  public static void putInt(long address, int value) {
    if (CHECKED) {
      Shadow.check(address, 4);
    }
    UnsafeApi.putInt(address, value);
  }

  /** Plain load. */
  public static long getLong(long address) {
    if (CHECKED) {
      Shadow.check(address, 8);
    }
    return UnsafeApi.getLong(address);
  }

  /** Plain store. */
  public static void putLong(long address, long value) {
    if (CHECKED) {
      Shadow.check(address, 8);
    }
    UnsafeApi.putLong(address, value);
  }

  /** Plain load. */
  public static float getFloat(long address) {
    if (CHECKED) {
      Shadow.check(address, 4);
    }
    return UnsafeApi.getFloat(address);
  }

  /** Plain store. */
  public static void putFloat(long address, float value) {
    if (CHECKED) {
      Shadow.check(address, 4);
    }
    UnsafeApi.putFloat(address, value);
  }

  /** Plain load. */
  public static double getDouble(long address) {
    if (CHECKED) {
      Shadow.check(address, 8);
    }
    return UnsafeApi.getDouble(address);
  }

  /** Plain store. */
  public static void putDouble(long address, double value) {
    if (CHECKED) {
      Shadow.check(address, 8);
    }
    UnsafeApi.putDouble(address, value);
  }

  /** Acquire load; aligned. */
  public static int getIntAcquire(long address) {
    if (CHECKED) {
      Shadow.checkAligned(address, 4);
    }
    return UnsafeApi.getIntAcquire(null, address);
  }

  /** Opaque load; aligned. */
  public static int getIntOpaque(long address) {
    if (CHECKED) {
      Shadow.checkAligned(address, 4);
    }
    return UnsafeApi.getIntOpaque(null, address);
  }

  /** Volatile load; aligned. */
  public static int getIntVolatile(long address) {
    if (CHECKED) {
      Shadow.checkAligned(address, 4);
    }
    return UnsafeApi.getIntVolatile(null, address);
  }

  /** Release store; aligned. */
  public static void putIntRelease(long address, int value) {
    if (CHECKED) {
      Shadow.checkAligned(address, 4);
    }
    UnsafeApi.putIntRelease(null, address, value);
  }

  /** Opaque store; aligned. */
  public static void putIntOpaque(long address, int value) {
    if (CHECKED) {
      Shadow.checkAligned(address, 4);
    }
    UnsafeApi.putIntOpaque(null, address, value);
  }

  /** Volatile store; aligned. */
  public static void putIntVolatile(long address, int value) {
    if (CHECKED) {
      Shadow.checkAligned(address, 4);
    }
    UnsafeApi.putIntVolatile(null, address, value);
  }

  /** Atomic, volatile; returns whether {@code expected} was found and replaced. */
  public static boolean compareAndSetInt(long address, int expected, int value) {
    if (CHECKED) {
      Shadow.checkAligned(address, 4);
    }
    return UnsafeApi.compareAndSetInt(null, address, expected, value);
  }

  /** Atomic, volatile; returns what was found: {@code expected} where it was replaced. */
  public static int compareAndExchangeInt(long address, int expected, int value) {
    if (CHECKED) {
      Shadow.checkAligned(address, 4);
    }
    return UnsafeApi.compareAndExchangeInt(null, address, expected, value);
  }

  /** Atomic, volatile; returns the value before. */
  public static int getAndAddInt(long address, int delta) {
    if (CHECKED) {
      Shadow.checkAligned(address, 4);
    }
    return UnsafeApi.getAndAddInt(null, address, delta);
  }

  /** Atomic, volatile; returns the value before. */
  public static int getAndSetInt(long address, int value) {
    if (CHECKED) {
      Shadow.checkAligned(address, 4);
    }
    return UnsafeApi.getAndSetInt(null, address, value);
  }

  /** Atomic, volatile; returns the value before. */
  public static int getAndBitwiseOrInt(long address, int mask) {
    if (CHECKED) {
      Shadow.checkAligned(address, 4);
    }
    return UnsafeApi.getAndBitwiseOrInt(null, address, mask);
  }

  /** Atomic, volatile; returns the value before. */
  public static int getAndBitwiseAndInt(long address, int mask) {
    if (CHECKED) {
      Shadow.checkAligned(address, 4);
    }
    return UnsafeApi.getAndBitwiseAndInt(null, address, mask);
  }

  /** Atomic, volatile; returns the value before. */
  public static int getAndBitwiseXorInt(long address, int mask) {
    if (CHECKED) {
      Shadow.checkAligned(address, 4);
    }
    return UnsafeApi.getAndBitwiseXorInt(null, address, mask);
  }

  /** Acquire load; aligned. */
  public static long getLongAcquire(long address) {
    if (CHECKED) {
      Shadow.checkAligned(address, 8);
    }
    return UnsafeApi.getLongAcquire(null, address);
  }

  /** Opaque load; aligned. */
  public static long getLongOpaque(long address) {
    if (CHECKED) {
      Shadow.checkAligned(address, 8);
    }
    return UnsafeApi.getLongOpaque(null, address);
  }

  /** Volatile load; aligned. */
  public static long getLongVolatile(long address) {
    if (CHECKED) {
      Shadow.checkAligned(address, 8);
    }
    return UnsafeApi.getLongVolatile(null, address);
  }

  /** Release store; aligned. */
  public static void putLongRelease(long address, long value) {
    if (CHECKED) {
      Shadow.checkAligned(address, 8);
    }
    UnsafeApi.putLongRelease(null, address, value);
  }

  /** Opaque store; aligned. */
  public static void putLongOpaque(long address, long value) {
    if (CHECKED) {
      Shadow.checkAligned(address, 8);
    }
    UnsafeApi.putLongOpaque(null, address, value);
  }

  /** Volatile store; aligned. */
  public static void putLongVolatile(long address, long value) {
    if (CHECKED) {
      Shadow.checkAligned(address, 8);
    }
    UnsafeApi.putLongVolatile(null, address, value);
  }

  /** Atomic, volatile; returns whether {@code expected} was found and replaced. */
  public static boolean compareAndSetLong(long address, long expected, long value) {
    if (CHECKED) {
      Shadow.checkAligned(address, 8);
    }
    return UnsafeApi.compareAndSetLong(null, address, expected, value);
  }

  /** Atomic, volatile; returns what was found: {@code expected} where it was replaced. */
  public static long compareAndExchangeLong(long address, long expected, long value) {
    if (CHECKED) {
      Shadow.checkAligned(address, 8);
    }
    return UnsafeApi.compareAndExchangeLong(null, address, expected, value);
  }

  /** Atomic, volatile; returns the value before. */
  public static long getAndAddLong(long address, long delta) {
    if (CHECKED) {
      Shadow.checkAligned(address, 8);
    }
    return UnsafeApi.getAndAddLong(null, address, delta);
  }

  /** Atomic, volatile; returns the value before. */
  public static long getAndSetLong(long address, long value) {
    if (CHECKED) {
      Shadow.checkAligned(address, 8);
    }
    return UnsafeApi.getAndSetLong(null, address, value);
  }

  /** Atomic, volatile; returns the value before. */
  public static long getAndBitwiseOrLong(long address, long mask) {
    if (CHECKED) {
      Shadow.checkAligned(address, 8);
    }
    return UnsafeApi.getAndBitwiseOrLong(null, address, mask);
  }

  /** Atomic, volatile; returns the value before. */
  public static long getAndBitwiseAndLong(long address, long mask) {
    if (CHECKED) {
      Shadow.checkAligned(address, 8);
    }
    return UnsafeApi.getAndBitwiseAndLong(null, address, mask);
  }

  /** Atomic, volatile; returns the value before. */
  public static long getAndBitwiseXorLong(long address, long mask) {
    if (CHECKED) {
      Shadow.checkAligned(address, 8);
    }
    return UnsafeApi.getAndBitwiseXorLong(null, address, mask);
  }

  /** Copies bytes between two blocks, which may overlap as with {@code memmove}. */
  public static void copy(long from, long to, long byteCount) {
    if (CHECKED) {
      Shadow.checkRange(from, byteCount);
      Shadow.checkRange(to, byteCount);
    }
    UnsafeApi.copyMemory(from, to, byteCount);
  }

  /** Sets each of {@code byteCount} bytes to {@code value}. */
  public static void fill(long address, long byteCount, byte value) {
    if (CHECKED) {
      Shadow.checkRange(address, byteCount);
    }
    UnsafeApi.setMemory(address, byteCount, value);
  }

  /**
   * Compares two ranges.
   *
   * @return the offset of the first byte that differs, or -1 where all are equal
   */
  public static long mismatch(long a, long b, long byteCount) {
    if (CHECKED) {
      Shadow.checkRange(a, byteCount);
      Shadow.checkRange(b, byteCount);
    }
    long offset = 0;
    for (; offset + Long.BYTES <= byteCount; offset += Long.BYTES) {
      long difference = UnsafeApi.getLong(a + offset) ^ UnsafeApi.getLong(b + offset);
      if (difference != 0) {
        int bits =
            UnsafeApi.isBigEndian()
                ? Long.numberOfLeadingZeros(difference)
                : Long.numberOfTrailingZeros(difference);
        return offset + (bits >>> 3);
      }
    }
    for (; offset < byteCount; offset++) {
      if (UnsafeApi.getByte(a + offset) != UnsafeApi.getByte(b + offset)) {
        return offset;
      }
    }
    return -1;
  }

  /** Copies {@code length} bytes of a Java array, from {@code offset} on, to an address. */
  public static void copyIn(byte[] source, int offset, int length, long to) {
    Objects.checkFromIndexSize(offset, length, source.length);
    if (CHECKED) {
      Shadow.checkRange(to, length);
    }
    UnsafeApi.copyMemory(source, BYTE_ARRAY_BASE + offset, null, to, length);
  }

  /** Copies {@code length} bytes from an address into a Java array, from {@code offset} on. */
  public static void copyOut(long from, byte[] target, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, target.length);
    if (CHECKED) {
      Shadow.checkRange(from, length);
    }
    UnsafeApi.copyMemory(null, from, target, BYTE_ARRAY_BASE + offset, length);
  }

  /** Orders every access before it, stores included, before every access after it. */
  public static void fullFence() {
    UnsafeApi.fullFence();
  }

  // The allocator's own bytes (page tables, slab descriptors, the shadow) belong to no block, so
  // this package reads and writes them without the check.

  static byte rawGetByte(long address) {
    return UnsafeApi.getByte(address);
  }

  static void rawPutByte(long address, byte value) {
    UnsafeApi.putByte(address, value);
  }

  static short rawGetShort(long address) {
    return UnsafeApi.getShort(address);
  }

  static void rawPutShort(long address, short value) {
    UnsafeApi.putShort(address, value);
  }

  static int rawGetInt(long address) {
    return UnsafeApi.getInt(address);
  }

  static void rawPutInt(long address, int value) {
    UnsafeApi.putInt(address, value);
  }

  static long rawGetLong(long address) {
    return UnsafeApi.getLong(address);
  }

  static void rawPutLong(long address, long value) {
    UnsafeApi.putLong(address, value);
  }

  static void rawFill(long address, long byteCount, byte value) {
    UnsafeApi.setMemory(address, byteCount, value);
  }
}
