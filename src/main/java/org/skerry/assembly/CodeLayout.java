package org.skerry.assembly;

import java.util.Arrays;
import java.util.BitSet;
import org.agrona.collections.IntArrayList;
import org.skerry.isa.InstructionWord;
import org.skerry.isa.Opcode;

/**
 * Puts distances into code. A 16-bit branch that does not reach its label gets two jumps behind it:
 * one over the other, which goes there, and which is what the branch then goes to.
 *
 * <pre>
 *   i.jump.lt a, b, @far          i.jump.lt a, b, @+2+1
 *   next                          jump      @+2
 *                                 jump      @far
 *                                 next
 * </pre>
 */
final class CodeLayout {
  private static final int JUMPS_WORDS = 2;

  /** After so many rounds every branch is lengthened that could still come to need it. */
  private static final int EXACT_ROUNDS = 8;

  private final Fixups fixups;
  private final Labels labels;
  private final BitSet lengthened = new BitSet();

  /** Where jumps are put in, ascending; in the old code. */
  private IntArrayList insertions = new IntArrayList();

  private long[] code;
  private int size;

  CodeLayout(long[] code, int size, Fixups fixups, Labels labels) {
    this.code = code;
    this.size = size;
    this.fixups = fixups;
    this.labels = labels;
  }

  int size() {
    return size;
  }

  long[] code() {
    return Arrays.copyOf(code, size);
  }

  /** Where a place of the old code is in the new. */
  int moved(int pc) {
    if (insertions.isEmpty()) {
      return pc;
    }
    int low = 0;
    int high = insertions.size();
    while (low < high) {
      int middle = low + high >>> 1;
      if (insertions.getInt(middle) <= pc) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return pc + JUMPS_WORDS * low;
  }

  /** Puts the distances in; false where one does not fit. */
  boolean fits() {
    if (tooFar(Short.MAX_VALUE)) {
      return false;
    }
    fill();
    return true;
  }

  /** Puts the distances in, after having made room for those that do not fit. */
  boolean lengthen() {
    for (int round = 1; round <= EXACT_ROUNDS && tooFar(Short.MAX_VALUE); round++) {
      makeRoom();
    }
    if (tooFar(Short.MAX_VALUE)) {
      // Every word may still become three, so this is the last round.
      tooFar(Short.MAX_VALUE / 3);
      makeRoom();
    }
    if (!insertions.isEmpty()) {
      insert();
    }
    fill();
    return true;
  }

  private void makeRoom() {
    insertions = new IntArrayList();
    for (int i = lengthened.nextSetBit(0); i >= 0; i = lengthened.nextSetBit(i + 1)) {
      insertions.addInt(fixups.end(i));
    }
  }

  /** Marks the branches that reach less far than they must, and says whether there are new ones. */
  private boolean tooFar(int reach) {
    boolean found = false;
    for (int i = 0; i < fixups.count(); i++) {
      if (fixups.isNarrow(i) && !lengthened.get(i)) {
        int distance = moved(labels.pc(fixups.label(i))) - moved(fixups.pc(i));
        if (distance > reach || distance < -reach - 1) {
          lengthened.set(i);
          found = true;
        }
      }
    }
    return found;
  }

  private void insert() {
    long[] longer = new long[size + JUMPS_WORDS * insertions.size()];
    int from = 0;
    int to = 0;
    for (int i = 0; i < insertions.size(); i++) {
      int length = insertions.getInt(i) - from;
      System.arraycopy(code, from, longer, to, length);
      from += length;
      to += length;
      longer[to] = InstructionWord.withHalf(Opcode.JUMP.code(), 1, JUMPS_WORDS);
      longer[to + 1] = Opcode.JUMP.code();
      to += JUMPS_WORDS;
    }
    System.arraycopy(code, from, longer, to, size - from);
    code = longer;
    size = longer.length;
  }

  private void fill() {
    for (int i = 0; i < fixups.count(); i++) {
      int pc = moved(fixups.pc(i));
      int target = moved(labels.pc(fixups.label(i)));
      int slot = fixups.slot(i);
      if (lengthened.get(i)) {
        int jump = pc + fixups.end(i) - fixups.pc(i) + 1;
        code[jump] = InstructionWord.withHalf(code[jump], 1, target - jump);
        target = jump;
      }
      int at = pc + slot / InstructionWord.SLOTS_PER_WORD;
      int within = slot % InstructionWord.SLOTS_PER_WORD;
      code[at] =
          fixups.isNarrow(i)
              ? InstructionWord.withSlot(code[at], within, target - pc)
              : InstructionWord.withHalf(code[at], within / 2, target - pc);
    }
    for (int i = 0; i < labels.count(); i++) {
      labels.movePc(i, moved(labels.pc(i)));
    }
  }
}
