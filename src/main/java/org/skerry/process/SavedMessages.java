package org.skerry.process;

import static org.skerry.heap.HeapLayout.ROOTS_ADDRESS;
import static org.skerry.heap.HeapLayout.ROOTS_END;
import static org.skerry.heap.HeapLayout.ROOTS_FIRST;
import static org.skerry.process.MailboxLayout.SAVED_CAPACITY;
import static org.skerry.process.MailboxLayout.SAVED_COUNT;
import static org.skerry.process.MailboxLayout.SAVED_CURSOR;
import static org.skerry.process.MailboxLayout.SAVED_HEADER_BYTES;
import static org.skerry.process.MailboxLayout.SAVED_LOOKED;

import org.skerry.heap.HeapLayout;
import org.skerry.memory.BlockCache;
import org.skerry.memory.Memory;
import org.skerry.term.Term;

/**
 * The messages that a selective receive has looked at and not taken: terms in the process's heap,
 * in an array that the collector knows as roots, each with its charge in a second array behind.
 * Where a message was taken, a tombstone stays until the array is compacted. For the process's
 * owner only.
 */
final class SavedMessages {
  private static final int INITIAL_CAPACITY = 8;

  /** An empty array up to this size is kept for the next selective receive. */
  private static final int KEPT_CAPACITY = 32;

  private SavedMessages() {}

  /** Whether there is none, so that the next message is one that was never looked at. */
  static boolean isEmpty(long process) {
    return Memory.getInt(process + ROOTS_FIRST) == Memory.getInt(process + ROOTS_END);
  }

  /** Starts a look-through at the oldest message. */
  static void begin(long process) {
    if (Memory.getLong(process + ROOTS_ADDRESS) == Memory.NULL) {
      return;
    }
    long header = header(process);
    int first = Memory.getInt(process + ROOTS_FIRST);
    int range = Memory.getInt(process + ROOTS_END) - first;
    if (range > 2 * INITIAL_CAPACITY && Memory.getInt(header + SAVED_COUNT) < range >>> 1) {
      compact(process, header);
      first = 0;
    }
    Memory.putInt(header + SAVED_CURSOR, first);
    Memory.putInt(header + SAVED_LOOKED, 0);
  }

  /** The next message of the look-through that was saved already; NONE where there is none. */
  static long next(long process) {
    if (Memory.getLong(process + ROOTS_ADDRESS) == Memory.NULL) {
      return Term.NONE;
    }
    long header = header(process);
    int end = Memory.getInt(process + ROOTS_END);
    int cursor =
        Math.max(Memory.getInt(header + SAVED_CURSOR), Memory.getInt(process + ROOTS_FIRST));
    long term = Term.TOMBSTONE;
    while (cursor < end && term == Term.TOMBSTONE) {
      term = Memory.getLong(termAddress(header, cursor++));
    }
    Memory.putInt(header + SAVED_CURSOR, cursor);
    if (term == Term.TOMBSTONE) {
      return Term.NONE;
    }
    Memory.putInt(header + SAVED_LOOKED, cursor);
    return term;
  }

  /**
   * Makes room for one more message.
   *
   * @return false where the process's or the VM's limit leaves none
   */
  static boolean ensure(BlockCache cache, long process) {
    if (Memory.getLong(process + ROOTS_ADDRESS) == Memory.NULL) {
      return grow(cache, process, INITIAL_CAPACITY);
    }
    long header = header(process);
    int capacity = Memory.getInt(header + SAVED_CAPACITY);
    if (Memory.getInt(process + ROOTS_END) < capacity) {
      return true;
    }
    if (Memory.getInt(header + SAVED_COUNT) <= capacity >>> 1) {
      compact(process, header);
      return true;
    }
    return grow(cache, process, capacity * 2);
  }

