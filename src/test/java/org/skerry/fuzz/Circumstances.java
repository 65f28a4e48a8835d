package org.skerry.fuzz;

import java.time.Duration;
import java.util.Random;
import org.skerry.JitMode;
import org.skerry.Vm;
import org.skerry.VmBuilder;

/**
 * Under which options of a simulated machine a program runs, the same in both tiers: what has to be
 * equal then is everything.
 *
 * @param seed of the simulation
 * @param workers simulated ones
 * @param reductions of the longest slice; 1 suspends at every safepoint
 * @param collectsAlways whether every allocation collects
 * @param maxHeapBytes the most memory of a process
 * @param jit how the compiled run compiles
 */
record Circumstances(
    long seed,
    int workers,
    int reductions,
    boolean collectsAlways,
    long maxHeapBytes,
    JitMode jit) {
  private static final int[] REDUCTIONS = {1, 1, 2, 3, 5, 17, 60, 200, 200, 1_000, 4_000};
  private static final long[] HEAPS = {3_000, 10_000, 40_000, 1 << 18, 1 << 18, 1 << 18, 1 << 20};
  private static final long MAX_MEMORY_BYTES = 32L << 20;
  private static final int MAX_PROCESSES = 40;
  private static final Duration REAL_DEADLINE = Duration.ofMillis(100);
  private static final Duration DEADLINE = Duration.ofMillis(1);

  /** Some that follow from a seed; compiled at load most of the time. */
  static Circumstances of(long seed) {
    Random random = new Random(seed);
    return new Circumstances(
        random.nextInt(1_000),
        1 + random.nextInt(2),
        REDUCTIONS[random.nextInt(REDUCTIONS.length)],
        random.nextInt(6) == 0,
        HEAPS[random.nextInt(HEAPS.length)],
        random.nextInt(6) == 0 ? JitMode.HOT : JitMode.EAGER);
  }

  /** Reads what {@link #toString} has written. */
  static Circumstances parse(String text) {
    String[] words = text.trim().split(" ");
    return new Circumstances(
        Long.parseLong(words[0]),
        Integer.parseInt(words[1]),
        Integer.parseInt(words[2]),
        Boolean.parseBoolean(words[3]),
        Long.parseLong(words[4]),
        JitMode.valueOf(words[5]));
  }

  /** A machine under these circumstances. */
  VmBuilder options(boolean compiled) {
    return Vm.builder()
        .seed(seed)
        .workers(workers)
        .reductions(reductions)
        .collectAlways(collectsAlways)
        .maxMemory(MAX_MEMORY_BYTES)
        .maxHeap(maxHeapBytes)
        .maxProcesses(MAX_PROCESSES)
        .deadline(reductions < 10 ? DEADLINE.multipliedBy(6) : DEADLINE)
        .jit(compiled ? jit : JitMode.OFF);
  }

  /** A machine with real threads, whose runs nothing repeats; compiled in the background. */
  VmBuilder threads() {
    return Vm.builder()
        .workers(1 + workers)
        .pin("none")
        .idle("park")
        .reductions(Math.min(reductions, 20))
        .collectAlways(collectsAlways)
        .maxMemory(MAX_MEMORY_BYTES)
        .maxHeap(maxHeapBytes)
        .maxProcesses(MAX_PROCESSES)
        .deadline(REAL_DEADLINE)
        .endWhenAllAwait(true)
        .jit(seed % 3 == 0 ? JitMode.EAGER : JitMode.HOT);
  }

  /** Seed, workers, reductions, whether it collects always, heap bytes, compilation. */
  @Override
  public String toString() {
    return seed
        + " "
        + workers
        + " "
        + reductions
        + " "
        + collectsAlways
        + " "
        + maxHeapBytes
        + " "
        + jit;
  }
}
