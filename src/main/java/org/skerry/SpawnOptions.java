package org.skerry;

import java.util.Objects;
import org.skerry.process.MailboxPolicy;
import org.skerry.process.Priority;

/** How a process that a host starts differs from the VM's defaults. Immutable; any thread. */
public final class SpawnOptions {
  /** The VM's defaults. */
  public static final SpawnOptions DEFAULT = builder().build();

  private final long maxHeapBytes;
  private final int maxMessages;
  private final long maxMailboxBytes;
  private final MailboxPolicy policy;
  private final Priority priority;
  private final String name;

  private SpawnOptions(Builder builder) {
    maxHeapBytes = builder.maxHeapBytes;
    maxMessages = builder.maxMessages;
    maxMailboxBytes = builder.maxMailboxBytes;
    policy = builder.policy;
    priority = builder.priority;
    name = builder.name;
  }

  /** Options that are the VM's defaults until they are set. */
  public static Builder builder() {
    return new Builder();
  }

  /** The name to register it under; null for none. */
  String name() {
    return name;
  }

  /** The options over a VM's defaults, without the name. */
  org.skerry.process.SpawnOptions over(org.skerry.process.SpawnOptions defaults) {
    org.skerry.process.SpawnOptions options =
        new org.skerry.process.SpawnOptions().copyFrom(defaults);
    if (maxHeapBytes > 0) {
      options.maxMemoryBytes(Math.min(maxHeapBytes, options.maxMemoryBytes()));
    }
    if (maxMessages > 0) {
      options.maxMessages(maxMessages);
    }
    if (maxMailboxBytes > 0) {
      options.maxMailboxBytes(
          Math.max(maxMailboxBytes, org.skerry.process.SpawnOptions.MIN_MAILBOX_BYTES));
    }
    if (policy != null) {
      options.policy(policy);
    }
    if (priority != null) {
      options.priority(priority);
    }
    return options;
  }

  /** Builds {@link SpawnOptions}; one thread. */
  public static final class Builder {
    private long maxHeapBytes;
    private int maxMessages;
    private long maxMailboxBytes;
    private MailboxPolicy policy;
    private Priority priority;
    private String name;

    private Builder() {}

    /** The most memory for its heap and stack, in bytes; never more than the VM's default. */
    public Builder maxHeap(long byteCount) {
      maxHeapBytes = positive(byteCount);
      return this;
    }

    /** The most messages that wait in its mailbox. */
    public Builder maxMailbox(int messages) {
      maxMessages = (int) positive(messages);
      return this;
    }

    /** The most bytes that wait in its mailbox. */
    public Builder maxMailboxBytes(long byteCount) {
      maxMailboxBytes = positive(byteCount);
      return this;
    }

    /** What becomes of a message to its mailbox when that is full. */
    public Builder whenFull(WhenFull then) {
      policy = MailboxPolicy.valueOf(then.name());
      return this;
    }

    /** Runs before processes of a usual priority, which still get their share. */
    public Builder highPriority() {
      priority = Priority.HIGH;
      return this;
    }

    /** Runs behind processes of a usual priority, but gets its share. */
    public Builder lowPriority() {
      priority = Priority.LOW;
      return this;
    }

    /** Registers it under a name, by which programs find it. */
    public Builder name(String atom) {
      name = Objects.requireNonNull(atom, "atom");
      return this;
    }

    /** The options. */
    public SpawnOptions build() {
      return new SpawnOptions(this);
    }

    private static long positive(long value) {
      if (value <= 0) {
        throw new IllegalArgumentException("A limit is positive. value=" + value);
      }
      return value;
    }
  }

  /** What becomes of a message to a full mailbox. */
  public enum WhenFull {
    /** A process that sends waits; a host is told {@link Offer#FULL}. */
    AWAIT,
    /** A process that sends gets an error; a host is told {@link Offer#FULL}. */
    FAIL,
    /** The message is lost; a host is told {@link Offer#DROPPED}. */
    DROP,
    /** The receiver is killed; a host is told {@link Offer#KILLED}. */
    KILL
  }
}
