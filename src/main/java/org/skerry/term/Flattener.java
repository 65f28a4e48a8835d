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

  /** 0, or the result of the attempt. */
  private long failure;

  Flattener(TermScratch scratch, ImageBuffer buffer, AddressTable literals) {
    this.scratch = scratch;
    this.buffer = buffer;
    this.literals = literals;
  }

  long flatten(long term, long heapStart, long heapEnd, long maxBytes) {
    if (!buffer.open()) {
      return TermImage.NO_MEMORY;
    }
    this.heapStart = heapStart;
    this.heapBytes = heapEnd - heapStart;
    this.maxBytes = maxBytes;
    this.sharedFirst = 0;
    this.failure = 0;
    this.to = buffer.base() + TermImage.HEADER_BYTES;
    this.end = buffer.base() + buffer.capacity();
    long bottom = scratch.depth();
    long root = image(term);
    scan();
    undo(bottom);
    literals.clear();
    long used = to - buffer.base();
    scratch.charge((used >>> 6) + 1);
    if (failure == 0 && used > maxBytes) {
      failure = TermImage.TOO_LARGE;
    }
    return failure != 0 ? failure : finish(root, used);
  }

  private long finish(long root, long used) {
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
      long object = buffer.base() + offset;
      long header = Memory.getLong(object);
      if (header == CONS_HEADER) {
        // The buffer may move while a word is made.
        long head = image(Memory.getLong(object + CONS_HEAD));
        object = buffer.base() + offset;
        Memory.putLong(object + CONS_HEAD, head);
        long tail = image(Memory.getLong(object + CONS_TAIL));
        Memory.putLong(buffer.base() + offset + CONS_TAIL, tail);
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
      long word = Memory.getLong(buffer.base() + at);
      if ((word & 7) == 0) {
        long made = image(word);
        Memory.putLong(buffer.base() + at, made);
      }
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
    long byteCount = header == CONS_HEADER ? CONS_BYTES : byteSize(header);
    if (to + byteCount > end && !makeRoom(byteCount) || !scratch.tryPush(word)) {
      return fail(TermImage.NO_MEMORY);
    }
    long offset = to - buffer.base();
    copyObject(word, header, byteCount, offset);
    Memory.putLong(word, offset);
    return offset;
  }

  private void copyObject(long from, long header, long byteCount, long offset) {
    long at = to;
    to = at + byteCount;
    Memory.putLong(at, header);
    if (header == CONS_HEADER) {
      Memory.putLong(at + CONS_HEAD, Memory.getLong(from + CONS_HEAD));
      Memory.putLong(at + CONS_TAIL, Memory.getLong(from + CONS_TAIL));
    } else if (byteCount <= 64) {
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
    for (long depth = bottom; depth < scratch.depth(); depth += 8) {
      long object = Memory.getLong(scratch.stackAt(depth));
      Memory.putLong(object, Memory.getLong(base + Memory.getLong(object)));
    }
    scratch.unwind(bottom);
  }
}
