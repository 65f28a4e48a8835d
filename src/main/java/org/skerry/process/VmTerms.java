package org.skerry.process;

import java.util.List;
import org.skerry.memory.BlockCache;
import org.skerry.memory.VmBug;
import org.skerry.term.Atoms;
import org.skerry.term.Term;
import org.skerry.term.TermBuilder;
import org.skerry.term.TermImage;
import org.skerry.term.TermScratch;

/**
 * Terms that the VM itself makes before there are processes, as literals that any process may refer
 * to: the program's arguments, and the reasons of processes that exceeded a limit, for which there
 * is no room any more when they are needed. Immutable; any thread, until {@link #close}.
 */
public final class VmTerms implements AutoCloseable {
  private static final long[] LIMITS = {
    Atoms.HEAP, Atoms.MEMORY, Atoms.DEADLINE, Atoms.MAILBOX, Atoms.PROCESSES
  };

  private final BlockCache cache;
  private final long[] images = new long[LIMITS.length + 1];
  private final long[] reasons = new long[LIMITS.length];
  private final long arguments;
  private long noMemoryReason;

  /**
   * @param cache the calling thread's, open as long as this is
   * @param arguments of the program
   * @throws IllegalStateException if the pool is too small even for these
   */
  public VmTerms(BlockCache cache, Atoms atoms, List<String> arguments) {
    this.cache = cache;
    try (TermScratch scratch = new TermScratch(cache, atoms);
        TermBuilder builder = new TermBuilder(scratch)) {
      for (int i = 0; i < LIMITS.length; i++) {
        builder.pushImmediate(Atoms.LIMIT_EXCEEDED).pushImmediate(LIMITS[i]).makeTuple(2);
        reasons[i] = literal(i, builder.popImage(Long.MAX_VALUE));
      }
      arguments.forEach(builder::pushString);
      builder.makeList(arguments.size());
      this.arguments = literal(LIMITS.length, builder.popImage(Long.MAX_VALUE));
      noMemoryReason = ExitReason.ofLiteral(cache, limitReason(Atoms.MEMORY));
      if (noMemoryReason == 0) {
        close();
        throw new IllegalStateException("the VM's memory is too small to start");
      }
    }
  }

  private long literal(int index, long image) {
    if (image < 0) {
      close();
      throw new IllegalStateException("the VM's memory is too small to start");
    }
    images[index] = image;
    return TermImage.toLiteral(image);
  }

  /** {@code {limit_exceeded, memory}} in place of a reason that there is no memory to copy. */
  long noMemoryReason() {
    return noMemoryReason;
  }

  /** The list of the program's arguments, strings. */
  public long arguments() {
    return arguments;
  }

  /** {@code {limit_exceeded, limit}} for the atom that names a limit. */
  public long limitReason(long limit) {
    for (int i = 0; i < LIMITS.length; i++) {
      if (LIMITS[i] == limit) {
        return reasons[i];
      }
    }
    throw new VmBug("A limit has a reason", "atom", Term.atomIndex(limit));
  }

  /** Frees the terms; no process may refer to them any more. */
  @Override
  public void close() {
    if (noMemoryReason != 0) {
      ExitReason.release(cache, noMemoryReason);
      noMemoryReason = 0;
    }
    for (int i = 0; i < images.length; i++) {
      if (images[i] != 0) {
        TermImage.releaseLiteral(images[i], cache);
        images[i] = 0;
      }
    }
  }
}
