package org.skerry.heap;

import org.skerry.memory.Memory;
import org.skerry.memory.VmBug;
import org.skerry.term.Term;

/**
 * Two generations within the one block of a heap: an old space, where the last collection left what
 * lives, and a nursery at the block's end, where allocation goes on. They begin and end without a
 * copy, for they are but a way to see a block.
 *
 * <p>Static methods on a process's record; owner thread only. See {@code
 * native-notes/collector.md}.
 */
final class Generations {
  /** A nursery's size is a multiple of it. */
  static final int NURSERY_UNIT_BYTES = 64;

  /** No nursery is larger: its size is kept in 16 bits. */
  static final int MAX_NURSERY_BYTES = Short.MAX_VALUE * NURSERY_UNIT_BYTES;

  /** The old space begins with room for so many full nurseries, or there is nothing to gain. */
  private static final int MIN_OLD_ROOM_NURSERIES = 2;

  /** A minor collection pays that works on no more than this part of the nursery. */
  private static final int MAX_WORK_DIVISOR = 2;

  /** What was young is filled with it in checked mode: no address of a nursery outlives it. */
  private static final byte POISON = (byte) 0xDD;

  private Generations() {}

  /** Address of the record, or NULL where the heap has but one generation. */
  static long record(long process) {
    int units = Memory.getShort(process + HeapLayout.NURSERY);
    return units == 0
        ? Memory.NULL
        : Memory.getLong(process + HeapLayout.HEAP_END)
            - (long) units * NURSERY_UNIT_BYTES
            - GenerationsLayout.BYTES;
  }

  /**
   * Divides the room of a heap of one generation: what is in it becomes old.
   *
   * @param nurseryBytes a multiple of {@link #NURSERY_UNIT_BYTES}
   * @return false where there is too little room; nothing has changed then
   */
  static boolean begin(long process, long nurseryBytes) {
    long top = Memory.getLong(process + HeapLayout.HEAP_TOP);
    long record =
        Memory.getLong(process + HeapLayout.HEAP_END) - nurseryBytes - GenerationsLayout.BYTES;
    if (record - top < MIN_OLD_ROOM_NURSERIES * nurseryBytes) {
      return false;
    }
    Memory.putLong(record + GenerationsLayout.OLD_TOP, top);
    Memory.putLong(record + GenerationsLayout.REMEMBERED, record);
    Memory.putLong(process + HeapLayout.HEAP_TOP, nursery(record));
    Memory.putShort(process + HeapLayout.NURSERY, (short) (nurseryBytes / NURSERY_UNIT_BYTES));
    return true;
  }

  /** Makes one generation of two whose nursery is empty: the free room is one piece again. */
  static void end(long process) {
    long record = record(process);
    if (Memory.getLong(process + HeapLayout.HEAP_TOP) != nursery(record)) {
      throw new VmBug("only an empty nursery is given up", "process", process);
    }
    Memory.putLong(
        process + HeapLayout.HEAP_TOP, Memory.getLong(record + GenerationsLayout.OLD_TOP));
    Memory.putShort(process + HeapLayout.NURSERY, (short) 0);
  }

  /** Whether a minor collection that did so much work was worth more than a larger old space. */
  static boolean pays(long process, long workBytes) {
    long nurseryBytes = Memory.getLong(process + HeapLayout.HEAP_END) - nursery(record(process));
    return workBytes <= nurseryBytes / MAX_WORK_DIVISOR;
  }

  /** Address of the nursery's first object. */
  static long nursery(long record) {
    return record + GenerationsLayout.BYTES;
  }

  /** End of the old objects. */
  static long oldTop(long record) {
    return Memory.getLong(record + GenerationsLayout.OLD_TOP);
  }

  /** End of the room for more old objects, and the first entry of the remembered set. */
  static long remembered(long record) {
    return Memory.getLong(record + GenerationsLayout.REMEMBERED);
  }

  /** Whether all that is in the nursery has room in the old space, even if all of it lives. */
  static boolean hasRoomForYoung(long process) {
    long record = record(process);
    long young = Memory.getLong(process + HeapLayout.HEAP_TOP) - nursery(record);
    return young <= remembered(record) - oldTop(record);
  }

  /** After a minor collection: the survivors are old, nothing is remembered. */
  static void promoted(long process, long oldTop) {
    long record = record(process);
    long nursery = nursery(record);
    long youngBytes = Memory.getLong(process + HeapLayout.HEAP_TOP) - nursery;
    if (Memory.CHECKED && youngBytes > 0) {
      Memory.fill(nursery, youngBytes, POISON);
    }
    Memory.putLong(record + GenerationsLayout.OLD_TOP, oldTop);
    Memory.putLong(record + GenerationsLayout.REMEMBERED, record);
    Memory.putLong(process + HeapLayout.HEAP_TOP, nursery);
  }

  /**
   * Remembers those of the slots, which lie in an old array, that now refer to young objects.
   *
   * @param slot address of the first
   */
  static void remember(long process, long record, long slot, long count) {
    long remembered = remembered(record);
    long nursery = nursery(record);
    long youngBytes = Memory.getLong(process + HeapLayout.HEAP_TOP) - nursery;
    long oldTop = oldTop(record);
    for (long end = slot + (count << 3); slot < end && remembered != Memory.NULL; slot += 8) {
      long term = Memory.getLong(slot);
      if (Term.isObject(term) && Long.compareUnsigned(term - nursery, youngBytes) < 0) {
        remembered -= 8;
        if (remembered < oldTop) {
          remembered = Memory.NULL;
        } else {
          Memory.putLong(remembered, slot);
        }
      }
    }
    Memory.putLong(record + GenerationsLayout.REMEMBERED, remembered);
  }

  /** Bytes of objects in the heap. */
  static long usedBytes(long process) {
    long used =
        Memory.getLong(process + HeapLayout.HEAP_TOP)
            - Memory.getLong(process + HeapLayout.HEAP_START);
    long record = record(process);
    return record == Memory.NULL ? used : used - (nursery(record) - oldTop(record));
  }
}
