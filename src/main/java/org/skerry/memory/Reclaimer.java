package org.skerry.memory;

/** Frees a record that is more than one block, once nobody can be reading it. */
public interface Reclaimer {
  /**
   * Frees the record and what belongs to it, or some of that. Retires nothing.
   *
   * @param address what {@link Epochs.Participant#retire(long, BlockCache)} was given
   * @param cache the calling thread's, which need not be the one that retired the record
   * @param budget about how many blocks to free
   * @return what is left of the budget; or minus that, less 1, where the record is to be given
   *     again, to any thread, because there is more to free, or it has to wait for another record
   */
  int reclaim(long address, BlockCache cache, int budget);
}
