package org.skerry.process;

import static org.skerry.process.ProcessLayout.RING;

import org.skerry.memory.BlockCache;
import org.skerry.memory.Memory;
import org.skerry.memory.Reclaimer;

/**
 * Frees the block of a process that is over, when no thread can have it in its hands any more: with
 * it whatever late senders have still put there. Any thread; stateless.
 */
public final class Reclamation implements Reclaimer {
  /** For the machine's {@link org.skerry.memory.Epochs}. */
  public Reclamation() {}

  @Override
  public void reclaim(long process, BlockCache cache) {
    long ring = Memory.getLong(process + RING);
    if (ring != Memory.NULL) {
      int shift = Memory.getByte(process + ProcessLayout.RING_SHIFT);
      MailboxRing.releaseAll(ring, shift, cache);
      cache.free(ring, MailboxRing.blockBytes(shift));
    }
    Mailbox.drainLists(cache, process);
    SpaceWaiters.dismiss(cache, process);
    Signals.drain(cache, process);
    cache.free(process, ProcessLayout.BYTES);
  }
}
