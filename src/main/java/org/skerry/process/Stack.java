package org.skerry.process;

import static org.skerry.process.ProcessLayout.STACK_SPARE;

import org.skerry.heap.HeapLayout;
import org.skerry.memory.BlockCache;
import org.skerry.memory.Memory;
import org.skerry.memory.VmBug;

/**
 * The slow paths of calls and returns: links a chunk when a frame does not fit behind its caller's,
 * and unlinks it when its first frame is left. Frames never move, and none lies in two chunks.
 *
 * <p>The fast paths are the caller's: a frame may lie behind its caller's while it ends at or below
 * {@link StackLayout#STACK_END}, and a return needs nothing but the caller's frame pointer unless
 * the frame that is left is {@link StackLayout#STACK_FIRST}.
 *
 * <p>Static methods; the thread that runs the process calls them with its own cache. See {@code
 * native-notes/stack.md}.
 */
public final class Stack {
  private static final long MIN_CHUNK_BYTES = 4 * 1024;

  /** The largest block that a cache keeps: linking and unlinking such a chunk takes no lock. */
  private static final long MAX_CHUNK_BYTES = 32 * 1024;

  private Stack() {}

  /**
   * Makes the stack empty.
   *
   * @param firstChunk address of the chunk in the process block
   * @param byteCount its bytes
   */
  public static void initialize(long process, long firstChunk, long byteCount) {
    Memory.putLong(process + HeapLayout.FP, Memory.NULL);
    setTop(process, firstChunk, firstChunk + byteCount, Memory.NULL);
  }

  /**
   * Room for the bottom frame of an empty stack. The caller writes the frame and sets {@link
   * HeapLayout#FP}.
   *
   * @return its address, or {@link Memory#NULL} at the process's or the VM's memory cap
   */
  public static long first(BlockCache cache, long process, long frameBytes) {
    long first = Memory.getLong(process + StackLayout.STACK_FIRST);
    long end = Memory.getLong(process + StackLayout.STACK_END);
    return frameBytes <= end - first ? first : push(cache, process, frameBytes);
  }

  /**
   * Links a chunk for a frame that does not fit behind its caller's, or that replaces a frame (a
   * tail call) and does not fit in its place. The caller writes the frame.
   *
   * @return the frame's address, or {@link Memory#NULL} at the process's or the VM's memory cap;
   *     the stack is then as before
   */
  public static long push(BlockCache cache, long process, long frameBytes) {
    long first = Memory.getLong(process + StackLayout.STACK_FIRST);
    long end = Memory.getLong(process + StackLayout.STACK_END);
    long least = StackChunkLayout.FRAMES + frameBytes;
    long spare = Memory.getLong(process + STACK_SPARE);
    if (spare != Memory.NULL) {
      long spareBytes = Memory.getLong(spare + StackChunkLayout.SPARE_BYTES);
      if (spareBytes >= least) {
        Memory.putLong(process + STACK_SPARE, Memory.NULL);
        return link(process, spare, spareBytes);
      }
      dropSpare(cache, process);
    }
    long twice = Math.clamp(2 * (end - first), MIN_CHUNK_BYTES, MAX_CHUNK_BYTES);
    long byteSize = BlockCache.blockSize(Math.max(twice, least));
    long chunk = allocate(cache, process, byteSize);
    if (chunk == Memory.NULL) {
      byteSize = leastChunkBytes(frameBytes);
      chunk = allocate(cache, process, byteSize);
      if (chunk == Memory.NULL) {
        return Memory.NULL;
      }
    }
    return link(process, chunk, byteSize);
  }

  private static long link(long process, long chunk, long byteSize) {
    Memory.putLong(
        chunk + StackChunkLayout.PREVIOUS_FIRST, Memory.getLong(process + StackLayout.STACK_FIRST));
    Memory.putLong(
        chunk + StackChunkLayout.PREVIOUS_END, Memory.getLong(process + StackLayout.STACK_END));
    Memory.putLong(
        chunk + StackChunkLayout.PREVIOUS_CHUNK, Memory.getLong(process + StackLayout.STACK_CHUNK));
    setTop(process, chunk + StackChunkLayout.FRAMES, chunk + byteSize, chunk);
    return chunk + StackChunkLayout.FRAMES;
  }

