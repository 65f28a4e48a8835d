package org.skerry.heap;

import java.util.BitSet;
import org.skerry.memory.Memory;
import org.skerry.memory.SharedBytes;
import org.skerry.memory.VmBug;
import org.skerry.term.ObjectLayout;
import org.skerry.term.Term;

/**
 * Checks a heap from end to end: it is a sequence of whole objects, every term in it and every root
 * is well tagged and, where it is an address, that of an object, and the chain of shared bytes
 * holds exactly those that are there. For tests and for stress runs: it takes time and Java memory
 * in proportion to the heap.
 */
final class HeapVerifier {
  private static final int MAX_SPECIAL_ORDINAL = 15;

  private final Roots roots;
  private final BitSet starts = new BitSet();
  private final BitSet remembered = new BitSet();
  private long process;
  private long heapStart;
  private long heapTop;
  private long heapEnd;
  private long oldTop;
  private long nursery;
  private boolean rememberedAll;
  private long sharedObjects;
  private long sharedByteCount;

  HeapVerifier(Roots roots) {
    this.roots = roots;
  }

  void verify(long process) {
    this.process = process;
    heapStart = Memory.getLong(process + HeapLayout.HEAP_START);
    heapTop = Memory.getLong(process + HeapLayout.HEAP_TOP);
    heapEnd = Memory.getLong(process + HeapLayout.HEAP_END);
    if (heapStart > heapTop || heapTop > heapEnd || ((heapStart | heapTop | heapEnd) & 7) != 0) {
      throw new VmBug(
          "a heap's start, top and end follow each other, in whole words",
          "process",
          process,
          "start",
          heapStart,
          "top",
          heapTop,
          "end",
          heapEnd);
    }
    starts.clear();
    sharedObjects = 0;
    sharedByteCount = 0;
    findGenerations();
    findObjects(heapStart, oldTop);
    findObjects(nursery, heapTop);
    checkObjects(heapStart, oldTop);
    checkObjects(nursery, heapTop);
    roots.visit(process, this::checkRoot);
    checkSharedChain();
  }

  /** A heap of one generation is looked at as if all of it were old, and the nursery empty. */
  private void findGenerations() {
    long record = Generations.record(process);
    remembered.clear();
    rememberedAll = true;
    oldTop = heapTop;
    nursery = heapTop;
    if (record == Memory.NULL) {
      return;
    }
    oldTop = Generations.oldTop(record);
    nursery = Generations.nursery(record);
    long entry = Generations.remembered(record);
    rememberedAll = entry != Memory.NULL;
    entry = rememberedAll ? entry : record;
    if (oldTop < heapStart || oldTop > entry || entry > record || nursery > heapTop) {
      throw broken("old objects, remembered slots and nursery follow each other", record, entry);
    }
    for (; entry < record; entry += 8) {
      long slot = Memory.getLong(entry);
      if (slot <= heapStart || slot >= oldTop || (slot & 7) != 0) {
        throw broken("a remembered slot lies in the old space", entry, slot);
      }
      remembered.set(word(slot));
    }
  }

  private int word(long address) {
    return Math.toIntExact(address - heapStart >>> 3);
  }

  private void findObjects(long start, long top) {
    long object = start;
    while (object < top) {
      long header = Memory.getLong(object);
      checkHeader(object, header);
      long byteSize = ObjectLayout.byteSize(header);
      if (byteSize <= 0 || byteSize > top - object) {
        throw broken("an object ends where the heap's objects end, at most", object, header);
      }
      if (ObjectLayout.kind(header) == ObjectLayout.SHARED_BYTES) {
        checkSharedObject(object, header);
      }
      starts.set(word(object));
      object += byteSize;
    }
  }

  private void checkHeader(long object, long header) {
    if (!ObjectLayout.isHeader(header) || ObjectLayout.kind(header) >= ObjectLayout.KIND_COUNT) {
      throw broken("an object begins with a header of a known kind", object, header);
    }
  }

  private void checkSharedObject(long object, long header) {
    long block = Memory.getLong(object + ObjectLayout.SHARED_BLOCK);
    long offset = Memory.getLong(object + ObjectLayout.SHARED_OFFSET);
    long length = Memory.getLong(object + ObjectLayout.SHARED_LENGTH);
    long available = SharedBytes.length(block);
    if (SharedBytes.references(block) < 1
        || offset < 0
        || length < 0
        || length > available - offset) {
      throw broken("shared bytes lie within a block with references", object, header);
    }
    sharedObjects++;
    sharedByteCount += available;
  }

  private void checkObjects(long start, long top) {
    long object = start;
    while (object < top) {
      long header = Memory.getLong(object);
      long slot = object + ObjectLayout.firstTermOffset(header);
      for (long left = ObjectLayout.termCount(header); left > 0; left--) {
        checkTerm("an object's term", slot);
        checkGeneration(slot);
        slot += 8;
      }
      object += ObjectLayout.byteSize(header);
    }
  }

  private void checkGeneration(long slot) {
    long term = Memory.getLong(slot);
    if (slot < oldTop
        && Term.isObject(term)
        && term >= nursery
        && term < heapTop
        && rememberedAll
        && !remembered.get(word(slot))) {
      throw broken("an old object refers to a young one where it is remembered", slot, term);
    }
  }

  private void checkRoot(long slot) {
    checkTerm("a root", slot);
  }

  private void checkTerm(String what, long slot) {
    long term = Memory.getLong(slot);
    if (!Term.isObject(term)) {
      if (Term.isSpecial(term) && Term.specialOrdinal(term) > MAX_SPECIAL_ORDINAL) {
        throw broken(what + " is a known immediate or an object", slot, term);
      }
      return;
    }
    if (term == Memory.NULL) {
      throw broken(what + " is not null", slot, term);
    }
    if (term >= heapStart && term < heapEnd) {
      if (!starts.get(word(term))) {
        throw broken(what + " in the heap is where an object begins", slot, term);
      }
    } else {
      checkHeader(term, Memory.getLong(term));
    }
  }

  private void checkSharedChain() {
    long object = Memory.getLong(process + HeapLayout.SHARED_BYTES_HEAD);
    long left = sharedObjects;
    for (; object != Memory.NULL && left > 0; left--) {
      boolean inHeap = object >= heapStart && object < heapTop;
      if (!inHeap
          || !starts.get(word(object))
          || ObjectLayout.kind(Memory.getLong(object)) != ObjectLayout.SHARED_BYTES) {
        throw broken("the chain of shared bytes has only those of this heap", object, left);
      }
      object = Memory.getLong(object + ObjectLayout.SHARED_NEXT);
    }
    if (left != 0 || object != Memory.NULL) {
      throw broken("the chain of shared bytes has each of this heap once", object, left);
    }
    long retained = Memory.getLong(process + HeapLayout.SHARED_BYTES_RETAINED);
    if (retained != sharedByteCount) {
      throw broken("the retained shared bytes are counted", sharedByteCount, retained);
    }
  }

  private VmBug broken(String invariant, long address, long word) {
    return new VmBug(
        invariant,
        "process",
        Long.toHexString(process),
        "address",
        Long.toHexString(address),
        "word",
        Long.toHexString(word),
        "start",
        Long.toHexString(heapStart),
        "top",
        Long.toHexString(heapTop));
  }
}