  /** Saves a message that the look-through has now reached. There is room. */
  static void add(long process, long term, long charge) {
    long header = header(process);
    int end = Memory.getInt(process + ROOTS_END);
    Memory.putLong(termAddress(header, end), term);
    Memory.putLong(chargeAddress(header, end), charge);
    Memory.putInt(process + ROOTS_END, end + 1);
    Memory.putInt(header + SAVED_COUNT, Memory.getInt(header + SAVED_COUNT) + 1);
    Memory.putInt(header + SAVED_CURSOR, end + 1);
    Memory.putInt(header + SAVED_LOOKED, end + 1);
  }

  /** The oldest message; there is one. */
  static long oldest(long process) {
    return Memory.getLong(termAddress(header(process), Memory.getInt(process + ROOTS_FIRST)));
  }

  /** Takes the oldest message out, and returns its charge. */
  static long takeOldest(BlockCache cache, long process) {
    return take(cache, process, Memory.getInt(process + ROOTS_FIRST));
  }

  /** Takes the message looked at last out, and returns its charge; 0 where there is none. */
  static long takeLooked(BlockCache cache, long process) {
    if (isEmpty(process)) {
      return 0;
    }
    long header = header(process);
    int index = Memory.getInt(header + SAVED_LOOKED) - 1;
    if (index < Memory.getInt(process + ROOTS_FIRST)
        || Memory.getLong(termAddress(header, index)) == Term.TOMBSTONE) {
      return 0;
    }
    return take(cache, process, index);
  }

  /**
   * Takes the message {@code {down, ref, …}} out, and returns its charge; 0 where there is none.
   */
  static long takeDown(BlockCache cache, long process, long ref) {
    if (isEmpty(process)) {
      return 0;
    }
    long header = header(process);
    int end = Memory.getInt(process + ROOTS_END);
    for (int i = Memory.getInt(process + ROOTS_FIRST); i < end; i++) {
      long term = Memory.getLong(termAddress(header, i));
      if (term != Term.TOMBSTONE && SignalMail.isDown(term, ref)) {
        int looked = Memory.getInt(header + SAVED_LOOKED);
        long charge = take(cache, process, i);
        keepLooked(process, looked, i);
        return charge;
      }
    }
    return 0;
  }

  /** A message that was taken beside a look-through ends it only if it was the one looked at. */
  private static void keepLooked(long process, int looked, int taken) {
    if (looked - 1 != taken && !isEmpty(process)) {
      Memory.putInt(header(process) + SAVED_LOOKED, looked);
    }
  }

  /** Frees the array. */
  static void release(BlockCache cache, long process) {
    if (Memory.getLong(process + ROOTS_ADDRESS) == Memory.NULL) {
      return;
    }
    long header = header(process);
    long bytes = byteCount(Memory.getInt(header + SAVED_CAPACITY));
    cache.free(header, bytes);
    charge(process, -BlockCache.blockSize(bytes));
    Memory.putLong(process + ROOTS_ADDRESS, Memory.NULL);
    Memory.putInt(process + ROOTS_FIRST, 0);
    Memory.putInt(process + ROOTS_END, 0);
  }

  private static long take(BlockCache cache, long process, int index) {
    long header = header(process);
    long charge = Memory.getLong(chargeAddress(header, index));
    Memory.putLong(termAddress(header, index), Term.TOMBSTONE);
    Memory.putInt(header + SAVED_LOOKED, 0);
    int count = Memory.getInt(header + SAVED_COUNT) - 1;
    Memory.putInt(header + SAVED_COUNT, count);
    if (count == 0) {
      clear(cache, process, header);
    } else {
      trim(process, header);
    }
    return charge;
  }

  private static void clear(BlockCache cache, long process, long header) {
    if (Memory.getInt(header + SAVED_CAPACITY) > KEPT_CAPACITY) {
      release(cache, process);
    } else {
      Memory.putInt(process + ROOTS_FIRST, 0);
      Memory.putInt(process + ROOTS_END, 0);
      Memory.putInt(header + SAVED_CURSOR, 0);
    }
  }

