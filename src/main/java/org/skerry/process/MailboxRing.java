package org.skerry.process;

import org.agrona.concurrent.ringbuffer.RecordDescriptor;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;
import org.skerry.memory.BlockCache;
import org.skerry.memory.Memory;

/**
 * The ring of a mailbox: the bytes and the protocol of Agrona's {@code ManyToOneRingBuffer}, which
 * reads and writes it too, cut down to records of one word each. All have one size, so none is
 * padding, and none lies across the end. Static methods on the address of the ring. See {@code
 * native-notes/mailbox.md}.
 */
final class MailboxRing {
  /** A record's bytes: its header, and the message's word. */
  static final int RECORD_BYTES = 16;

  /** Smallest and greatest ring, as binary logarithms of bytes. */
  static final int MIN_SHIFT = 7;

  static final int MAX_SHIFT = 16;

  /** {@link #claim}: there is no place left. */
  static final long FULL = 0;

  /** Length in the lower half, and in the upper a type, of which there is one. */
  private static final long HEADER = 1L << 32 | RECORD_BYTES;

  private static final int WORD = RecordDescriptor.HEADER_LENGTH;
  private static final int TAIL = RingBufferDescriptor.TAIL_POSITION_OFFSET;
  private static final int HEAD_CACHE = RingBufferDescriptor.HEAD_CACHE_POSITION_OFFSET;
  private static final int HEAD = RingBufferDescriptor.HEAD_POSITION_OFFSET;

  private MailboxRing() {}

  /** Bytes of the block of a ring, with the counters behind its records. */
  static int blockBytes(int shift) {
    return (1 << shift) + RingBufferDescriptor.TRAILER_LENGTH;
  }

  /** Makes a fresh block a ring that is empty. */
  static void initialize(long ring, int shift) {
    Memory.fill(ring, blockBytes(shift), (byte) 0);
  }

  /** Any sender: writes a message; false where the ring is full. */
  static boolean write(long ring, int shift, long word) {
    long record = claim(ring, shift);
    if (record == FULL) {
      return false;
    }
    fill(record, word);
    return true;
  }

  /**
   * Any sender: takes a place in the ring, which holds the receiver up until it is filled.
   *
   * @return the record's address, or {@link #FULL}
   */
  static long claim(long ring, int shift) {
    long capacity = 1L << shift;
    long counters = ring + capacity;
    long head = Memory.getLongAcquire(counters + HEAD_CACHE);
    for (; ; ) {
      long tail = Memory.getLongAcquire(counters + TAIL);
      if (tail - head >= capacity) {
        // Acquire: pairs with the release in read, before which the record was cleared.
        head = Memory.getLongAcquire(counters + HEAD);
        if (tail - head >= capacity) {
          return FULL;
        }
        // Release: who reads the cached head sees the cleared record as well.
        Memory.putLongRelease(counters + HEAD_CACHE, head);
      }
      if (Memory.compareAndSetLong(counters + TAIL, tail, tail + RECORD_BYTES)) {
        return ring + (tail & capacity - 1);
      }
    }
  }

  /** The sender that claimed the record puts its message there. */
  static void fill(long record, long word) {
    Memory.putLong(record + WORD, word);
    // Release: whoever sees the header sees the word and what the sender did before.
    Memory.putLongRelease(record, HEADER);
  }

  /**
   * The receiver: takes the oldest message.
   *
   * @return its word; 0 where there is none, or its sender has not finished writing it
   */
  static long read(long ring, int shift) {
    long word = next(ring, shift);
    if (word != 0) {
      take(ring, shift);
    }
    return word;
  }

  /** As {@link #read}; the message stays. */
  static long next(long ring, int shift) {
    long record = record(ring, shift);
    return Memory.getLongAcquire(record) == 0 ? 0 : Memory.getLong(record + WORD);
  }

  /** The receiver: takes the message out that {@link #next} gave. */
  static void take(long ring, int shift) {
    long head = ring + (1L << shift) + HEAD;
    Memory.putLong(record(ring, shift), 0);
    // Release: the next sender that claims the record finds it cleared.
    Memory.putLongRelease(head, Memory.getLong(head) + RECORD_BYTES);
  }

  /** Where the oldest message is, or will be. */
  private static long record(long ring, int shift) {
    long capacity = 1L << shift;
    return ring + (Memory.getLong(ring + capacity + HEAD) & capacity - 1);
  }

  /** Any sender: whether a message would find a place just now. */
  static boolean hasRoom(long ring, int shift) {
    long capacity = 1L << shift;
    long counters = ring + capacity;
    long tail = Memory.getLongAcquire(counters + TAIL);
    return tail - Memory.getLongAcquire(counters + HEAD_CACHE) < capacity
        || tail - Memory.getLongAcquire(counters + HEAD) < capacity;
  }

  /** The receiver: whether no message is in the ring, not even one that is being written. */
  static boolean isEmpty(long ring, int shift) {
    long counters = ring + (1L << shift);
    return Memory.getLongAcquire(counters + TAIL) == Memory.getLong(counters + HEAD);
  }

  /** Frees the messages that were never taken. No other thread looks, so every record is filled. */
  static void releaseAll(long ring, int shift, BlockCache cache) {
    for (long word = read(ring, shift); word != 0; word = read(ring, shift)) {
      Mailbox.releaseMessage(word, cache);
    }
  }
}
