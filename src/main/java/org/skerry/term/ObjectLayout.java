package org.skerry.term;

/**
 * The bytes of heap objects: one header word, then what the kind says. Everything that walks
 * objects (collector, relocation, images, heap verifier) does so with {@link #byteSize}, {@link
 * #firstTermOffset} and {@link #termCount} of the header alone.
 *
 * <pre>
 * header   63            16 15      8 7      1 0
 *         |      size      |  flags  |  kind  |1|     a forwarded object: its new address, bit 0 = 0
 *
 * CONS           head, tail                          size 2
 * TUPLE          terms                               size elements
 * MAP            k0..kn-1 v0..vn-1                   size entries (at most 16), keys ascending
 * MAP_NODE       bitmaps (raw), k v k v .. nodes     size content words
 * MAP_COLLISION  hash (raw), k v k v ..              size content words, keys ascending
 * MAP_ROOT       node                                size entries
 * CLOSURE        function word (raw), captures       size captures
 * TERM_ARRAY     terms                               size elements
 * BOXED_I64      raw                                 size 1
 * BOXED_F64      raw                                 size 1
 * STRING         UTF-8, zero padding to 8            size bytes
 * BYTES          bytes, zero padding to 8            size bytes
 * SHARED_BYTES   block, offset, length, next (raw)   size 4
 * I64_ARRAY      raw words                           size elements
 * F64_ARRAY      raw words                           size elements
 * U8_ARRAY       bytes, zero padding to 8            size bytes
 * </pre>
 *
 * <p>Kinds with terms come before kinds without, so that {@link #hasTerms} is one comparison.
 */
public final class ObjectLayout {
  /** A list cell. */
  public static final int CONS = 0;

  /** A tuple. */
  public static final int TUPLE = 1;

  /** A flat map. */
  public static final int MAP = 2;

  /** An inner node of a hashed map. */
  public static final int MAP_NODE = 3;

  /** Entries of a hashed map whose hashes are the same. */
  public static final int MAP_COLLISION = 4;

  /** The root of a hashed map. */
  public static final int MAP_ROOT = 5;

  /** A closure. */
  public static final int CLOSURE = 6;

  /** A mutable array of terms. */
  public static final int TERM_ARRAY = 7;

  /** An integer of more than 63 bits. */
  public static final int BOXED_I64 = 8;

  /** A float. */
  public static final int BOXED_F64 = 9;

  /** A string. */
  public static final int STRING = 10;

  /** Bytes that lie in the object. */
  public static final int BYTES = 11;

  /** Bytes that lie in a reference-counted block outside the heap. */
  public static final int SHARED_BYTES = 12;

  /** A mutable array of integers. */
  public static final int I64_ARRAY = 13;

  /** A mutable array of floats. */
  public static final int F64_ARRAY = 14;

  /** A mutable array of bytes. */
  public static final int U8_ARRAY = 15;

  /** Number of kinds. */
  public static final int KIND_COUNT = 16;

  /** Bytes of a header, and offset of what follows it. */
  public static final int HEADER_BYTES = 8;

  /** Offset of the raw word of a boxed number, and of the first byte of bytes and strings. */
  public static final int RAW_OFFSET = HEADER_BYTES;

  /** Flag of a string: all bytes are below 0x80. */
  public static final int FLAG_ASCII = 1;

  /** Greatest size that a header can hold. */
  public static final long MAX_SIZE = (1L << 48) - 1;

  /** Bytes of a boxed number. */
  public static final int BOXED_BYTES = 16;

  /** Bytes of a list cell. */
  public static final int CONS_BYTES = 24;

  /** Offset of a list cell's head. */
  public static final int CONS_HEAD = 8;

  /** Offset of a list cell's tail. */
  public static final int CONS_TAIL = 16;

  /** Header of every list cell. */
  public static final long CONS_HEADER = 2L << 16 | CONS << 1 | 1;

  /** Header of every boxed integer. */
  public static final long BOXED_I64_HEADER = 1L << 16 | BOXED_I64 << 1 | 1;

  /** Header of every float. */
  public static final long BOXED_F64_HEADER = 1L << 16 | BOXED_F64 << 1 | 1;

  /** Header of every shared bytes object. */
  public static final long SHARED_BYTES_HEADER = 4L << 16 | SHARED_BYTES << 1 | 1;