  /** Lets the range begin and end with a message. There is one. */
  private static void trim(long process, long header) {
    int first = Memory.getInt(process + ROOTS_FIRST);
    while (Memory.getLong(termAddress(header, first)) == Term.TOMBSTONE) {
      first++;
    }
    Memory.putInt(process + ROOTS_FIRST, first);
    int end = Memory.getInt(process + ROOTS_END);
    while (Memory.getLong(termAddress(header, end - 1)) == Term.TOMBSTONE) {
      end--;
    }
    Memory.putInt(process + ROOTS_END, end);
    Memory.putInt(header + SAVED_CURSOR, Math.min(Memory.getInt(header + SAVED_CURSOR), end));
  }

  private static void compact(long process, long header) {
    int end = Memory.getInt(process + ROOTS_END);
    int cursor = Memory.getInt(header + SAVED_CURSOR);
    int looked = Memory.getInt(header + SAVED_LOOKED);
    int newCursor = 0;
    int newLooked = 0;
    int to = 0;
    for (int from = Memory.getInt(process + ROOTS_FIRST); from < end; from++) {
      long term = Memory.getLong(termAddress(header, from));
      if (term != Term.TOMBSTONE) {
        Memory.putLong(termAddress(header, to), term);
        Memory.putLong(chargeAddress(header, to), Memory.getLong(chargeAddress(header, from)));
        to++;
        newCursor = from < cursor ? to : newCursor;
        newLooked = from == looked - 1 ? to : newLooked;
      }
    }
    Memory.putInt(process + ROOTS_FIRST, 0);
    Memory.putInt(process + ROOTS_END, to);
    Memory.putInt(header + SAVED_CURSOR, newCursor);
    Memory.putInt(header + SAVED_LOOKED, newLooked);
  }

  private static boolean grow(BlockCache cache, long process, int capacity) {
    long bytes = byteCount(capacity);
    long size = BlockCache.blockSize(bytes);
    long used = Memory.getLong(process + HeapLayout.MEMORY_USED);
    if (used + size > Memory.getLong(process + HeapLayout.MEMORY_MAX)) {
      return false;
    }
    long header = cache.allocate(bytes);
    if (header == Memory.NULL) {
      return false;
    }
    charge(process, size);
    Memory.putInt(header + SAVED_CAPACITY, capacity);
    int end = Memory.getInt(process + ROOTS_END);
    if (Memory.getLong(process + ROOTS_ADDRESS) == Memory.NULL) {
      Memory.putInt(header + SAVED_COUNT, 0);
      Memory.putInt(header + SAVED_CURSOR, 0);
      Memory.putInt(header + SAVED_LOOKED, 0);
    } else {
      long old = header(process);
      int oldCapacity = Memory.getInt(old + SAVED_CAPACITY);
      Memory.putInt(header + SAVED_COUNT, Memory.getInt(old + SAVED_COUNT));
      Memory.putInt(header + SAVED_CURSOR, Memory.getInt(old + SAVED_CURSOR));
      Memory.putInt(header + SAVED_LOOKED, Memory.getInt(old + SAVED_LOOKED));
      Memory.copy(termAddress(old, 0), termAddress(header, 0), 8L * end);
      Memory.copy(chargeAddress(old, 0), chargeAddress(header, 0), 8L * end);
      long oldBytes = byteCount(oldCapacity);
      cache.free(old, oldBytes);
      charge(process, -BlockCache.blockSize(oldBytes));
    }
    Memory.putLong(process + ROOTS_ADDRESS, header + SAVED_HEADER_BYTES);
    return true;
  }

  private static long header(long process) {
    return Memory.getLong(process + ROOTS_ADDRESS) - SAVED_HEADER_BYTES;
  }

  private static long termAddress(long header, int index) {
    return header + SAVED_HEADER_BYTES + 8L * index;
  }

  private static long chargeAddress(long header, int index) {
    return termAddress(header, Memory.getInt(header + SAVED_CAPACITY) + index);
  }

  private static long byteCount(int capacity) {
    return SAVED_HEADER_BYTES + 16L * capacity;
  }

  private static void charge(long process, long bytes) {
    long used = Memory.getLong(process + HeapLayout.MEMORY_USED);
    Memory.putLong(process + HeapLayout.MEMORY_USED, used + bytes);
  }
}
