package org.skerry.semantics;

import org.skerry.heap.Heap;
import org.skerry.heap.HeapLayout;
import org.skerry.memory.Memory;
import org.skerry.process.AwaitKind;
import org.skerry.process.Mailbox;
import org.skerry.process.Priority;
import org.skerry.process.ProcessLayout;
import org.skerry.process.WorkerContext;
import org.skerry.term.Atoms;
import org.skerry.term.Bytes;
import org.skerry.term.ObjectLayout;
import org.skerry.term.Strings;
import org.skerry.term.Term;
import org.skerry.term.TermError;
import org.skerry.term.TermPrinter;
import org.skerry.term.TextBuffer;

/** What a process can see and do beside computing: chance, output, facts about itself. */
public final class Environment {
  /** Step of the generator's state: 2^64 divided by the golden ratio, made odd. */
  private static final long GOLDEN_GAMMA = 0x9E37_79B9_7F4A_7C15L;

  private static final double DOUBLE_UNIT = 0x1p-53;

  /** What printing costs: some dozen prints, a few hundred nanoseconds each, are a slice. */
  private static final int PRINT_REDUCTIONS = 150;

  private static final int PRINT_WORDS = 1;

  private Environment() {}

  /**
   * The next 64 bits of the process's generator: SplitMix64 (Steele, Lea, Flood: "Fast Splittable
   * Pseudorandom Number Generators", OOPSLA 2014).
   */
  public static long random(long process) {
    long state = Memory.getLong(process + ProcessLayout.RANDOM_STATE) + GOLDEN_GAMMA;
    Memory.putLong(process + ProcessLayout.RANDOM_STATE, state);
    long mixed = (state ^ state >>> 30) * 0xBF58_476D_1CE4_E5B9L;
    mixed = (mixed ^ mixed >>> 27) * 0x94D0_49BB_1331_11EBL;
    return mixed ^ mixed >>> 31;
  }

  /**
   * Evenly from 0 to below {@code bound}: takes the high product, and again where that is biased.
   */
  public static long randomBelow(long process, long bound) {
    if (bound < 1) {
      throw TermError.BAD_ARGUMENT;
    }
    long threshold = Long.remainderUnsigned(-bound, bound);
    while (true) {
      long bits = random(process);
      if (Long.compareUnsigned(bits * bound, threshold) >= 0) {
        return Math.unsignedMultiplyHigh(bits, bound);
      }
    }
  }

  /** Evenly from 0 to below 1. */
  public static double randomFloat(long process) {
    return (random(process) >>> 11) * DOUBLE_UNIT;
  }

  /** Starts the generator anew; returns the seed. */
  public static long seed(long process, long seed) {
    Memory.putLong(process + ProcessLayout.RANDOM_STATE, seed);
    return seed;
  }

  /**
   * Writes a term: a string as it is, bytes raw, anything else as in assembly. Waits where much
   * output is waiting already.
   */
  public static int print(
      WorkerContext context, long process, long term, boolean lineFeed, boolean stderr) {
    TextBuffer text = context.scratch().text();
    text.clear();
    if (Term.isString(term)) {
      text.append(term + ObjectLayout.RAW_OFFSET, Strings.byteLength(term));
    } else if (Term.isBytes(term)) {
      text.append(Bytes.rawAddress(term), Bytes.rawLength(term));
    } else {
      TermPrinter.append(term, Long.MAX_VALUE, context.scratch());
    }
    if (lineFeed) {
      text.append("\n");
    }
    if (context.console().write(Memory.getLong(process + ProcessLayout.PID), text, stderr)) {
      context.reductionsLeft -= PRINT_REDUCTIONS;
      return PRINT_WORDS;
    }
    Messaging.await(context, process, AwaitKind.OUTPUT, 0);
    return Control.AWAIT;
  }

  /** A fact about the process, named by an atom. */
  public static long processInfo(WorkerContext context, long process, long name) {
    if (!Term.isAtom(name)) {
      throw TermError.TYPE_ERROR;
    }
    if (name == Atoms.PRIORITY) {
      return Priority.of(Memory.getByte(process + ProcessLayout.PRIORITY)).atom();
    }
    return Numbers.box(context, process, number(process, name));
  }

  private static long number(long process, long name) {
    if (name == Atoms.MEMORY) {
      return Memory.getLong(process + HeapLayout.MEMORY_USED);
    }
    if (name == Atoms.HEAP_BYTES) {
      return Heap.usedBytes(process);
    }
    if (name == Atoms.MAX_HEAP) {
      return Memory.getLong(process + HeapLayout.MEMORY_MAX);
    }
    if (name == Atoms.MESSAGES) {
      return Mailbox.messageCount(process);
    }
    if (name == Atoms.REDUCTIONS) {
      return Memory.getLong(process + ProcessLayout.REDUCTIONS);
    }
    throw TermError.UNDEFINED;
  }

  /** Whether a process of this VM runs. */
  public static boolean isAlive(WorkerContext context, long pid) {
    if (!Term.isPid(pid)) {
      throw TermError.TYPE_ERROR;
    }
    return context.table().find(pid) != Memory.NULL;
  }

  /** Collects the process's heap. */
  public static void collect(WorkerContext context, long process) {
    if (!context.heap().collect(process)) {
      throw ProcessLimit.MEMORY;
    }
  }

  /** The program's arguments. */
  public static long arguments(WorkerContext context) {
    return context.runtime().terms().arguments();
  }
}