  /** Offset of the first element of a tuple or array. */
  public static final int ELEMENTS = HEADER_BYTES;

  /** Offset of a closure's function word. */
  public static final int CLOSURE_FUNCTION = 8;

  /** Offset of a closure's first capture. */
  public static final int CLOSURE_CAPTURES = 16;

  /** Offset of a hashed map's node in its root. */
  public static final int ROOT_NODE = 8;

  /** Bytes of a hashed map's root. */
  public static final int ROOT_BYTES = 16;

  /** Offset of the raw word (bitmaps or hash) of a map's inner nodes. */
  public static final int NODE_RAW = 8;

  /** Offset of the first content word of a map's inner nodes. */
  public static final int NODE_CONTENT = 16;

  /** Offset of the shared block's address. */
  public static final int SHARED_BLOCK = 8;

  /** Offset of the first byte's offset in the shared block. */
  public static final int SHARED_OFFSET = 16;

  /** Offset of the length in bytes. */
  public static final int SHARED_LENGTH = 24;

  /** Offset of the owner heap's next shared bytes object; 0 ends the chain. */
  public static final int SHARED_NEXT = 32;

  /** Bytes of a shared bytes object. */
  public static final int SHARED_BYTES_BYTES = 40;

  private static final int KIND_SHIFT = 1;
  private static final int KIND_MASK = 0x7f;
  private static final int FLAGS_SHIFT = 8;
  private static final int FLAGS_MASK = 0xff;
  private static final int SIZE_SHIFT = 16;

  private ObjectLayout() {}

  /** A header without flags. */
  public static long header(int kind, long size) {
    return size << SIZE_SHIFT | (long) kind << KIND_SHIFT | 1;
  }

  /** A header. */
  public static long header(int kind, int flags, long size) {
    return size << SIZE_SHIFT | (long) flags << FLAGS_SHIFT | (long) kind << KIND_SHIFT | 1;
  }

  /** Whether the word is a header, and not a forwarding address. */
  public static boolean isHeader(long word) {
    return (word & 1) != 0;
  }

  /** The kind in a header. */
  public static int kind(long header) {
    return (int) (header >>> KIND_SHIFT) & KIND_MASK;
  }

  /** The flags in a header. */
  public static int flags(long header) {
    return (int) (header >>> FLAGS_SHIFT) & FLAGS_MASK;
  }

  /** The size in a header: elements, entries, content words or bytes, as the kind says. */
  public static long size(long header) {
    return header >>> SIZE_SHIFT;
  }

  /** Whether objects of the kind hold terms. */
  public static boolean hasTerms(int kind) {
    return kind < BOXED_I64;
  }

  /** Whether objects of the kind are mutable arrays. */
  public static boolean isMutable(int kind) {
    return kind == TERM_ARRAY || kind >= I64_ARRAY;
  }

  /** Bytes of the whole object, a multiple of 8. */
  public static long byteSize(long header) {
    long size = header >>> SIZE_SHIFT;
    return switch (kind(header)) {
      case STRING, BYTES, U8_ARRAY -> HEADER_BYTES + (size + 7 & -8L);
      case MAP -> HEADER_BYTES + (size << 4);
      case MAP_NODE, MAP_COLLISION, CLOSURE -> NODE_CONTENT + (size << 3);
      case MAP_ROOT -> ROOT_BYTES;
      default -> HEADER_BYTES + (size << 3);
    };
  }

  /** Offset of the first word that is a term, whether or not there are any. */
  public static int firstTermOffset(long header) {
    int kind = kind(header);
    return kind == MAP_NODE || kind == MAP_COLLISION || kind == CLOSURE
        ? NODE_CONTENT
        : HEADER_BYTES;
  }

  /** Number of words that are terms, one behind the other from {@link #firstTermOffset}. */
  public static long termCount(long header) {
    int kind = kind(header);
    if (kind >= BOXED_I64) {
      return 0;
    }
    long size = header >>> SIZE_SHIFT;
    if (kind == MAP) {
      return size << 1;
    }
    return kind == MAP_ROOT ? 1 : size;
  }

  /** Bytes of a string or of inline bytes of this length. */
  public static long paddedBytes(long byteLength) {
    return HEADER_BYTES + (byteLength + 7 & -8L);
  }

  /** Bytes of a tuple or of an array of 8-byte elements. */
  public static long wordsBytes(long count) {
    return HEADER_BYTES + (count << 3);
  }
}
