package org.skerry.semantics;

import org.skerry.isa.InstructionWord;
import org.skerry.isa.Opcode;
import org.skerry.memory.Memory;

/** Where a switch goes: a distance in words. */
public final class Switches {
  private static final long SPARSE_ENTRY_BYTES = 16;
  private static final long DENSE_FIXED_BYTES = 8L * Opcode.I_SWITCH.format().fixedWords();
  private static final long SPARSE_FIXED_BYTES = 8L * Opcode.R_SWITCH.format().fixedWords();
  private static final long DENSE_BASE_OFFSET = 2L * Opcode.I_SWITCH.format().slotOf(1);
  private static final long DENSE_COUNT_OFFSET = 2L * Opcode.I_SWITCH.format().slotOf(3);
  private static final long SPARSE_COUNT_OFFSET = 2L * Opcode.R_SWITCH.format().slotOf(2);

  static {
    assert Opcode.R_SWITCH.format().fixedWords() == Opcode.I_SWITCH_SPARSE.format().fixedWords();
    assert Opcode.R_SWITCH.format().slotOf(2) == Opcode.I_SWITCH_SPARSE.format().slotOf(2);
  }

  private Switches() {}

  /** The table's entry {@code key - base}, or {@code otherwise}. */
  public static int dense(long pc, long key, int otherwise) {
    long index = key - Memory.getLong(pc + DENSE_BASE_OFFSET);
    int count = Memory.getShort(pc + DENSE_COUNT_OFFSET) & InstructionWord.SLOT_MAX;
    return Long.compareUnsigned(index, count) < 0
        ? Memory.getInt(pc + DENSE_FIXED_BYTES + (index << 2))
        : otherwise;
  }

  /** The label of the key, by binary search, or {@code otherwise}. */
  public static int sparse(long pc, long key, int otherwise) {
    long table = pc + SPARSE_FIXED_BYTES;
    int low = 0;
    int high = (Memory.getShort(pc + SPARSE_COUNT_OFFSET) & InstructionWord.SLOT_MAX) - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      long entry = table + middle * SPARSE_ENTRY_BYTES;
      long found = Memory.getLong(entry);
      if (found == key) {
        return Memory.getInt(entry + 8);
      }
      if (found < key) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return otherwise;
  }
}
