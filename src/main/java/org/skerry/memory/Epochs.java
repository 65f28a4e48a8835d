package org.skerry.memory;

import java.util.Arrays;

/**
 * Reclamation of blocks that other threads may still be reading: a retired block is freed when
 * every participant has passed a point at which it held no pointer into shared structures (a
 * quiescent state) since the block was unlinked.
 *
 * <p>One per virtual machine. Each thread that follows shared pointers registers a {@link
 * Participant}; a worker announces a quiescent state between slices and goes offline before it
 * parks, a host thread enters before it looks and exits after. The protocol, with its memory orders
 * and the reason for each, is in {@code native-notes/epochs.md}.
 */
public final class Epochs implements AutoCloseable {
  private static final long OFFLINE = 0;

  /** Freed between two slices: some 100 microseconds. */
  private static final int BLOCKS_AT_A_TIME = 2_048;

  private static final Participant[] NO_PARTICIPANTS = {};

  /** Advanced once for each sealed bag of retired blocks. */
  private final EpochWord epoch = new EpochWord();

  private volatile Participant[] participants = NO_PARTICIPANTS;

  /** Blocks retired by participants that went offline before they could be freed. */
  private final RetiredBlocks orphans = new RetiredBlocks();

  /** Guards {@link #orphans}; the count is read without it, to find out that there are none. */
  private final Object orphanLock = new Object();

  private long orphanTag;

  /** Whether nobody can be reading them any more, and some are freed already. */
  private volatile boolean orphansAreDue;

  private volatile int orphanCount;

  private final Reclaimer reclaimer;

  /** No participant yet, and no records that need a reclaimer. */
  public Epochs() {
    this(null);
  }

  /**
   * No participant yet.
   *
   * @param reclaimer frees what is retired without a byte count
   */
  public Epochs(Reclaimer reclaimer) {
    this.reclaimer = reclaimer;
    epoch.value = 1;
  }

  /** Registers a thread that only reads, or that passes a cache with each block it retires. */
  public Participant register() {
    return register(null);
  }

  /**
   * Registers a thread, offline at first.
   *
   * @param cache the thread's own, into which it frees; null where it frees nothing
   */
  public synchronized Participant register(BlockCache cache) {
    Participant participant = new Participant(this, cache);
    Participant[] more = Arrays.copyOf(participants, participants.length + 1);
    more[more.length - 1] = participant;
    participants = more;
    return participant;
  }

  /** Blocks that are retired and not yet freed; exact when no participant is active. */
  public long pendingCount() {
    long pending = orphanCount;
    for (Participant participant : participants) {
      pending += participant.pendingCount;
    }
    return pending;
  }

  /**
   * Frees what is still retired, into {@link #freeRemaining} first where there is anything.
   *
   * @throws VmBug where blocks are still retired
   */
  @Override
  public void close() {
    if (pendingCount() != 0) {
      throw new VmBug(
          "Retired blocks are freed before the epochs close: pendingCount=" + pendingCount());
    }
  }

  /**
   * Frees every retired block at once, at the end, when no participant reads any more.
   *
   * @throws VmBug where a participant is online
   */
  public synchronized void freeRemaining(BlockCache cache) {
    for (Participant participant : participants) {
      if ((long) EpochWord.VALUE.getVolatile(participant) != OFFLINE) {
        throw new VmBug("Every participant is offline when the remaining blocks are freed");
      }
    }
    synchronized (orphanLock) {
      for (Participant participant : participants) {
        orphans.addAll(participant.sealed);
        orphans.addAll(participant.open);
        participant.pendingCount = 0;
      }
      orphans.freeAll(cache, reclaimer);
      orphanCount = 0;
    }
  }

  private synchronized void remove(Participant participant) {
    Participant[] old = participants;
    int index = Arrays.asList(old).indexOf(participant);
    if (index < 0) {
      throw new VmBug("A participant is closed once");
    }
    Participant[] fewer = new Participant[old.length - 1];
    System.arraycopy(old, 0, fewer, 0, index);
    System.arraycopy(old, index + 1, fewer, index, fewer.length - index);
    participants = fewer;
  }

  /** Ends the epoch and returns it: its number is the tag of everything unlinked before. */
  private long advance() {
    // Volatile both ways. Everything unlinked before is seen by whoever reads the new epoch, and
    // is ordered before the scan of announcements that follows.
    return (long) EpochWord.VALUE.getAndAdd(epoch, 1L);
  }

  /** The first participant that may still hold pointers from the tag's epoch, or null. */
  private Participant blockerOf(long tag) {
    for (Participant participant : participants) {
      if (participant.blocks(tag)) {
        return participant;
      }
    }
    return null;
  }

  /** Frees some of the orphans, if they are due; how many. */
  private int adoptOrphans(BlockCache cache) {
    synchronized (orphanLock) {
      if (orphans.isEmpty() || !orphansAreDue && blockerOf(orphanTag) != null) {
        return 0;
      }
      int freed = orphans.free(cache, reclaimer, BLOCKS_AT_A_TIME);
      orphanCount = orphans.count();
      orphansAreDue = orphanCount != 0;
      return freed;
    }
  }

  private void handOver(RetiredBlocks blocks) {
    synchronized (orphanLock) {
      orphans.addAll(blocks);
      orphanCount = orphans.count();
      orphansAreDue = false;
      orphanTag = advance();
    }
  }

  /** One thread's part; every method is for that thread alone. */
  public static final class Participant extends EpochWord implements AutoCloseable {
    private final Epochs epochs;
    private BlockCache cache;

    /** Retired since the last bag was sealed. */
    private RetiredBlocks open = new RetiredBlocks();

