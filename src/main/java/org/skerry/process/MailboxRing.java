package org.skerry.process;

import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RecordDescriptor;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;
import org.skerry.memory.BlockCache;
import org.skerry.memory.Memory;

/**
 * A view of one mailbox ring after another, all of one size: Agrona's many-to-one ring, whose
 * records here are one word each. One per size and thread, which alone uses it, so that no mailbox
 * needs a Java object.
 */
final class MailboxRing implements MessageHandler {
  /** A record's bytes: a header of a length and a type, and the message's word. */
  static final int RECORD_BYTES = 16;

  /** Smallest and greatest ring, as binary logarithms of bytes. */
  static final int MIN_SHIFT = 7;

  static final int MAX_SHIFT = 16;

  private static final int TYPE = 1;

  private final UnsafeBuffer buffer;
  private final ManyToOneRingBuffer ring;
  private final int byteCount;
  private long address;
  private long word;

  /**
   * A view of rings of one size, turned to one of them.
   *
   * @param shift binary logarithm of their capacity in bytes
   */
  MailboxRing(int shift, long address) {
    byteCount = blockBytes(shift);
    buffer = new UnsafeBuffer(address, byteCount);
    this.address = address;
    ring = new ManyToOneRingBuffer(buffer);
  }

  /** Bytes of the block of a ring, with the counters behind its records. */
  static int blockBytes(int shift) {
    return (1 << shift) + RingBufferDescriptor.TRAILER_LENGTH;
  }

  /** Turns the view to the ring at an address. */
  MailboxRing at(long address) {
    if (address != this.address) {
      buffer.wrap(address, byteCount);
      this.address = address;
    }
    return this;
  }

  /** Any sender: writes a message; false where the ring is full. */
  boolean write(long word) {
    int index = ring.tryClaim(TYPE, Long.BYTES);
    if (index < 0) {
      return false;
    }
    buffer.putLong(index, word);
    // Release, in Agrona: whoever sees the record's length sees its word and what came before.
    ring.commit(index);
    return true;
  }

  /**
   * The receiver: takes the oldest message.
   *
   * @return its word; 0 where there is none, or its sender has not finished writing it
   */
  long read() {
    word = 0;
    ring.read(this, 1);
    return word;
  }

  /** The receiver: whether no message is in the ring, not even one that is being written. */
  boolean isEmpty() {
    return ring.producerPosition() == ring.consumerPosition();
  }

  /**
   * Frees the messages that were never taken. No other thread looks, so every record is complete;
   * all are of one size, so none is padding.
   */
  static void releaseAll(long ring, int shift, BlockCache cache) {
    long capacity = 1L << shift;
    long head = Memory.getLong(ring + capacity + RingBufferDescriptor.HEAD_POSITION_OFFSET);
    long tail = Memory.getLong(ring + capacity + RingBufferDescriptor.TAIL_POSITION_OFFSET);
    for (long at = head; at < tail; at += RECORD_BYTES) {
      long record = ring + (at & capacity - 1);
      Mailbox.releaseMessage(Memory.getLong(record + RecordDescriptor.HEADER_LENGTH), cache);
    }
  }

  @Override
  public void onMessage(int type, MutableDirectBuffer source, int index, int length) {
    word = source.getLong(index);
  }
}