  /** What {@link #push} charges at least for a frame of so many bytes. */
  public static long leastChunkBytes(long frameBytes) {
    return BlockCache.blockSize(StackChunkLayout.FRAMES + frameBytes);
  }

  /**
   * Unlinks every chunk above the one that a frame lies in: after a return from a chunk's first
   * frame, and when an error unwinds to a handler.
   *
   * @param fp the frame that becomes the top one
   */
  public static void popTo(BlockCache cache, long process, long fp) {
    while (fp < Memory.getLong(process + StackLayout.STACK_FIRST)
        || fp >= Memory.getLong(process + StackLayout.STACK_END)) {
      if (Memory.getLong(process + StackLayout.STACK_CHUNK) == Memory.NULL) {
        throw new VmBug("a frame lies in a chunk of its process", "process", process, "fp", fp);
      }
      pop(cache, process);
    }
  }

  /** Gives back all chunks of a process that ends, but for the one in its block. */
  public static void release(BlockCache cache, long process) {
    Memory.putLong(process + HeapLayout.FP, Memory.NULL);
    while (Memory.getLong(process + StackLayout.STACK_CHUNK) != Memory.NULL) {
      pop(cache, process);
    }
    dropSpare(cache, process);
  }

  /**
   * Gives back the chunk that is kept for the next call: when the process waits, or there is no
   * room for something else.
   *
   * @return whether there was one
   */
  public static boolean dropSpare(BlockCache cache, long process) {
    long spare = Memory.getLong(process + STACK_SPARE);
    if (spare == Memory.NULL) {
      return false;
    }
    Memory.putLong(process + STACK_SPARE, Memory.NULL);
    free(cache, process, spare, Memory.getLong(spare + StackChunkLayout.SPARE_BYTES));
    return true;
  }

  private static void pop(BlockCache cache, long process) {
    long chunk = Memory.getLong(process + StackLayout.STACK_CHUNK);
    long byteSize = Memory.getLong(process + StackLayout.STACK_END) - chunk;
    setTop(
        process,
        Memory.getLong(chunk + StackChunkLayout.PREVIOUS_FIRST),
        Memory.getLong(chunk + StackChunkLayout.PREVIOUS_END),
        Memory.getLong(chunk + StackChunkLayout.PREVIOUS_CHUNK));
    long spare = Memory.getLong(process + STACK_SPARE);
    if (spare != Memory.NULL && Memory.getLong(spare + StackChunkLayout.SPARE_BYTES) > byteSize) {
      // The larger one is kept: what calls this deep again finds all its frames in one chunk then.
      free(cache, process, chunk, byteSize);
      return;
    }
    dropSpare(cache, process);
    Memory.putLong(chunk + StackChunkLayout.SPARE_BYTES, byteSize);
    Memory.putLong(process + STACK_SPARE, chunk);
  }

  private static void free(BlockCache cache, long process, long chunk, long byteSize) {
    cache.free(chunk, byteSize);
    long used = Memory.getLong(process + HeapLayout.MEMORY_USED);
    Memory.putLong(process + HeapLayout.MEMORY_USED, used - byteSize);
  }

  private static long allocate(BlockCache cache, long process, long byteSize) {
    long used = Memory.getLong(process + HeapLayout.MEMORY_USED);
    if (byteSize > Memory.getLong(process + HeapLayout.MEMORY_MAX) - used) {
      return Memory.NULL;
    }
    long chunk = cache.allocate(byteSize);
    if (chunk != Memory.NULL) {
      Memory.putLong(process + HeapLayout.MEMORY_USED, used + byteSize);
    }
    return chunk;
  }

  private static void setTop(long process, long first, long end, long chunk) {
    Memory.putLong(process + StackLayout.STACK_FIRST, first);
    Memory.putLong(process + StackLayout.STACK_END, end);
    Memory.putLong(process + StackLayout.STACK_CHUNK, chunk);
  }
}
