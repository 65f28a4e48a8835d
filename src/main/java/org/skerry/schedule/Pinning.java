package org.skerry.schedule;

import java.util.BitSet;

/**
 * To which core each worker is bound: {@code none}, {@code auto} (one worker a core, of those that
 * the process may use) or a list such as {@code 0,2,4-7}. With more workers than cores named, the
 * list is gone round again. Immutable.
 */
public final class Pinning {
  /** Workers run where the system puts them. */
  public static final Pinning NONE = new Pinning(false, new BitSet());

  /** One worker a core, of those that this process may use. */
  public static final Pinning AUTO = new Pinning(true, new BitSet());

  private static final int MAX_CORE = 8191;

  private final boolean auto;
  private final BitSet cores;

  private Pinning(boolean auto, BitSet cores) {
    this.auto = auto;
    this.cores = cores;
  }

  /**
   * Reads {@code none}, {@code auto}, or a list of cores and ranges of cores.
   *
   * @throws IllegalArgumentException with a sentence for the user
   */
  public static Pinning parse(String text) {
    switch (text) {
      case "none":
        return NONE;
      case "auto":
        return AUTO;
      default:
        BitSet cores = new BitSet();
        for (String range : text.split(",", -1)) {
          String[] ends = range.trim().split("-", -1);
          int from = core(ends[0], text);
          int to = ends.length == 1 ? from : core(ends[1], text);
          if (ends.length > 2 || to < from) {
            throw malformed(text);
          }
          cores.set(from, to + 1);
        }
        return new Pinning(false, cores);
    }
  }

  private static int core(String digits, String text) {
    try {
      int core = Integer.parseInt(digits.trim());
      if (core >= 0 && core <= MAX_CORE) {
        return core;
      }
    } catch (NumberFormatException e) {
      // Said below, in words of ours.
    }
    throw malformed(text);
  }

  private static IllegalArgumentException malformed(String text) {
    return new IllegalArgumentException(
        "expected auto, none, or a list of cores such as 0,2,4-7: " + text);
  }

  /** Whether workers are to be bound at all. */
  public boolean isWanted() {
    return auto || !cores.isEmpty();
  }

  /**
   * The core for a worker.
   *
   * @param allowed the cores that this process may use
   * @return the core's number, or -1 for none: not wanted, or nothing is allowed
   */
  int coreFor(int worker, BitSet allowed) {
    BitSet from = auto ? allowed : cores;
    if (from.isEmpty()) {
      return -1;
    }
    int core = from.nextSetBit(0);
    for (int skip = worker % from.cardinality(); skip > 0; skip--) {
      core = from.nextSetBit(core + 1);
    }
    return core;
  }

  @Override
  public String toString() {
    return auto ? "auto" : cores.isEmpty() ? "none" : cores.toString();
  }
}
