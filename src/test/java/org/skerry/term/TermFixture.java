package org.skerry.term;

import java.nio.charset.StandardCharsets;
import org.skerry.memory.BlockCache;
import org.skerry.memory.Memory;
import org.skerry.memory.MemoryPool;

/** A heap of a fixed size, with what term operations need; closing it finds leaks. */
public final class TermFixture implements AutoCloseable {
  public final MemoryPool pool = new MemoryPool(4L << 30);
  public final BlockCache cache = pool.newCache();
  public final Atoms atoms = new Atoms(pool, Atoms.DEFAULT_MAX_COUNT);
  public final TermScratch scratch = new TermScratch(cache, atoms);
  public final HeapWriter writer = new HeapWriter(cache);
  public final long heapStart;
  public final long heapBytes;

  public TermFixture() {
    this(64L << 20);
  }

  public TermFixture(long heapBytes) {
    this.heapBytes = heapBytes;
    this.heapStart = cache.allocate(heapBytes);
    writer.open(heapStart, heapEnd(), 0, 0);
  }

  public long heapEnd() {
    return heapStart + heapBytes;
  }

  /** Lets the keys of maps have only these bits of their hashes. */
  public void maskKeyHashes(long mask) {
    scratch.keyHashMask = mask;
  }

  /** Forgets all terms. */
  public void clearHeap() {
    for (long at = writer.sharedHead(); at != 0; ) {
      org.skerry.memory.SharedBytes.release(Memory.getLong(at + ObjectLayout.SHARED_BLOCK), cache);
      at = Memory.getLong(at + ObjectLayout.SHARED_NEXT);
    }
    writer.open(heapStart, heapEnd(), 0, 0);
  }

  public long flatten(long term) {
    return TermImage.flatten(term, heapStart, heapEnd(), Long.MAX_VALUE, scratch);
  }

  public long adopt(long image) {
    return TermImage.adopt(image, writer, cache);
  }

  public String text(long term) {
    return TermPrinter.toLiteral(term, scratch);
  }

  public long atom(String name) {
    return atoms.intern(name);
  }

  public long integer(long value) {
    return Arithmetic.fromInt(value, writer);
  }

  public long number(double value) {
    return Arithmetic.fromFloat(value, writer);
  }

  public long string(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return viaMemory(bytes, true);
  }

  public long bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return viaMemory(bytes, false);
  }

  public long bytes(byte[] bytes) {
    return viaMemory(bytes, false);
  }

  private long viaMemory(byte[] bytes, boolean string) {
    long block = cache.allocate(bytes.length + 1);
    Memory.copyIn(bytes, 0, bytes.length, block);
    try {
      return string
          ? Strings.fromMemory(block, bytes.length, writer)
          : Bytes.fromMemory(block, bytes.length, writer);
    } finally {
      cache.free(block, bytes.length + 1);
    }
  }

  public long tuple(long... elements) {
    long tuple = Tuples.allocate(elements.length, writer);
    for (int i = 0; i < elements.length; i++) {
      Tuples.init(tuple, i, elements[i]);
    }
    return tuple;
  }

  public long list(long... elements) {
    return listWithTail(Term.EMPTY_LIST, elements);
  }

  public long listWithTail(long tail, long... elements) {
    long list = tail;
    for (int i = elements.length - 1; i >= 0; i--) {
      list = Lists.cons(elements[i], list, writer);
    }
    return list;
  }

  public long map(long... keysAndValues) {
    long map = Maps.empty(writer);
    for (int i = 0; i < keysAndValues.length; i += 2) {
      map = put(map, keysAndValues[i], keysAndValues[i + 1]);
    }
    return map;
  }

  /** A put that holds the bound of its bytes to account. */
  public long put(long map, long key, long value) {
    long bound = Maps.putBytes(map, key, scratch);
    long before = writer.top();
    long put = Maps.put(map, key, value, scratch, writer);
    checkBound(bound, writer.top() - before);
    return put;
  }

  /** A removal that holds the bound of its bytes to account. */
  public long remove(long map, long key) {
    long bound = Maps.removeBytes(map, key, scratch);
    long before = writer.top();
    long removed = Maps.remove(map, key, scratch, writer);
    checkBound(bound, writer.top() - before);
    return removed;
  }

  public static void checkBound(long bound, long used) {
    if (used > bound) {
      throw new AssertionError("used " + used + " bytes, said " + bound);
    }
  }

  public long closure(long function, long... captures) {
    long closure = writer.allocate(ObjectLayout.CLOSURE_CAPTURES + 8L * captures.length);
    Memory.putLong(closure, ObjectLayout.header(ObjectLayout.CLOSURE, captures.length));
    Memory.putLong(closure + ObjectLayout.CLOSURE_FUNCTION, function);
    for (int i = 0; i < captures.length; i++) {
      Memory.putLong(closure + ObjectLayout.CLOSURE_CAPTURES + 8L * i, captures[i]);
    }
    return closure;
  }

  @Override
  public void close() {
    clearHeap();
    cache.free(heapStart, heapBytes);
    scratch.close();
    atoms.close();
    cache.close();
    pool.close();
  }
}
