package org.skerry.heap;

/**
 * How heaps begin, and the switches that make a collector's mistakes show.
 *
 * @param initialBytes size of a process's first heap, at least; positive
 * @param collectAlways every {@link Heap#ensure} collects, moves every object to a fresh block, and
 *     leaves no more room than was asked for and the block's size class gives
 * @param verifyAfterCollect the heap verifier runs after every collection
 */
public record HeapOptions(int initialBytes, boolean collectAlways, boolean verifyAfterCollect) {
  /**
   * A first heap of 512 bytes: a process that builds one message and ends never has a larger one,
   * and a million of them stay small.
   */
  public static final HeapOptions DEFAULT = new HeapOptions(512, false, false);

  /** Both switches on. */
  public static final HeapOptions STRESS = new HeapOptions(512, true, true);

  /** Rejects a first heap without bytes. */
  public HeapOptions {
    if (initialBytes <= 0) {
      throw new IllegalArgumentException(
          "A first heap has a positive size: initialBytes=" + initialBytes);
    }
  }
}
