package org.skerry.heap;

import org.skerry.memory.BlockCache;
import org.skerry.memory.Memory;
import org.skerry.memory.SharedBytes;
import org.skerry.memory.VmBug;
import org.skerry.term.ObjectLayout;

/**
 * One copy of what a process can reach from one place to another: Cheney's algorithm. A full
 * collection copies both generations to a new block, a minor one the nursery to the old space.
 * Objects outside the place that is copied from (literals, or old ones) are neither looked at nor
 * moved.
 *
 * <p>A full copy is abandoned where the new block turns out too small; everything is then as it
 * was. One a worker; owner thread only. See {@code native-notes/collector.md}.
 */
final class Evacuation implements SlotVisitor {
  /** Result of {@link #moveTo} where the new block was too small. */
  static final long TOO_SMALL = -1;

  /** Beyond this, copying word by word loses to the block copy's start-up time. */
  private static final int MAX_WORDWISE_BYTES = 128;

  private final Roots roots;
  private final SlotVisitor putBack = this::putBackRoot;
  private long fromStart;
  private long fromBytes;
  private long toStart;
  private long top;
  private long end;
  private long rootBytes;

  Evacuation(Roots roots) {
    this.roots = roots;
  }

  /**
   * Copies all that is live to {@code [toStart, toEnd)} and lets all roots point there. The
   * process's record stays as it is, but for its roots.
   *
   * @return the end of the last copy, or {@link #TOO_SMALL}, with everything as it was
   */
  long moveTo(long process, long toStart, long toEnd) {
    begin(process, Memory.getLong(process + HeapLayout.HEAP_START), toStart, toEnd);
    rootBytes = roots.visit(process, this);
    if (top != TOO_SMALL) {
      top = scan(top);
    }
    if (top == TOO_SMALL) {
      undo(process);
    }
    return top;
  }

  /**
   * Copies what is live in the nursery to the end of the old space, where there is room for all of
   * the nursery, and lets all roots and all remembered slots point there. The records stay as they
   * are.
   *
   * @return the end of the last copy
   */
  long promote(long process) {
    long record = Generations.record(process);
    long remembered = Generations.remembered(record);
    begin(process, Generations.nursery(record), Generations.oldTop(record), remembered);
    rootBytes = roots.visit(process, this) + record - remembered;
    for (long entry = remembered; entry < record; entry += 8) {
      visit(Memory.getLong(entry));
    }
    top = scan(top);
    if (top == TOO_SMALL) {
      throw new VmBug("survivors of a nursery find room", "process", process);
    }
    return top;
  }

  private void begin(long process, long fromStart, long toStart, long toEnd) {
    this.fromStart = fromStart;
    fromBytes = Memory.getLong(process + HeapLayout.HEAP_TOP) - fromStart;
    this.toStart = toStart;
    top = toStart;
    end = toEnd;
  }

  /** Bytes of roots that the last run looked at. */
  long rootBytes() {
    return rootBytes;
  }

  /** Copies the object that a root points to; after an overflow, does nothing any more. */
  @Override
  public void visit(long slot) {
    long term = Memory.getLong(slot);
    if ((term & 7) != 0 || !isFrom(term) || top == TOO_SMALL) {
      return;
    }
    long header = Memory.getLong(term);
    if (!ObjectLayout.isHeader(header)) {
      Memory.putLong(slot, header);
      return;
    }
    long byteSize = ObjectLayout.byteSize(header);
    if (byteSize > end - top) {
      top = TOO_SMALL;
      return;
    }
    copyObject(term, top, header, byteSize);
    Memory.putLong(slot, top);
    top += byteSize;
  }

  private boolean isFrom(long term) {
    return Long.compareUnsigned(term - fromStart, fromBytes) < 0;
  }

  /** Copies what the copies point to, until no copy points to the old block. */
  private long scan(long firstFree) {
    long free = firstFree;
    long object = toStart;
    while (object < free) {
      long header = Memory.getLong(object);
      if (!ObjectLayout.hasTerms(ObjectLayout.kind(header))) {
        object += ObjectLayout.byteSize(header);
        continue;
      }
      long slot = object + ObjectLayout.firstTermOffset(header);
      object += ObjectLayout.byteSize(header);
      for (; slot < object; slot += 8) {
        long term = Memory.getLong(slot);
        if ((term & 7) == 0 && isFrom(term)) {
          long old = Memory.getLong(term);
          if (ObjectLayout.isHeader(old)) {
            long byteSize = ObjectLayout.byteSize(old);
            if (byteSize > end - free) {
              top = free;
              return TOO_SMALL;
            }
            copyObject(term, free, old, byteSize);
            Memory.putLong(slot, free);
            free += byteSize;
          } else {
            Memory.putLong(slot, old);
          }
        }
      }
    }
    return free;
  }

