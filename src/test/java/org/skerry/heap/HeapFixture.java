package org.skerry.heap;

import java.util.ArrayList;
import java.util.List;
import org.skerry.memory.BlockCache;
import org.skerry.memory.Memory;
import org.skerry.memory.MemoryPool;
import org.skerry.memory.SharedBytes;
import org.skerry.module.FrameLayout;
import org.skerry.module.FunctionLayout;
import org.skerry.term.ObjectLayout;
import org.skerry.term.Term;

/**
 * A process made of nothing but its collector's record and frames, with functions whose liveness
 * the test decides. Closing it fails where a block was not given back.
 */
final class HeapFixture implements AutoCloseable {
  static final int DEAD_REGISTER_MARK = 0xDEAD;
  private static final int PCS = 2;

  final MemoryPool pool;
  final BlockCache cache;
  final Heap heap;
  final long process;
  private final List<Long> functions = new ArrayList<>();
  private final List<long[]> blocks = new ArrayList<>();
  private long fp;

  HeapFixture(HeapOptions options) {
    this(options, 1L << 30, 1L << 40);
  }

  HeapFixture(HeapOptions options, long poolBytes, long processBytes) {
    pool = new MemoryPool(poolBytes);
    cache = pool.newCache();
    heap = new Heap(cache, functions::get, options, Long::toHexString);
    process = block(HeapLayout.BYTES);
    Memory.fill(process, HeapLayout.BYTES, (byte) 0);
    Memory.putLong(process + HeapLayout.MEMORY_MAX, processBytes);
    Memory.putLong(process + HeapLayout.PENDING_TERM, Term.NIL);
  }

  /** A block that lives as long as the fixture. */
  long block(long byteSize) {
    long address = cache.allocate(byteSize);
    blocks.add(new long[] {address, byteSize});
    return address;
  }

  /**
   * A function whose {@code r} registers are live as the sets say: word by word, before pc 0 and 1,
   * and across a call there.
   */
  int function(long[] liveIn, long[] liveAcross) {
    int words = liveIn.length;
    int setBytes = words * 8;
    int setsOffset = PCS * 4;
    long table = block(setsOffset + 2L * setBytes);
    for (int pc = 0; pc < PCS; pc++) {
      Memory.putInt(table + 4L * pc, setsOffset);
    }
    for (int word = 0; word < words; word++) {
      Memory.putLong(table + setsOffset + 8L * word, liveIn[word]);
      Memory.putLong(table + setsOffset + setBytes + 8L * word, liveAcross[word]);
    }
    long function = block(FunctionLayout.BYTES);
    Memory.fill(function, FunctionLayout.BYTES, (byte) 0);
    Memory.putLong(function + FunctionLayout.LIVENESS_OFFSET, table);
    Memory.putShort(function + FunctionLayout.LIVE_SET_WORDS_OFFSET, (short) words);
    functions.add(function);
    return functions.size() - 1;
  }

  /** A new top frame; its registers hold what no collector could bear to look at. */
  long push(int function, int registers) {
    long frame = block(FrameLayout.frameBytes(registers));
    Memory.putLong(frame + FrameLayout.HEADER_OFFSET, FrameLayout.header(function, 1));
    Memory.putLong(frame + FrameLayout.CALLER_FRAME_OFFSET, fp);
    for (int i = 0; i < registers; i++) {
      Memory.putLong(register(frame, i), DEAD_REGISTER_MARK << 3);
    }
    fp = frame;
    Memory.putLong(process + HeapLayout.FP, frame);
    return frame;
  }

  /** A frame of one function in which all of up to 64 registers are live, always. */
  long pushAllLive(int registers) {
    long all = registers == 64 ? -1 : (1L << registers) - 1;
    return push(function(new long[] {all}, new long[] {all}), registers);
  }

  static long register(long frame, int index) {
    return frame + FrameLayout.registerOffset(index);
  }

  /** Room for an object, and its header. */
  long allocate(int kind, long size) {
    long header = ObjectLayout.header(kind, size);
    long byteSize = ObjectLayout.byteSize(header);
    if (!heap.ensure(process, byteSize)) {
      throw new AssertionError("no room for " + byteSize + " bytes");
    }
    long object = Heap.bump(process, byteSize);
    Memory.putLong(object, header);
    return object;
  }

  /** A shared bytes object with a block of its own. */
  long sharedBytes(long length) {
    heap.ensure(process, ObjectLayout.SHARED_BYTES_BYTES, length);
    return takeSharedBytes(length);
  }

  /** The same where the room for the object is there. */
  long takeSharedBytes(long length) {
    long object = Heap.bump(process, ObjectLayout.SHARED_BYTES_BYTES);
    Memory.putLong(object, ObjectLayout.SHARED_BYTES_HEADER);
    Memory.putLong(object + ObjectLayout.SHARED_BLOCK, SharedBytes.allocate(cache, length));
    Memory.putLong(object + ObjectLayout.SHARED_OFFSET, 0);
    Memory.putLong(object + ObjectLayout.SHARED_LENGTH, length);
    Memory.putLong(object + ObjectLayout.SHARED_NEXT, get(HeapLayout.SHARED_BYTES_HEAD));
    Memory.putLong(process + HeapLayout.SHARED_BYTES_HEAD, object);
    Memory.putLong(
        process + HeapLayout.SHARED_BYTES_RETAINED, get(HeapLayout.SHARED_BYTES_RETAINED) + length);
    return object;
  }

  /** Puts a tuple of immediates in a register, where it survives. */
  long tupleIn(long frame, int register, int size) {
    long tuple = allocate(ObjectLayout.TUPLE, size);
    for (int i = 0; i < size; i++) {
      Memory.putLong(tuple + 8 + 8L * i, Term.smallInt(i));
    }
    Memory.putLong(register(frame, register), tuple);
    return tuple;
  }

  long get(int field) {
    return Memory.getLong(process + field);
  }

  long usedBytes() {
    return Heap.usedBytes(process);
  }

  long heapBytes() {
    return get(HeapLayout.HEAP_END) - get(HeapLayout.HEAP_START);
  }

  @Override
  public void close() {
    heap.release(process);
    for (long[] block : blocks) {
      cache.free(block[0], block[1]);
    }
    cache.close();
    pool.close();
  }
}
