package org.skerry.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.skerry.heap.Heap;
import org.skerry.heap.HeapLayout;
import org.skerry.heap.HeapOptions;
import org.skerry.memory.BlockCache;
import org.skerry.memory.Memory;
import org.skerry.memory.MemoryPool;
import org.skerry.module.FrameLayout;
import org.skerry.module.FunctionLayout;
import org.skerry.term.ObjectLayout;
import org.skerry.term.Term;

/** A collection finds the roots in every frame of a stack of many chunks. */
class DeepStackCollectionTest {
  private static final int DEPTH = 1_000_000;
  private static final int REGISTERS = 2;
  private static final long FRAME_BYTES = FrameLayout.frameBytes(REGISTERS);
  private static final long TABLE_BYTES = 24;

  @Test
  void shouldKeepWhatAMillionFramesReferTo() {
    try (MemoryPool pool = new MemoryPool(1L << 30);
        BlockCache cache = pool.newCache()) {
      long table = cache.allocate(TABLE_BYTES);
      long function = functionWithItsFirstRegisterLive(cache, table);
      Heap heap = new Heap(cache, index -> function, HeapOptions.DEFAULT, Long::toHexString);
      long process = newProcess(cache);
      recurse(cache, heap, process);

      assertThat(heap.collect(process)).isTrue();
      heap.verify(process);

      long used =
          Memory.getLong(process + HeapLayout.HEAP_TOP)
              - Memory.getLong(process + HeapLayout.HEAP_START);
      assertThat(used).isEqualTo((long) DEPTH * ObjectLayout.BOXED_BYTES);
      unwind(cache, process);

      heap.release(process);
      Stack.release(cache, process);
      assertThat(Memory.getLong(process + HeapLayout.MEMORY_USED)).isZero();
      cache.free(process, ProcessLayout.BYTES);
      cache.free(function, FunctionLayout.BYTES);
      cache.free(table, TABLE_BYTES);
    }
  }

  private static long functionWithItsFirstRegisterLive(BlockCache cache, long table) {
    Memory.putInt(table, 8);
    Memory.putInt(table + 4, 0);
    Memory.putLong(table + 8, 1);
    Memory.putLong(table + 16, 1);
    long function = cache.allocate(FunctionLayout.BYTES);
    Memory.fill(function, FunctionLayout.BYTES, (byte) 0);
    Memory.putLong(function + FunctionLayout.LIVENESS_OFFSET, table);
    Memory.putShort(function + FunctionLayout.LIVE_SET_WORDS_OFFSET, (short) 1);
    return function;
  }

  private static long newProcess(BlockCache cache) {
    long process = cache.allocate(ProcessLayout.BYTES);
    Memory.fill(process, ProcessLayout.BYTES, (byte) 0);
    Memory.putLong(process + HeapLayout.MEMORY_MAX, Long.MAX_VALUE);
    Memory.putLong(process + HeapLayout.PENDING_TERM, Term.NIL);
    Stack.initialize(process, process + ProcessLayout.FIRST_CHUNK, ProcessLayout.FIRST_CHUNK_BYTES);
    return process;
  }

  /** Each frame has a float of its own, and a dead register that points nowhere. */
  private static void recurse(BlockCache cache, Heap heap, long process) {
    for (int depth = 0; depth < DEPTH; depth++) {
      long caller = Memory.getLong(process + HeapLayout.FP);
      long frame =
          depth == 0 ? Memory.getLong(process + StackLayout.STACK_FIRST) : caller + FRAME_BYTES;
      if (frame + FRAME_BYTES > Memory.getLong(process + StackLayout.STACK_END)) {
        frame = Stack.push(cache, process, FRAME_BYTES);
      }
      Memory.putLong(frame + FrameLayout.HEADER_OFFSET, FrameLayout.header(0, 0));
      Memory.putLong(frame + FrameLayout.CALLER_FRAME_OFFSET, caller);
      Memory.putLong(frame + FrameLayout.registerOffset(0), Term.NIL);
      Memory.putLong(frame + FrameLayout.registerOffset(1), 0xDEAD0);
      Memory.putLong(process + HeapLayout.FP, frame);
      assertThat(heap.ensure(process, ObjectLayout.BOXED_BYTES)).isTrue();
      long box = Heap.bump(process, ObjectLayout.BOXED_BYTES);
      Memory.putLong(box, ObjectLayout.BOXED_F64_HEADER);
      Memory.putDouble(box + ObjectLayout.RAW_OFFSET, depth);
      Memory.putLong(frame + FrameLayout.registerOffset(0), box);
    }
  }

  private static void unwind(BlockCache cache, long process) {
    for (int depth = DEPTH - 1; depth >= 0; depth--) {
      long frame = Memory.getLong(process + HeapLayout.FP);
      long box = Memory.getLong(frame + FrameLayout.registerOffset(0));
      assertThat(Memory.getDouble(box + ObjectLayout.RAW_OFFSET)).isEqualTo(depth);
      long caller = Memory.getLong(frame + FrameLayout.CALLER_FRAME_OFFSET);
      if (caller != Memory.NULL && frame == Memory.getLong(process + StackLayout.STACK_FIRST)) {
        Stack.popTo(cache, process, caller);
      }
      Memory.putLong(process + HeapLayout.FP, caller);
    }
  }
}
