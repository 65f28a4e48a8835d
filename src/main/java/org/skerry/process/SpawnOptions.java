package org.skerry.process;

/**
 * What a new process may use and how it behaves. Mutable, so that a thread fills one again and
 * again; a new one has the defaults.
 */
public final class SpawnOptions {
  /** Messages that a mailbox holds by default. */
  public static final int DEFAULT_MAX_MESSAGES = 1024;

  /** Bytes that a mailbox holds by default. */
  public static final long DEFAULT_MAX_MAILBOX_BYTES = 1L << 30;

  /** The least that a mailbox may hold, in bytes: one immediate. */
  public static final long MIN_MAILBOX_BYTES = MailboxRing.RECORD_BYTES;

  /** Records that fit into a ring by default, as the binary logarithm of their bytes. */
  public static final int DEFAULT_RING_SHIFT = 9;

  private long maxMemoryBytes = Long.MAX_VALUE >> 1;
  private int maxMessages = DEFAULT_MAX_MESSAGES;
  private long maxMailboxBytes = DEFAULT_MAX_MAILBOX_BYTES;
  private MailboxPolicy policy = MailboxPolicy.AWAIT;
  private Priority priority = Priority.NORMAL;
  private int ringShift = DEFAULT_RING_SHIFT;
  private boolean isLinked;
  private boolean isMonitored;
  private long name;

  /** The defaults. */
  public SpawnOptions() {}

  /** Takes all values of another, and returns this. */
  public SpawnOptions copyFrom(SpawnOptions other) {
    maxMemoryBytes = other.maxMemoryBytes;
    maxMessages = other.maxMessages;
    maxMailboxBytes = other.maxMailboxBytes;
    policy = other.policy;
    priority = other.priority;
    ringShift = other.ringShift;
    isLinked = other.isLinked;
    isMonitored = other.isMonitored;
    name = other.name;
    return this;
  }

  /** Whether it is linked to the process that starts it. */
  public boolean isLinked() {
    return isLinked;
  }

  /** Sets {@link #isLinked()}. */
  public SpawnOptions linked(boolean on) {
    isLinked = on;
    return this;
  }

  /** Whether the process that starts it monitors it. */
  public boolean isMonitored() {
    return isMonitored;
  }

  /** Sets {@link #isMonitored()}. */
  public SpawnOptions monitored(boolean on) {
    isMonitored = on;
    return this;
  }

  /** The name that it is registered with, an atom, or 0. */
  public long name() {
    return name;
  }

  /** Sets {@link #name()}. */
  public SpawnOptions name(long atom) {
    name = atom;
    return this;
  }

  /** The most bytes of block, stack, heap and saved messages together. */
  public long maxMemoryBytes() {
    return maxMemoryBytes;
  }

  /**
   * Sets {@link #maxMemoryBytes()}.
   *
   * @param byteCount at least {@link ProcessLayout#BYTES}, or else no process can be made
   */
  public SpawnOptions maxMemoryBytes(long byteCount) {
    maxMemoryBytes = byteCount;
    return this;
  }

  /** The most messages that are not taken. */
  public int maxMessages() {
    return maxMessages;
  }

  /**
   * Sets {@link #maxMessages()}; more than {@link MailboxUse#MAX_COUNT} is as much as that.
   *
   * @throws IllegalArgumentException where it is less than 1
   */
  public SpawnOptions maxMessages(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("A mailbox holds a message at least: count=" + count);
    }
    maxMessages = Math.min(count, MailboxUse.MAX_COUNT);
    return this;
  }

  /** The most bytes of messages that are not taken. */
  public long maxMailboxBytes() {
    return maxMailboxBytes;
  }

  /**
   * Sets {@link #maxMailboxBytes()}; more than {@link MailboxUse#MAX_BYTES} is as much as that.
   *
   * @throws IllegalArgumentException where not even an immediate fits
   */
  public SpawnOptions maxMailboxBytes(long byteCount) {
    if (byteCount < MailboxRing.RECORD_BYTES) {
      throw new IllegalArgumentException("A mailbox holds 16 bytes at least: bytes=" + byteCount);
    }
    maxMailboxBytes = Math.min(byteCount, MailboxUse.MAX_BYTES);
    return this;
  }

  /** What becomes of messages that do not fit. */
  public MailboxPolicy policy() {
    return policy;
  }

  /** Sets {@link #policy()}. */
  public SpawnOptions policy(MailboxPolicy policy) {
    this.policy = policy;
    return this;
  }

  /** How urgently it runs. */
  public Priority priority() {
    return priority;
  }

  /** Sets {@link #priority()}. */
  public SpawnOptions priority(Priority priority) {
    this.priority = priority;
    return this;
  }

  /** Bytes of the ring's records, as a binary logarithm. */
  public int ringShift() {
    return ringShift;
  }

  /**
   * Sets {@link #ringShift()}.
   *
   * @throws IllegalArgumentException where it is not from 7 to 16
   */
  public SpawnOptions ringShift(int shift) {
    if (shift < MailboxRing.MIN_SHIFT || shift > MailboxRing.MAX_SHIFT) {
      throw new IllegalArgumentException("A ring has 2^7 to 2^16 bytes: shift=" + shift);
    }
    ringShift = shift;
    return this;
  }
}
