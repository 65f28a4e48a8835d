package org.skerry.term;

import static org.skerry.term.ObjectLayout.*;

import org.skerry.isa.ByteFormat;
import org.skerry.memory.Memory;
import org.skerry.memory.SharedBytes;

/**
 * Bytes: up to {@link #MAX_INLINE} in the heap object, more in a {@link SharedBytes} that slices
 * and copies in other processes share. (Literals of a module lie in the object whatever their
 * length.)
 */
public final class Bytes {
  /** Most bytes that an operation builds into the heap object itself. */
  public static final int MAX_INLINE = 256;

  private Bytes() {}

  /** Where the bytes lie, until the next collection; the term must be bytes. */
  public static long rawAddress(long bytes) {
    return kind(Memory.getLong(bytes)) == SHARED_BYTES
        ? Memory.getLong(bytes + SHARED_BLOCK)
            + SharedBytes.DATA_OFFSET
            + Memory.getLong(bytes + SHARED_OFFSET)
        : bytes + RAW_OFFSET;
  }

  /** Number of bytes; the term must be bytes. */
  public static long rawLength(long bytes) {
    long header = Memory.getLong(bytes);
    return kind(header) == SHARED_BYTES
        ? Memory.getLong(bytes + SHARED_LENGTH)
        : ObjectLayout.size(header);
  }

  /** Number of bytes. */
  public static long length(long bytes) {
    check(bytes);
    return rawLength(bytes);
  }

  /** Heap bytes of new bytes of this length. */
  public static long heapBytes(long byteLength) {
    return byteLength <= MAX_INLINE ? paddedBytes(byteLength) : SHARED_BYTES_BYTES;
  }

  /**
   * New bytes, copied from memory; needs {@link #heapBytes}.
   *
   * @throws TermError LIMIT_EXCEEDED where the memory cap leaves no room for a shared block
   */
  public static long fromMemory(long address, long byteLength, HeapWriter writer) {
    long bytes = allocate(byteLength, writer);
    Memory.copy(address, rawAddress(bytes), byteLength);
    return bytes;
  }

  /** New bytes with undefined contents, for the caller to write at {@link #rawAddress}. */
  static long allocate(long byteLength, HeapWriter writer) {
    if (byteLength > MAX_INLINE) {
      long block = SharedBytes.allocate(writer.cache(), byteLength);
      if (block == Memory.NULL) {
        throw TermError.LIMIT_EXCEEDED;
      }
      return share(block, 0, byteLength, writer);
    }
    long byteCount = paddedBytes(byteLength);
    long bytes = writer.allocate(byteCount);
    Memory.putLong(bytes + byteCount - 8, 0);
    Memory.putLong(bytes, header(BYTES, byteLength));
    return bytes;
  }

  /**
   * Bytes that take over the caller's reference to a block; needs {@link
   * ObjectLayout#SHARED_BYTES_BYTES}.
   */
  public static long share(long block, long offset, long byteLength, HeapWriter writer) {
    long bytes = writer.allocate(SHARED_BYTES_BYTES);
    Memory.putLong(bytes, SHARED_BYTES_HEADER);
    Memory.putLong(bytes + SHARED_BLOCK, block);
    Memory.putLong(bytes + SHARED_OFFSET, offset);
    Memory.putLong(bytes + SHARED_LENGTH, byteLength);
    writer.chainShared(bytes);
    return bytes;
  }

  /** Heap bytes of {@link #slice}; checks the operands. */
  public static long sliceBytes(long bytes, long start, long count) {
    checkRange(length(bytes), start, count);
    return heapBytes(count);
  }

  /** Part of bytes; a long part of shared bytes is not copied. */
  public static long slice(long bytes, long start, long count, HeapWriter writer) {
    if (count > MAX_INLINE && kind(Memory.getLong(bytes)) == SHARED_BYTES) {
      long block = Memory.getLong(bytes + SHARED_BLOCK);
      SharedBytes.retain(block);
      return share(block, Memory.getLong(bytes + SHARED_OFFSET) + start, count, writer);
    }
    return fromMemory(rawAddress(bytes) + start, count, writer);
  }

  /** Heap bytes of {@link #concat}; checks the operands. */
  public static long concatBytes(long a, long b) {
    return heapBytes(length(a) + length(b));
  }

  /** One after the other. */
  public static long concat(long a, long b, HeapWriter writer) {
    long aLength = rawLength(a);
    long bLength = rawLength(b);
    long bytes = allocate(aLength + bLength, writer);
    long to = rawAddress(bytes);
    Memory.copy(rawAddress(a), to, aLength);
    Memory.copy(rawAddress(b), to + aLength, bLength);
    return bytes;
  }

  /** Where {@code part} first lies in {@code bytes} from {@code from} on; -1 if nowhere. */
  public static long find(long bytes, long part, long from, TermScratch scratch) {
    long length = length(bytes);
    long partLength = length(part);
    if (from < 0 || from > length) {
      throw TermError.INDEX_OUT_OF_BOUNDS;
    }
    long address = rawAddress(bytes);
    long found =
        ByteSearch.find(address + from, address + length, rawAddress(part), partLength, scratch);
    return found == 0 ? -1 : found - address;
  }

