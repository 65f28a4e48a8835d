package org.skerry.schedule;

import java.util.BitSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * To which core each worker is bound: {@code none}, {@code auto} (one worker a core, of those that
 * the process may use) or a list such as {@code 0,2,4-7}: the core of worker 0, of worker 1 and so
 * on. With more workers than cores named, the list is gone round again. Immutable.
 */
public final class Pinning {
  /** Workers run where the system puts them. */
  public static final Pinning NONE = new Pinning(false, new int[0]);

  /** One worker a core, of those that this process may use. */
  public static final Pinning AUTO = new Pinning(true, new int[0]);

  private static final int MAX_CORE = 8191;

  private final boolean auto;
  private final int[] cores;

  private Pinning(boolean auto, int[] cores) {
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
        int[] cores = new int[0];
        for (String range : text.split(",", -1)) {
          String[] ends = range.trim().split("-", -1);
          int from = core(ends[0], text);
          int to = ends.length == 1 ? from : core(ends[1], text);
          if (ends.length > 2 || to < from) {
            throw malformed(text);
          }
          cores = IntStream.concat(IntStream.of(cores), IntStream.rangeClosed(from, to)).toArray();
        }
        if (IntStream.of(cores).distinct().count() < cores.length) {
          throw new IllegalArgumentException("'" + text + "' names a core twice");
        }
        return new Pinning(false, cores);
    }
  }

  private static int core(String digits, String text) {
    String stripped = digits.trim();
    if (stripped.matches("\\d{1,4}") && Integer.parseInt(stripped) <= MAX_CORE) {
      return Integer.parseInt(stripped);
    }
    throw malformed(text);
  }

  private static IllegalArgumentException malformed(String text) {
    return new IllegalArgumentException(
        "'" + text + "' is not a pinning: write auto, none, or cores as in 0,2,4-7");
  }

  /** Whether workers are to be bound at all. */
  public boolean isWanted() {
    return auto || cores.length > 0;
  }

  /**
   * The core for a worker.
   *
   * @param allowed the cores that this process may use
   * @return the core's number, or -1 for none: not wanted, or nothing is allowed
   */
  int coreFor(int worker, BitSet allowed) {
    if (!auto) {
      return cores.length == 0 ? -1 : cores[worker % cores.length];
    }
    if (allowed.isEmpty()) {
      return -1;
    }
    int core = allowed.nextSetBit(0);
    for (int skip = worker % allowed.cardinality(); skip > 0; skip--) {
      core = allowed.nextSetBit(core + 1);
    }
    return core;
  }

  /** As {@link #parse} reads it. */
  @Override
  public String toString() {
    if (auto || cores.length == 0) {
      return auto ? "auto" : "none";
    }
    return IntStream.of(cores).mapToObj(String::valueOf).collect(Collectors.joining(","));
  }
}
