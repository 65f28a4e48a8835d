package org.skerry.memory;

import static java.lang.foreign.MemoryLayout.structLayout;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * Immutable bytes outside every process's heap, shared between processes by reference count.
 *
 * <p>Whoever allocates fills the bytes before publishing the address, and holds the first
 * reference. Any thread that holds a reference may retain, read and release; the last release frees
 * the block.
 */
public final class SharedBytes {
  /** The header in front of the bytes. */
  public static final LayoutTable LAYOUT =
      LayoutTable.of(
              "shared bytes",
              structLayout(JAVA_LONG.withName("references"), JAVA_LONG.withName("length")))
          .note("references", "any holder: atomic add; the release to 0 frees the block")
          .note("length", "written once before the block is published; bytes behind the header");

  private static final int REFERENCES_OFFSET = LAYOUT.offset("references");
  private static final int LENGTH_OFFSET = LAYOUT.offset("length");

  /** Where the bytes start. */
  public static final int DATA_OFFSET = LAYOUT.byteSize();

  private SharedBytes() {}

  /**
   * Allocates a block with one reference and undefined bytes.
   *
   * @param length bytes, not negative
   * @return the block's address, or {@link Memory#NULL} where the cap would be exceeded
   */
  public static long allocate(BlockCache cache, long length) {
    if (length < 0) {
      throw new VmBug("Shared bytes have no negative length: length=" + length);
    }
    if (length > Long.MAX_VALUE - DATA_OFFSET) {
      return Memory.NULL;
    }
    long block = cache.allocate(DATA_OFFSET + length);
    if (block != Memory.NULL) {
      Memory.putLong(block + REFERENCES_OFFSET, 1);
      Memory.putLong(block + LENGTH_OFFSET, length);
    }
    return block;
  }

  /** The number of bytes. */
  public static long length(long block) {
    return Memory.getLong(block + LENGTH_OFFSET);
  }

  /** The address of the first byte. */
  public static long dataAddress(long block) {
    return block + DATA_OFFSET;
  }

  /**
   * The first bytes of a block that is not published yet, for the system to write into. Good for
   * nothing once the block is freed.
   *
   * @param length not more than the block has
   */
  @SuppressWarnings("restricted")
  public static ByteBuffer toFill(long block, int length) {
    if (length > length(block)) {
      throw new VmBug("A buffer is no longer than its block: length=" + length);
    }
    return MemorySegment.ofAddress(dataAddress(block)).reinterpret(length).asByteBuffer();
  }

  /** What the block is charged with, header included. */
  public static long chargedBytes(long block) {
    return BlockCache.blockSize(DATA_OFFSET + length(block));
  }

  /** References at this moment; for tests and people. */
  public static long references(long block) {
    return Memory.getLongVolatile(block + REFERENCES_OFFSET);
  }

  /** Adds a reference; the caller holds one already. */
  public static void retain(long block) {
    long before = Memory.getAndAddLong(block + REFERENCES_OFFSET, 1);
    if (before <= 0) {
      throw badCount("retained", block, before);
    }
  }

  /**
   * Gives up a reference that the caller holds.
   *
   * @param cache the calling thread's, into which the last release frees the block
   * @return whether it was the last one
   */
  public static boolean release(long block, BlockCache cache) {
    // Volatile both ways: every holder's reads come before the free.
    long before = Memory.getAndAddLong(block + REFERENCES_OFFSET, -1);
    if (before <= 0) {
      throw badCount("released", block, before);
    }
    if (before > 1) {
      return false;
    }
    cache.free(block, DATA_OFFSET + length(block));
    return true;
  }

  private static VmBug badCount(String what, long block, long before) {
    return new VmBug(
        "Shared bytes are "
            + what
            + " by a holder: address=0x"
            + Long.toHexString(block)
            + " references="
            + before);
  }
}
