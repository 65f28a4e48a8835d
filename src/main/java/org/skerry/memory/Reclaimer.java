package org.skerry.memory;

/** Frees a record that is more than one block, once nobody can be reading it. */
public interface Reclaimer {
  /**
   * Frees the record and what belongs to it. Retires nothing.
   *
   * @param address what {@link Epochs.Participant#retire(long, BlockCache)} was given
   * @param cache the calling thread's, which need not be the one that retired the record
   */
  void reclaim(long address, BlockCache cache);
}
