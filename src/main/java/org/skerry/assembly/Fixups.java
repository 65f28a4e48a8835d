package org.skerry.assembly;

import org.agrona.collections.IntArrayList;

/** Places in code that want the distance to a label, in the order of the code. */
final class Fixups {
  private static final int COLUMNS = 4;
  private static final int NARROW = 1 << 30;

  private final IntArrayList table = new IntArrayList();

  /**
   * @param pc the instruction
   * @param slot of the distance in the instruction
   * @param narrow whether the distance has 16 bits, not 32
   * @param end the place behind the instruction
   */
  void add(int pc, int slot, boolean narrow, int label, int end) {
    table.addInt(pc);
    table.addInt(narrow ? slot | NARROW : slot);
    table.addInt(label);
    table.addInt(end);
  }

  int count() {
    return table.size() / COLUMNS;
  }

  int pc(int i) {
    return table.getInt(COLUMNS * i);
  }

  int slot(int i) {
    return table.getInt(COLUMNS * i + 1) & ~NARROW;
  }

  boolean isNarrow(int i) {
    return (table.getInt(COLUMNS * i + 1) & NARROW) != 0;
  }

  int label(int i) {
    return table.getInt(COLUMNS * i + 2);
  }

  int end(int i) {
    return table.getInt(COLUMNS * i + 3);
  }
}