  /** The integer in a format at an index of bytes or of a {@code u8[]}. */
  public static long getInt(long bytesOrU8, long index, ByteFormat format) {
    long at = place(bytesOrU8, index, format.byteCount());
    return switch (format) {
      case U8 -> Memory.getByte(at) & 0xffL;
      case I8 -> Memory.getByte(at);
      case U16LE -> Memory.getShort(at) & 0xffffL;
      case U16BE -> Short.reverseBytes(Memory.getShort(at)) & 0xffffL;
      case I16LE -> Memory.getShort(at);
      case I16BE -> Short.reverseBytes(Memory.getShort(at));
      case U32LE -> Memory.getInt(at) & 0xffff_ffffL;
      case U32BE -> Integer.reverseBytes(Memory.getInt(at)) & 0xffff_ffffL;
      case I32LE -> Memory.getInt(at);
      case I32BE -> Integer.reverseBytes(Memory.getInt(at));
      case U64LE -> Memory.getLong(at);
      case U64BE -> Long.reverseBytes(Memory.getLong(at));
      case F32LE, F32BE, F64LE, F64BE -> throw TermError.BAD_ARGUMENT;
    };
  }

  /** The float in a format at an index of bytes or of a {@code u8[]}. */
  public static double getFloat(long bytesOrU8, long index, ByteFormat format) {
    long at = place(bytesOrU8, index, format.byteCount());
    return switch (format) {
      case F32LE -> Memory.getFloat(at);
      case F32BE -> Float.intBitsToFloat(Integer.reverseBytes(Memory.getInt(at)));
      case F64LE -> Memory.getDouble(at);
      case F64BE -> Double.longBitsToDouble(Long.reverseBytes(Memory.getLong(at)));
      default -> throw TermError.BAD_ARGUMENT;
    };
  }

  /** Writes the low bits of an integer into a {@code u8[]} in a format. */
  public static void putInt(long u8, long index, long value, ByteFormat format) {
    long at = placeInU8(u8, index, format.byteCount());
    switch (format) {
      case U8, I8 -> Memory.putByte(at, (byte) value);
      case U16LE, I16LE -> Memory.putShort(at, (short) value);
      case U16BE, I16BE -> Memory.putShort(at, Short.reverseBytes((short) value));
      case U32LE, I32LE -> Memory.putInt(at, (int) value);
      case U32BE, I32BE -> Memory.putInt(at, Integer.reverseBytes((int) value));
      case U64LE -> Memory.putLong(at, value);
      case U64BE -> Memory.putLong(at, Long.reverseBytes(value));
      case F32LE, F32BE, F64LE, F64BE -> throw TermError.BAD_ARGUMENT;
    }
  }

  /** Writes a float into a {@code u8[]} in a format. */
  public static void putFloat(long u8, long index, double value, ByteFormat format) {
    long at = placeInU8(u8, index, format.byteCount());
    switch (format) {
      case F32LE -> Memory.putFloat(at, (float) value);
      case F32BE -> Memory.putInt(at, Integer.reverseBytes(Float.floatToRawIntBits((float) value)));
      case F64LE -> Memory.putDouble(at, value);
      case F64BE -> Memory.putLong(at, Long.reverseBytes(Double.doubleToRawLongBits(value)));
      default -> throw TermError.BAD_ARGUMENT;
    }
  }

  /** Heap bytes of {@link #fromU8}; checks the operands. */
  public static long fromU8Bytes(long u8, long start, long count) {
    checkRange(u8Length(u8), start, count);
    return heapBytes(count);
  }

  /** A copy of part of a {@code u8[]} as bytes. */
  public static long fromU8(long u8, long start, long count, HeapWriter writer) {
    return fromMemory(u8 + ELEMENTS + start, count, writer);
  }

  /** Heap bytes of {@link #toU8}; checks the operand. */
  public static long toU8Bytes(long bytes) {
    return paddedBytes(length(bytes));
  }

  /** A new {@code u8[]} with a copy of the bytes. */
  public static long toU8(long bytes, HeapWriter writer) {
    long length = rawLength(bytes);
    long byteCount = paddedBytes(length);
    long array = writer.allocate(byteCount);
    Memory.putLong(array + byteCount - 8, 0);
    Memory.putLong(array, header(U8_ARRAY, length));
    Memory.copy(rawAddress(bytes), array + ELEMENTS, length);
    return array;
  }

  private static void check(long bytes) {
    if (!Term.isBytes(bytes)) {
      throw TermError.TYPE_ERROR;
    }
  }

  private static void checkRange(long length, long start, long count) {
    if (start < 0 || count < 0 || start > length || count > length - start) {
      throw TermError.INDEX_OUT_OF_BOUNDS;
    }
  }

  private static long u8Length(long u8) {
    if (!Term.isObjectOfKind(u8, U8_ARRAY)) {
      throw TermError.TYPE_ERROR;
    }
    return ObjectLayout.size(Memory.getLong(u8));
  }

  private static long place(long bytesOrU8, long index, int byteCount) {
    if (Term.isObjectOfKind(bytesOrU8, U8_ARRAY)) {
      return placeInU8(bytesOrU8, index, byteCount);
    }
    checkRange(length(bytesOrU8), index, byteCount);
    return rawAddress(bytesOrU8) + index;
  }

  private static long placeInU8(long u8, long index, int byteCount) {
    checkRange(u8Length(u8), index, byteCount);
    return u8 + ELEMENTS + index;
  }
}
