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
  private long process;
  private long heapStart;
  private long heapTop;
  private long sharedObjects;
  private long sharedByteCount;

  HeapVerifier(Roots roots) {
    this.roots = roots;
  }

  void verify(long process) {
    this.process = process;
    heapStart = Memory.getLong(process + HeapLayout.HEAP_START);
    heapTop = Memory.getLong(process + HeapLayout.HEAP_TOP);
    long heapEnd = Memory.getLong(process + HeapLayout.HEAP_END);
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
    findObjects();
    checkObjects();
    roots.visit(process, this::checkRoot);
    checkSharedChain();
  }

  private void findObjects() {
    long object = heapStart;
    while (object < heapTop) {
      long header = Memory.getLong(object);
      checkHeader(object, header);
      long byteSize = ObjectLayout.byteSize(header);
      if (byteSize <= 0 || byteSize > heapTop - object) {
        throw broken("an object ends where the heap's objects end, at most", object, header);
      }
      if (ObjectLayout.kind(header) == ObjectLayout.SHARED_BYTES) {
        checkSharedObject(object, header);
      }
      starts.set(Math.toIntExact(object - heapStart >>> 3));
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

  private void checkObjects() {
    long object = heapStart;
    while (object < heapTop) {
      long header = Memory.getLong(object);
      long slot = object + ObjectLayout.firstTermOffset(header);
      for (long left = ObjectLayout.termCount(header); left > 0; left--) {
        checkTerm("an object's term", slot);
        slot += 8;
      }
      object += ObjectLayout.byteSize(header);
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
    if (term >= heapStart && term < Memory.getLong(process + HeapLayout.HEAP_END)) {
      if (term >= heapTop || !starts.get((int) (term - heapStart >>> 3))) {
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
          || !starts.get((int) (object - heapStart >>> 3))
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