  /** Copies an object and leaves its new address in place of its header. */
  private static void copyObject(long from, long to, long header, long byteSize) {
    if (byteSize <= MAX_WORDWISE_BYTES) {
      Memory.putLong(to, header);
      for (long offset = 8; offset < byteSize; offset += 8) {
        Memory.putLong(to + offset, Memory.getLong(from + offset));
      }
    } else {
      Memory.copy(from, to, byteSize);
    }
    Memory.putLong(from, to);
  }

  /**
   * Makes an abandoned copy undone: the old objects lack nothing but their headers, which the
   * copies still have. As a header goes home, its copy gets the old address instead, from which the
   * roots are put back.
   */
  private void undo(long process) {
    long fromTop = fromStart + fromBytes;
    long record = Generations.record(process);
    if (record == Memory.NULL) {
      putBackHeaders(fromStart, fromTop);
    } else {
      putBackHeaders(fromStart, Generations.oldTop(record));
      putBackHeaders(Generations.nursery(record), fromTop);
    }
    roots.visit(process, putBack);
  }

  private static void putBackHeaders(long start, long top) {
    long object = start;
    while (object < top) {
      long header = Memory.getLong(object);
      if (!ObjectLayout.isHeader(header)) {
        long copy = header;
        header = Memory.getLong(copy);
        Memory.putLong(object, header);
        Memory.putLong(copy, object);
      }
      object += ObjectLayout.byteSize(header);
    }
  }

  private void putBackRoot(long slot) {
    long term = Memory.getLong(slot);
    if ((term & 7) == 0 && term >= toStart && term < end) {
      Memory.putLong(slot, Memory.getLong(term));
    }
  }

  /**
   * Rebuilds the chain of shared bytes objects from those that the last run copied, and gives up
   * the blocks of the others. Objects that it did not look at are the chain's end, and stay so.
   *
   * @param process whose record gets the new chain and what it retains
   */
  void sweepSharedBytes(long process, BlockCache cache) {
    long object = Memory.getLong(process + HeapLayout.SHARED_BYTES_HEAD);
    long retained = Memory.getLong(process + HeapLayout.SHARED_BYTES_RETAINED);
    long kept = Memory.NULL;
    long last = Memory.NULL;
    while (object != Memory.NULL && isFrom(object)) {
      long copy = Memory.getLong(object);
      long next = Memory.getLong(object + ObjectLayout.SHARED_NEXT);
      if (ObjectLayout.isHeader(copy)) {
        long block = Memory.getLong(object + ObjectLayout.SHARED_BLOCK);
        retained -= SharedBytes.length(block);
        SharedBytes.release(block, cache);
      } else {
        Memory.putLong(copy + ObjectLayout.SHARED_NEXT, kept);
        kept = copy;
        last = last == Memory.NULL ? copy : last;
      }
      object = next;
    }
    if (last != Memory.NULL) {
      Memory.putLong(last + ObjectLayout.SHARED_NEXT, object);
    }
    Memory.putLong(process + HeapLayout.SHARED_BYTES_HEAD, last == Memory.NULL ? object : kept);
    Memory.putLong(process + HeapLayout.SHARED_BYTES_RETAINED, retained);
  }

  /** Gives up all blocks of a chain whose heap ends. */
  static void releaseSharedBytes(long process, BlockCache cache) {
    long object = Memory.getLong(process + HeapLayout.SHARED_BYTES_HEAD);
    while (object != Memory.NULL) {
      SharedBytes.release(Memory.getLong(object + ObjectLayout.SHARED_BLOCK), cache);
      object = Memory.getLong(object + ObjectLayout.SHARED_NEXT);
    }
    Memory.putLong(process + HeapLayout.SHARED_BYTES_HEAD, Memory.NULL);
    Memory.putLong(process + HeapLayout.SHARED_BYTES_RETAINED, 0);
  }
}
