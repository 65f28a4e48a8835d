package org.skerry.term;

import static org.skerry.term.ObjectLayout.*;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.LongToIntFunction;
import org.skerry.memory.BlockCache;
import org.skerry.memory.Memory;
import org.skerry.memory.SharedBytes;

/**
 * The flat, relocatable form of a term graph: one block, in which a pointer is the offset of an
 * object from the block's start. See {@code native-notes/term-image.md}.
 *
 * <pre>
 * offset  0  bytes in use, this header included
 * offset  8  root: an immediate, or the offset of an object
 * offset 16  offset of the first SHARED_BYTES object, each of which links to the next; 0 = none
 * offset 24  bytes of the block, as it was allocated
 * offset 32  objects, one behind the other
 * </pre>
 *
 * <p>An image has one owner, who adopts it, or releases it; any thread may do so with its own
 * cache. The hand-over to another thread must order memory. An image's SHARED_BYTES hold
 * references.
 */
public final class TermImage {
  /** Bytes of the header. */
  public static final int HEADER_BYTES = 32;

  /** Result of {@link #flatten}: the image would have more bytes than allowed. */
  public static final long TOO_LARGE = -1;

  /** Result of {@link #flatten}: the VM's memory cap leaves no room for the image. */
  public static final long NO_MEMORY = -2;

  static final int TOTAL_BYTES = 0;
  static final int ROOT = 8;
  static final int SHARED_FIRST = 16;
  static final int BLOCK_BYTES = 24;

  private TermImage() {}

  /**
   * Copies a term graph out of a heap into a new image. Sharing and cycles are kept. The objects of
   * the heap are marked while it runs, and are as before when it returns, also where it fails. What
   * lies outside the heap's bounds (literals) is only read.
   *
   * @param heapStart first byte of the owner's heap
   * @param heapEnd end of the owner's heap
   * @param maxBytes most bytes that the image may have
   * @return the image's address, {@link #TOO_LARGE} or {@link #NO_MEMORY}
   */
  public static long flatten(
      long term, long heapStart, long heapEnd, long maxBytes, TermScratch scratch) {
    return scratch.flattener.flatten(term, heapStart, heapEnd, maxBytes);
  }

  /** Bytes in use, header included. */
  public static long totalBytes(long image) {
    return Memory.getLong(image + TOTAL_BYTES);
  }

  /** Heap bytes that {@link #adopt} and {@link #copyInto} need. */
  public static long heapBytes(long image) {
    return Memory.getLong(image + TOTAL_BYTES) - HEADER_BYTES;
  }

  /** What the image's block is charged with. */
  public static long chargedBytes(long image) {
    return BlockCache.blockSize(Memory.getLong(image + BLOCK_BYTES));
  }

  /** The root: an immediate, or an offset. */
  public static long root(long image) {
    return Memory.getLong(image + ROOT);
  }

  /**
   * Moves the image's objects into a heap and frees the image. The references to shared bytes go
   * over to the heap.
   *
   * @param cache the calling thread's
   * @return the root as a term of the heap
   */
  public static long adopt(long image, HeapWriter writer, BlockCache cache) {
    long root = relocate(image, writer);
    cache.free(image, Memory.getLong(image + BLOCK_BYTES));
    return root;
  }

  /** Copies the image's objects into a heap; the image stays, and shared bytes are retained. */
  public static long copyInto(long image, HeapWriter writer) {
    retainShared(image);
    return relocate(image, writer);
  }

  /** Frees an image that nobody adopted, and gives its references to shared bytes up. */
  public static void release(long image, BlockCache cache) {
    for (long at = Memory.getLong(image + SHARED_FIRST); at != 0; ) {
      SharedBytes.release(Memory.getLong(image + at + SHARED_BLOCK), cache);
      at = Memory.getLong(image + at + SHARED_NEXT);
    }
    cache.free(image, Memory.getLong(image + BLOCK_BYTES));
  }