    /** Waiting until everyone has left the epoch {@link #sealedTag}. */
    private RetiredBlocks sealed = new RetiredBlocks();

    private long sealedTag;

    /** Whether nobody can be reading what is sealed any more, and some of it is freed already. */
    private boolean sealedIsDue;

    /** Who held the sealed bag back last time: while it still does, nobody else needs a look. */
    private Participant blocker;

    private int depth;
    private volatile int pendingCount;

    private Participant(Epochs epochs, BlockCache cache) {
      this.epochs = epochs;
      this.cache = cache;
    }

    /** From now on the thread may follow shared pointers, until {@link #offline}. */
    public void online() {
      if (value != OFFLINE) {
        throw new VmBug("A participant that goes online was offline: epoch=" + value);
      }
      VALUE.setVolatile(this, (long) VALUE.getAcquire(epochs.epoch));
      // The announcement is visible before the first pointer is read: pairs with advance() and
      // the scan behind it. Either that scan sees us, or we see what was unlinked.
      Memory.fullFence();
    }

    /**
     * The thread holds no shared pointer now. Frees what it retired and nobody can see any more, or
     * some of it, where that is much: a worker is not to be kept from its processes for long. Costs
     * a load and a compare where nothing happened since the last call.
     */
    public void quiescent() {
      long now = (long) VALUE.getAcquire(epochs.epoch);
      if (now != value) {
        if (value == OFFLINE) {
          throw new VmBug("A participant that announces a quiescent state is online");
        }
        // Release: what we read before stays before it. Pairs with blocks().
        VALUE.setRelease(this, now);
        if (epochs.orphanCount != 0 && cache != null) {
          epochs.adoptOrphans(cache);
        }
      } else if (epochs.orphansAreDue && cache != null) {
        epochs.adoptOrphans(cache);
      }
      if (!open.isEmpty() || !sealed.isEmpty()) {
        reclaim();
      }
    }

    /** The thread holds no shared pointer and follows none until {@link #online}. */
    public void offline() {
      if (value == OFFLINE) {
        throw new VmBug("A participant that goes offline was online");
      }
      VALUE.setVolatile(this, OFFLINE);
      // Pairs with handOver() and the scan behind it: whoever goes offline last finds the orphans.
      Memory.fullFence();
      if (!open.isEmpty() || !sealed.isEmpty()) {
        reclaim();
        if (!open.isEmpty() || !sealed.isEmpty()) {
          sealed.addAll(open);
          epochs.handOver(sealed);
          blocker = null;
          sealedIsDue = false;
          pendingCount = 0;
        }
      }
      // All of them: there may be nobody left to do the rest.
      while (epochs.orphanCount != 0 && cache != null && epochs.adoptOrphans(cache) > 0) {}
    }

    /** {@link #online} for host threads; may be nested. */
    public void enter() {
      if (depth++ == 0) {
        online();
      }
    }

    /** Ends the latest {@link #enter}. */
    public void exit() {
      if (depth == 0) {
        throw new VmBug("Each exit ends an enter");
      }
      if (--depth == 0) {
        offline();
      }
    }

    /**
     * Frees a block once no participant can be reading it. The caller, who is online, has already
     * made it unreachable for those who start to look now.
     *
     * @param address the block
     * @param byteCount as asked for when it was allocated
     * @param cache the thread's own
     */
    public void retire(long address, long byteCount, BlockCache cache) {
      if (value == OFFLINE) {
        throw new VmBug(
            "Only an online participant retires: address=0x" + Long.toHexString(address));
      }
      this.cache = cache;
      open.add(address, byteCount);
      pendingCount = pendingCount + 1;
    }

    /** Goes offline where it is not, hands over what is still retired, and unregisters. */
    @Override
    public void close() {
      if (value != OFFLINE) {
        depth = 0;
        offline();
      }
      epochs.remove(this);
    }

    /**
     * Hands a record to the reclaimer once no participant can be reading it. The caller, who is
     * online, has already made it unreachable for those who start to look now.
     *
     * @param address the record
     * @param cache the thread's own
     */
    public void retire(long address, BlockCache cache) {
      retire(address, 0, cache);
    }

    private boolean blocks(long tag) {
      // Acquire: what the participant read before it announced is over. Volatile, so that it is
      // not read before the epoch was advanced.
      long announced = (long) VALUE.getVolatile(this);
      return announced != OFFLINE && announced <= tag;
    }

    /** Called in a quiescent state or offline: seals the open bag, frees the sealed one if due. */
    private void reclaim() {
      if (!sealed.isEmpty() && !freeSealed()) {
        return;
      }
      if (!open.isEmpty()) {
        RetiredBlocks bag = open;
        open = sealed;
        sealed = bag;
        sealedTag = epochs.advance();
        if (value != OFFLINE) {
          // Still the same quiescent state: this participant is not what the bag waits for.
          VALUE.setRelease(this, sealedTag + 1);
        }
        freeSealed();
      }
    }

    private boolean freeSealed() {
      if (!sealedIsDue) {
        if (blocker != null && blocker.blocks(sealedTag)) {
          return false;
        }
        blocker = epochs.blockerOf(sealedTag);
        if (blocker != null) {
          return false;
        }
      }
      int before = sealed.count();
      // Twice what has come meanwhile, so that they never become more and more.
      sealed.free(cache, epochs.reclaimer, Math.max(BLOCKS_AT_A_TIME, 2 * open.count()));
      pendingCount = pendingCount - (before - sealed.count());
      sealedIsDue = !sealed.isEmpty();
      return !sealedIsDue;
    }
  }
}
