package org.skerry.process;

import static org.skerry.process.ProcessLayout.RING;

import org.skerry.memory.BlockCache;
import org.skerry.memory.Epochs;
import org.skerry.memory.Memory;
import org.skerry.memory.Reclaimer;

/**
 * Frees what no thread can have in its hands any more: the block of a process that is over, and
 * with it whatever late senders have still put there; and values that processes shared. Any thread.
 *
 * <p>What is retired is an address, whose lowest bit tells the two apart: 0 a process, 1 a value.
 */
public final class Reclamation implements Reclaimer {
  private static final long VALUE_TAG = 1;

  private SharedValues sharedValues = SharedValues.NONE;

  /** For the machine's {@link org.skerry.memory.Epochs}. */
  public Reclamation() {}

  /** Who frees values; said once, before any thread runs. */
  public void sharedValues(SharedValues values) {
    sharedValues = values;
  }

  /**
   * Frees a shared value when nobody can be reading it any more; nobody finds it from now on.
   *
   * @param context the calling thread's, online
   * @param value a word with the lowest bit clear, as {@link SharedValues#reclaimValue} knows it
   */
  public static void retireValue(WorkerContext context, long value) {
    retireValue(context.participant(), context.cache(), value);
  }

  /** As the other; {@code participant} and {@code cache} are the calling thread's. */
  public static void retireValue(Epochs.Participant participant, BlockCache cache, long value) {
    participant.retire(value | VALUE_TAG, cache);
  }

  @Override
  public int reclaim(long retired, BlockCache cache, int budget) {
    if ((retired & VALUE_TAG) != 0) {
      return sharedValues.reclaimValue(retired & ~VALUE_TAG, cache, budget);
    }
    reclaimProcess(retired, cache);
    return budget - 1;
  }

  static void reclaimProcess(long process, BlockCache cache) {
    // Before the mailbox: what is a message too is freed there.
    Signals.drain(cache, process);
    Relations.reclaim(cache, process);
    long ring = Memory.getLong(process + RING);
    if (ring != Memory.NULL) {
      int shift = Memory.getByte(process + ProcessLayout.RING_SHIFT);
      MailboxRing.releaseAll(ring, shift, cache);
      cache.free(ring, MailboxRing.blockBytes(shift));
    }
    UnreadMessages.drainLists(cache, process);
    SpaceWaiters.dismiss(cache, process);
    cache.free(process, ProcessLayout.BYTES);
  }
}