  /**
   * Turns the image's pointers into addresses where it lies, so that its terms can be used in place
   * as literals: outside every heap, never collected. Afterwards it is freed with {@link
   * #releaseLiteral} and good for nothing else.
   *
   * @return the root as a term
   */
  public static long toLiteral(long image) {
    long end = image + totalBytes(image);
    for (long at = image + HEADER_BYTES; at < end; ) {
      long header = Memory.getLong(at);
      long word = at + firstTermOffset(header);
      for (long left = termCount(header); left > 0; left--, word += 8) {
        Memory.putLong(word, moved(Memory.getLong(word), image));
      }
      at += byteSize(header);
    }
    long root = moved(root(image), image);
    Memory.putLong(image + ROOT, root);
    return root;
  }

  /** Frees an image that {@link #toLiteral} turned; nothing may refer to its terms any more. */
  public static void releaseLiteral(long image, BlockCache cache) {
    release(image, cache);
  }

  /** The bytes of an image for a file: atoms by the module's index, nothing of this VM in them. */
  static byte[] toFile(long image, LongToIntFunction atomIndex) {
    if (Memory.getLong(image + SHARED_FIRST) != 0) {
      throw new IllegalArgumentException("A file has bytes inline; see pushInlineBytes.");
    }
    byte[] bytes = new byte[Math.toIntExact(totalBytes(image))];
    Memory.copyOut(image, bytes, 0, bytes.length);
    ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(BLOCK_BYTES, 0);
    putAtom(file, ROOT, atomIndex);
    for (int at = HEADER_BYTES; at < bytes.length; ) {
      long header = file.getLong(at);
      int word = at + firstTermOffset(header);
      for (long left = termCount(header); left > 0; left--, word += 8) {
        putAtom(file, word, atomIndex);
      }
      at += (int) byteSize(header);
    }
    return bytes;
  }

  private static void putAtom(ByteBuffer file, int at, LongToIntFunction atomIndex) {
    long word = file.getLong(at);
    if (Term.isAtom(word)) {
      file.putLong(at, Term.atom(atomIndex.applyAsInt(word)));
    }
  }

  static void retainShared(long image) {
    for (long at = Memory.getLong(image + SHARED_FIRST); at != 0; ) {
      SharedBytes.retain(Memory.getLong(image + at + SHARED_BLOCK));
      at = Memory.getLong(image + at + SHARED_NEXT);
    }
  }

  static long moved(long word, long delta) {
    return (word & 7) == 0 ? word + delta : word;
  }

  static long relocate(long image, HeapWriter writer) {
    long byteCount = heapBytes(image);
    long to = writer.allocate(byteCount);
    long delta = to - HEADER_BYTES;
    relocateObjects(image + HEADER_BYTES, to, byteCount, delta, writer);
    return moved(root(image), delta);
  }

  /** Copies objects that lie one behind the other; adds {@code delta} to each of their pointers. */
  static void relocateObjects(long start, long target, long length, long delta, HeapWriter writer) {
    long from = start;
    long to = target;
    long end = start + length;
    while (from < end) {
      long header = Memory.getLong(from);
      Memory.putLong(to, header);
      if (header == CONS_HEADER) {
        Memory.putLong(to + CONS_HEAD, moved(Memory.getLong(from + CONS_HEAD), delta));
        Memory.putLong(to + CONS_TAIL, moved(Memory.getLong(from + CONS_TAIL), delta));
        from += CONS_BYTES;
        to += CONS_BYTES;
      } else {
        long byteCount = byteSize(header);
        relocateObject(header, from, to, byteCount, delta, writer);
        from += byteCount;
        to += byteCount;
      }
    }
  }

  private static void relocateObject(
      long header, long from, long to, long byteCount, long delta, HeapWriter writer) {
    int kind = kind(header);
    if (!hasTerms(kind)) {
      if (byteCount > BOXED_BYTES) {
        Memory.copy(from + 8, to + 8, byteCount - 8);
        if (kind == SHARED_BYTES) {
          writer.chainShared(to);
        }
      } else if (byteCount == BOXED_BYTES) {
        Memory.putLong(to + 8, Memory.getLong(from + 8));
      }
      return;
    }
    int offset = firstTermOffset(header);
    if (offset == NODE_CONTENT) {
      Memory.putLong(to + NODE_RAW, Memory.getLong(from + NODE_RAW));
    }
    for (long at = offset; at < byteCount; at += 8) {
      Memory.putLong(to + at, moved(Memory.getLong(from + at), delta));
    }
  }
}
