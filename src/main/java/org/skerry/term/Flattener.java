package org.skerry.term;

import static org.skerry.term.ObjectLayout.*;

import org.skerry.memory.Memory;

/**
 * Makes images, breadth first as a copying collector does: an object of the heap that was copied
 * has its offset in the image (bit 0 = 0) in place of its header, the header being in the copy. A
 * log of the objects so marked, on the scratch's stack, undoes that. Literals, which several
 * threads read at a time, are never marked: a table has their offsets.
 */
final class Flattener {
  private final TermScratch scratch;
  private final ImageBuffer buffer;
  private final AddressTable literals;
  private long heapStart;
  private long heapBytes;
  private long maxBytes;

  /** First byte of the buffer that is free, as an address. */
  private long to;

  /** End of the buffer. */
  private long end;

  private long sharedFirst;

  /** The root of what was filled last: an immediate, or its offset. */
  private long root;

  /** The cells copied last that need no scan lie between these offsets. */
  private long skipFrom;

  private long skipTo;

  /** 0, or the result of the attempt. */
  private long failure;

  Flattener(TermScratch scratch, ImageBuffer buffer, AddressTable literals) {
    this.scratch = scratch;
    this.buffer = buffer;
    this.literals = literals;
  }

  long flatten(long term, long heapStart, long heapEnd, long maxBytes) {
    long used = fill(term, heapStart, heapEnd, maxBytes);
    return used < 0 ? used : finish(used);
  }

  /** Bytes that {@link #fill} left in the buffer's image begin here. */
  long filledBase() {
    return buffer.base();
  }

  /** Whether what was filled last holds shared bytes, which it has not retained. */
  boolean filledShared() {
    return sharedFirst != 0;
  }

  /**
   * Makes the image's objects in the buffer, where they stay until the next one is made.
   *
   * @return bytes in use, the header's included, or TOO_LARGE or NO_MEMORY
   */
  long fill(long term, long heapStart, long heapEnd, long maxBytes) {
    if (!buffer.open()) {
      return TermImage.NO_MEMORY;
    }
    this.heapStart = heapStart;
    this.heapBytes = heapEnd - heapStart;
    this.maxBytes = maxBytes;
    this.sharedFirst = 0;
    this.skipFrom = 0;
    this.failure = 0;
    this.to = buffer.base() + TermImage.HEADER_BYTES;
    this.end = buffer.base() + buffer.capacity();
    long bottom = scratch.depth();
    root = image(term);
    scan();
    undo(bottom);
    literals.clear();
    long used = to - buffer.base();
    scratch.charge((used >>> 6) + 1);
    if (failure == 0 && used > maxBytes) {
      failure = TermImage.TOO_LARGE;
    }
    return failure != 0 ? failure : used;
  }

  private long finish(long used) {
    long base = buffer.base();
    Memory.putLong(base + TermImage.TOTAL_BYTES, used);
    Memory.putLong(base + TermImage.ROOT, root);
    Memory.putLong(base + TermImage.SHARED_FIRST, sharedFirst);
    long image = buffer.detach(used);
    if (image == Memory.NULL) {
      return TermImage.NO_MEMORY;
    }
    TermImage.retainShared(image);
    return image;
  }

  private void scan() {
    long offset = TermImage.HEADER_BYTES;
    while (failure == 0 && buffer.base() + offset < to) {
      long header = Memory.getLong(buffer.base() + offset);
      if (offset == skipFrom) {
        offset = skipTo;
      } else if (header == CONS_HEADER) {
        scanWord(offset + CONS_HEAD);
        // A cell's tail that was copied with it lies right behind it.
        if (Memory.getLong(buffer.base() + offset + CONS_TAIL) != offset + CONS_BYTES) {
          scanWord(offset + CONS_TAIL);
        }
        offset += CONS_BYTES;
      } else {
        scanObject(header, offset);
        offset += byteSize(header);
      }
    }
  }

  private void scanObject(long header, long offset) {
    long count = termCount(header);
    long at = offset + firstTermOffset(header);
    for (long left = count; left > 0 && failure == 0; left--, at += 8) {
      scanWord(at);
    }
  }

  private void scanWord(long offset) {
    long word = Memory.getLong(buffer.base() + offset);
    if ((word & 7) == 0) {
      long made = image(word); // The buffer may move meanwhile.
      Memory.putLong(buffer.base() + offset, made);
    }
  }

  /** The word as it stands in the image; copies the object if this is the first sight of it. */
  private long image(long word) {
    if ((word & 7) != 0) {
      return word;
    }
    if (Long.compareUnsigned(word - heapStart, heapBytes) >= 0) {
      return imageOfLiteral(word);
    }
    long header = Memory.getLong(word);
    if (!isHeader(header)) {
      return header;
    }
    if (header == CONS_HEADER) {
      return imageOfList(word);
    }
    long byteCount = byteSize(header);
    if (to + byteCount > end && !makeRoom(byteCount) || !scratch.tryPush(word)) {
      return fail(TermImage.NO_MEMORY);
    }
    long offset = to - buffer.base();
    copyObject(word, header, byteCount, offset);
    Memory.putLong(word, offset);
    return offset;
  }

