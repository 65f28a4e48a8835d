package org.skerry.heap;

/**
 * How heaps begin, and the switches that make a collector's mistakes show.
 *
 * @param initialBytes size of a process's first heap, at least; positive
 * @param collectAlways every {@link Heap#ensure} collects, moves every object to a fresh block, and
 *     leaves no more room than was asked for and the block's size class gives
 * @param verifyAfterCollect the heap verifier runs after every collection
 * @param nurseryBytes size of the nursery of a heap with two generations; a multiple of 64,
 *     positive, below 2 MiB
 */
public record HeapOptions(
    int initialBytes, boolean collectAlways, boolean verifyAfterCollect, int nurseryBytes) {
  /** Measured; see {@code native-notes/collector.md}. */
  private static final int NURSERY_BYTES = 1 << 20;

  /**
   * A first heap of 512 bytes: a process that builds one message and ends never has a larger one,
   * and a million of them stay small.
   */
  public static final HeapOptions DEFAULT = new HeapOptions(512, false, false);

  /** Both switches on, and small nurseries, so that heaps of some KiB have two generations. */
  public static final HeapOptions STRESS = new HeapOptions(512, true, true, 512);

  /** With nurseries of the usual size. */
  public HeapOptions(int initialBytes, boolean collectAlways, boolean verifyAfterCollect) {
    this(initialBytes, collectAlways, verifyAfterCollect, NURSERY_BYTES);
  }

  /** Rejects a first heap without bytes, and a nursery of no size that can be kept. */
  public HeapOptions {
    if (initialBytes <= 0) {
      throw new IllegalArgumentException(
          "A first heap has a positive size: initialBytes=" + initialBytes);
    }
    if (nurseryBytes <= 0
        || nurseryBytes > Generations.MAX_NURSERY_BYTES
        || nurseryBytes % Generations.NURSERY_UNIT_BYTES != 0) {
      throw new IllegalArgumentException(
          "A nursery has a size in units of 64 bytes, below 2 MiB: nurseryBytes=" + nurseryBytes);
    }
  }
}
