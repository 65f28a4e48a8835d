package org.skerry.term;

import org.skerry.memory.BlockCache;
import org.skerry.memory.Memory;
import org.skerry.memory.SharedBytes;
import org.skerry.memory.VmBug;

/**
 * The bump pointer of the heap that terms are built in, and the head of that heap's chain of shared
 * bytes. One a worker, opened on the process that runs.
 *
 * <p>Whoever builds has made room before (see {@code native-notes/terms.md}, "Allocation"), so
 * {@link #allocate} neither checks nor collects. It is one final class, not an interface: every
 * call site is monomorphic and inlines to a load, an add and a store.
 */
public final class HeapWriter {
  private final BlockCache cache;
  private long top;
  private long limit;
  private long sharedHead;
  private long sharedByteCount;

  /**
   * @param cache where shared blocks of large bytes come from; the worker's own
   */
  public HeapWriter(BlockCache cache) {
    this.cache = cache;
  }

  /**
   * Goes on writing at a heap's top.
   *
   * @param top first free byte, a multiple of 8
   * @param limit end of the room
   * @param sharedHead first object of the heap's chain of shared bytes, or 0
   * @param sharedByteCount what {@link #sharedByteCount} gave when the heap was left
   */
  public void open(long top, long limit, long sharedHead, long sharedByteCount) {
    this.top = top;
    this.limit = limit;
    this.sharedHead = sharedHead;
    this.sharedByteCount = sharedByteCount;
  }

  /** First free byte. */
  public long top() {
    return top;
  }

  /** End of the room. */
  public long limit() {
    return limit;
  }

  /** First object of the chain of shared bytes, or 0. */
  public long sharedHead() {
    return sharedHead;
  }

  /** Lengths of the shared blocks that this heap's chain retains, once for each object. */
  public long sharedByteCount() {
    return sharedByteCount;
  }

  /** Free bytes. */
  public long room() {
    return limit - top;
  }

  /**
   * Takes bytes, a multiple of 8, for which the caller has made room; their contents are undefined.
   */
  public long allocate(long byteCount) {
    long address = top;
    top = address + byteCount;
    if (Memory.CHECKED && (top > limit || (byteCount & 7) != 0)) {
      throw new VmBug(
          "Room is made before a term is built. bytes=" + byteCount + " room=" + (limit - address));
    }
    return address;
  }

  /** Gives back the room of the object that was begun last, and anything behind it. */
  void giveBack(long object) {
    top = object;
  }

  /** A two-word object. */
  long boxed(long header, long raw) {
    long address = allocate(ObjectLayout.BOXED_BYTES);
    Memory.putLong(address, header);
    Memory.putLong(address + 8, raw);
    return address;
  }

  BlockCache cache() {
    return cache;
  }

  /** Puts a shared bytes object, whose other fields are set, into the heap's chain. */
  void chainShared(long object) {
    Memory.putLong(object + ObjectLayout.SHARED_NEXT, sharedHead);
    sharedHead = object;
    sharedByteCount += SharedBytes.length(Memory.getLong(object + ObjectLayout.SHARED_BLOCK));
  }
}