  /**
   * Copies a cell and the cells behind it, as far as the room goes, each with the offset of the
   * next. A tail that has to wait is still an address: those lie far above the offsets of any
   * image. Where the cells hold nothing but immediates, there is nothing to scan in them.
   */
  private long imageOfList(long first) {
    if (to + CONS_BYTES > end && !makeRoom(CONS_BYTES) || !logRun(first)) {
      return fail(TermImage.NO_MEMORY);
    }
    long base = buffer.base();
    long last = end - CONS_BYTES;
    long firstOffset = to - base;
    long at = to;
    long cell = first;
    long pointers = 0;
    while (true) {
      long head = Memory.getLong(cell + CONS_HEAD);
      long tail = Memory.getLong(cell + CONS_TAIL);
      pointers |= (head & 7) - 1; // Negative where the head is a pointer.
      Memory.putLong(at, CONS_HEADER);
      Memory.putLong(at + CONS_HEAD, head);
      Memory.putLong(cell, at - base);
      long next = at + CONS_BYTES;
      if ((tail & 7) != 0
          || Long.compareUnsigned(tail - heapStart, heapBytes) >= 0
          || Memory.getLong(tail) != CONS_HEADER
          || next > last) {
        Memory.putLong(at + CONS_TAIL, tail);
        to = next;
        if ((pointers | (tail & 7) - 1) >= 0) {
          skipFrom = firstOffset;
          skipTo = next - base;
        }
        Memory.putLong(scratch.stackTop() - 8, (next - base - firstOffset) / CONS_BYTES);
        return firstOffset;
      }
      Memory.putLong(at + CONS_TAIL, next - base);
      at = next;
      cell = tail;
    }
  }

  /** Logs a run of cells: the first, with bit 0 set, and a word for their number. */
  private boolean logRun(long first) {
    if (!scratch.tryPush(first | 1)) {
      return false;
    }
    if (!scratch.tryPush(0)) {
      scratch.pop();
      return false;
    }
    return true;
  }

  private void copyObject(long from, long header, long byteCount, long offset) {
    long at = to;
    to = at + byteCount;
    Memory.putLong(at, header);
    if (byteCount <= 64) {
      for (long i = 8; i < byteCount; i += 8) {
        Memory.putLong(at + i, Memory.getLong(from + i));
      }
    } else {
      Memory.copy(from + 8, at + 8, byteCount - 8);
    }
    if (header == SHARED_BYTES_HEADER) {
      Memory.putLong(at + SHARED_NEXT, sharedFirst);
      sharedFirst = offset;
    }
  }

  private long imageOfLiteral(long word) {
    long known = literals.get(word, 0);
    if (known >= 0) {
      return known;
    }
    long header = Memory.getLong(word);
    long byteCount = byteSize(header);
    if (to + byteCount > end && !makeRoom(byteCount)) {
      return fail(TermImage.NO_MEMORY);
    }
    long offset = to - buffer.base();
    if (!literals.put(word, 0, offset)) {
      return fail(TermImage.NO_MEMORY);
    }
    copyObject(word, header, byteCount, offset);
    return offset;
  }

  private boolean makeRoom(long byteCount) {
    long used = to - buffer.base();
    if (used + byteCount > maxBytes) {
      failure = TermImage.TOO_LARGE;
      return false;
    }
    if (!buffer.grow(used, used + byteCount)) {
      return false;
    }
    to = buffer.base() + used;
    end = buffer.base() + buffer.capacity();
    return true;
  }

  /** Any word will do for what comes back, since the attempt is void. */
  private long fail(long reason) {
    if (failure == 0) {
      failure = reason;
    }
    return Term.NIL;
  }

  private void undo(long bottom) {
    long base = buffer.base();
    long logEnd = scratch.stackTop();
    for (long log = scratch.stackAt(bottom); log < logEnd; log += 8) {
      long object = Memory.getLong(log);
      if ((object & 1) == 0) {
        Memory.putLong(object, Memory.getLong(base + Memory.getLong(object)));
      } else {
        log += 8;
        undoRun(object - 1, Memory.getLong(log));
      }
    }
    scratch.unwind(bottom);
  }

  /** A cell's tail was not touched, so the first leads to the others. */
  private static void undoRun(long first, long count) {
    long cell = first;
    for (long left = count; left > 0; left--) {
      Memory.putLong(cell, CONS_HEADER);
      cell = Memory.getLong(cell + CONS_TAIL);
    }
  }
}
