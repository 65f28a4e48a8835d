package org.skerry.mvar;

import org.skerry.memory.BlockCache;
import org.skerry.memory.Memory;
import org.skerry.process.Reclamation;
import org.skerry.process.WorkerContext;
import org.skerry.term.TermImage;

/**
 * The value word of an MVar: an immediate term as it is, or the address of what else the value is,
 * with its kind in the highest byte. What it leads to never changes, and lives as long as anybody
 * who found it stays online. Static methods; any thread that is online.
 */
public final class MvarValue {
  /** There is no value yet. */
  public static final long NONE = 0;

  /** The address of a {@link TermImage}, which the MVar owns. */
  public static final long IMAGE = 0;

  /** The address of an object that a module's literal consists of, used in place. */
  public static final long LITERAL = 1L << 56;

  /** The address of a {@link SharedMap}, which the MVar owns. */
  public static final long MAP = 2L << 56;

  /** The address of a block of a shared map, once the map has retired it; of no MVar. */
  static final long MAP_BLOCK = 3L << 56;

  /** The address of a snapshot that is closed; of no MVar. */
  static final long SNAPSHOT = 4L << 56;

  private static final long KIND_MASK = 0xFFL << 56;

  private MvarValue() {}

  /** Whether the word is an immediate term. */
  public static boolean isImmediate(long value) {
    return (value & 7) != 0;
  }

  /** {@link #IMAGE}, {@link #LITERAL} or {@link #MAP}, of a word that is no immediate. */
  public static long kind(long value) {
    return value & KIND_MASK;
  }

  /** Where it is, of a word that is no immediate. */
  public static long address(long value) {
    return value & ~KIND_MASK;
  }

  /**
   * Puts a value in the place of another, which is freed when nobody can be reading it. For who
   * holds the MVar for writing, or is between {@link BriefLocks#beginWrite} and its end.
   *
   * @param value a word that the MVar owns from now on
   */
  public static void replace(WorkerContext context, long mvar, long value) {
    long old = Memory.getLong(mvar + MvarLayout.VALUE);
    // Release: what it leads to is complete; and behind the word that began the write.
    Memory.putLongRelease(mvar + MvarLayout.VALUE, value);
    if (!isImmediate(old) && old != NONE && kind(old) != LITERAL) {
      Reclamation.retireValue(context, old);
    }
  }

  /**
   * Frees what a value word leads to, or some of it; nobody reads it.
   *
   * @return as {@link org.skerry.memory.Reclaimer#reclaim}
   */
  static int reclaim(long value, BlockCache cache, int budget) {
    if (kind(value) == MAP) {
      return MapRemains.ofMap(address(value), cache, budget);
    }
    if (kind(value) == SNAPSHOT) {
      return MapRemains.ofSnapshot(address(value), cache, budget);
    }
    release(value, cache);
    return budget - 1;
  }

  /** Frees what a value word leads to; nobody reads it. */
  public static void release(long value, BlockCache cache) {
    if (isImmediate(value) || value == NONE) {
      return;
    }
    long kind = kind(value);
    if (kind == IMAGE) {
      TermImage.release(value, cache);
    } else if (kind == MAP) {
      SharedMap.dispose(address(value), cache);
    } else if (kind == MAP_BLOCK) {
      MapBlocks.free(address(value), cache);
    }
  }
}
