package org.skerry.term;

import static org.skerry.term.ObjectLayout.*;

import org.skerry.memory.BlockCache;
import org.skerry.memory.Memory;
import org.skerry.memory.SharedBytes;

/**
 * Copies a term graph to a place outside every heap: its objects one behind the other, the root
 * first, with pointers that are addresses, so that they can be compared and hashed where they lie.
 * They hold references to the shared bytes in them. A graph is planned, then written; from there it
 * is copied into heaps any number of times.
 *
 * <p>One a {@link TermScratch}, for its owner thread.
 */
public final class Placement {
  /** Objects with so few words are looked through for pointers before anything is flattened. */
  private static final int FEW_WORDS = 64;

  private final Flattener flattener;

  /** The object that is copied as it is; 0 where the flattener's buffer has the objects. */
  private long object;

  private long byteCount;
  private boolean hasShared;

  Placement(Flattener flattener) {
    this.flattener = flattener;
  }

  /**
   * Prepares to write a term, which must be an object; nothing else may be flattened before it is
   * written.
   *
   * @param heapStart first byte of the heap that it is in
   * @param heapEnd end of that heap
   * @param maxBytes most bytes that it may have
   * @return the bytes that {@link #write} needs
   * @throws TermError LIMIT_EXCEEDED if it has more bytes, or there is no memory
   */
  public long plan(long term, long heapStart, long heapEnd, long maxBytes) {
    long header = Memory.getLong(term);
    long bytes = byteSize(header);
    if (isPlain(term, header)) {
      if (bytes > maxBytes) {
        throw TermError.LIMIT_EXCEEDED;
      }
      object = term;
      byteCount = bytes;
      hasShared = header == SHARED_BYTES_HEADER;
      return bytes;
    }
    long limit = Math.min(maxBytes, Long.MAX_VALUE - TermImage.HEADER_BYTES);
    long used = flattener.fill(term, heapStart, heapEnd, limit + TermImage.HEADER_BYTES);
    if (used < 0) {
      throw TermError.LIMIT_EXCEEDED;
    }
    object = 0;
    byteCount = used - TermImage.HEADER_BYTES;
    hasShared = flattener.filledShared();
    return byteCount;
  }

  /** Whether what was planned holds shared bytes. */
  public boolean hasShared() {
    return hasShared;
  }

  /** Writes what was planned; its root is at {@code to} then. */
  public void write(long to) {
    if (object != 0) {
      Memory.copy(object, to, byteCount);
    } else {
      long from = flattener.filledBase() + TermImage.HEADER_BYTES;
      Memory.copy(from, to, byteCount);
      for (long at = 0; at < byteCount; ) {
        long header = Memory.getLong(to + at);
        long word = to + at + firstTermOffset(header);
        for (long left = termCount(header); left > 0; left--, word += 8) {
          Memory.putLong(word, TermImage.moved(Memory.getLong(word), to - TermImage.HEADER_BYTES));
        }
        at += byteSize(header);
      }
    }
    if (hasShared) {
      retainShared(to, byteCount);
    }
  }

  /**
   * Copies objects that {@link #write} wrote into a heap with room for them, and retains the shared
   * bytes among them.
   *
   * @param from where they lie, which is also their root
   * @param byteCount how many bytes they have
   * @param hasShared whether there are shared bytes among them
   * @return the root in the heap
   */
  public static long copyInto(long from, long byteCount, boolean hasShared, HeapWriter writer) {
    if (hasShared) {
      retainShared(from, byteCount);
    }
    long to = writer.allocate(byteCount);
    TermImage.relocateObjects(from, to, byteCount, to - from, writer);
    return to;
  }

  /** The length of all shared bytes in objects that {@link #write} wrote. */
  public static long sharedLength(long from, long byteCount) {
    long length = 0;
    for (long at = from; at < from + byteCount; ) {
      long header = Memory.getLong(at);
      if (header == SHARED_BYTES_HEADER) {
        length += Memory.getLong(at + SHARED_LENGTH);
      }
      at += byteSize(header);
    }
    return length;
  }

  /** Gives up the references of objects that {@link #write} wrote. */
  public static void releaseShared(long from, long byteCount, BlockCache cache) {
    for (long at = from; at < from + byteCount; ) {
      long header = Memory.getLong(at);
      if (header == SHARED_BYTES_HEADER) {
        SharedBytes.release(Memory.getLong(at + SHARED_BLOCK), cache);
      }
      at += byteSize(header);
    }
  }

  private static void retainShared(long from, long byteCount) {
    for (long at = from; at < from + byteCount; ) {
      long header = Memory.getLong(at);
      if (header == SHARED_BYTES_HEADER) {
        SharedBytes.retain(Memory.getLong(at + SHARED_BLOCK));
      }
      at += byteSize(header);
    }
  }

  /** Whether the object points to no other. */
  private static boolean isPlain(long term, long header) {
    long count = termCount(header);
    if (count > FEW_WORDS) {
      return false;
    }
    long word = term + firstTermOffset(header);
    for (long left = count; left > 0; left--, word += 8) {
      if ((Memory.getLong(word) & 7) == 0) {
        return false;
      }
    }
    return true;
  }
}
