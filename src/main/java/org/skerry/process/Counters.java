package org.skerry.process;

/**
 * What one worker or host thread has counted. Plain fields of that thread; a sum over all threads
 * is exact when they stand still, and close while they run.
 */
public final class Counters {
  /** Processes started. */
  public long spawns;

  /** Processes ended. */
  public long exits;

  /** Messages sent and accepted. */
  public long messagesSent;

  /** Messages taken by their receivers. */
  public long messagesTaken;

  /** Messages that were in the mailbox of a process that ended. */
  public long messagesUnread;

  /** Messages that went to an overflow list. */
  public long overflows;

  /** Messages that a full mailbox dropped. */
  public long drops;

  /** Messages that were images. */
  public long images;

  /** Bytes of those images. */
  public long imageBytes;

  /** Slices run. */
  public long slices;

  /** Slices that used up their reductions. */
  public long preemptions;

  /** Slices that ended in a wait. */
  public long suspensions;

  /** Collections of heaps. */
  public long collections;

  /** Bytes that collections copied. */
  public long bytesCopied;

  /** Bytes that collections freed. */
  public long bytesCollected;

  /** No counts yet. */
  public Counters() {}

  /** Adds another thread's counts to these. */
  public void add(Counters other) {
    spawns += other.spawns;
    exits += other.exits;
    messagesSent += other.messagesSent;
    messagesTaken += other.messagesTaken;
    messagesUnread += other.messagesUnread;
    overflows += other.overflows;
    drops += other.drops;
    images += other.images;
    imageBytes += other.imageBytes;
    slices += other.slices;
    preemptions += other.preemptions;
    suspensions += other.suspensions;
    collections += other.collections;
    bytesCopied += other.bytesCopied;
    bytesCollected += other.bytesCollected;
  }
}
