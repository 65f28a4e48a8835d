package org.skerry.verify;

import java.util.Arrays;
import org.skerry.module.VerifiedFunction;
import org.skerry.verify.StepBudget.Exceeded;

/**
 * Gathers the live sets of a function: equal ones are kept once. A call that pushes a frame has two
 * sets, one behind the other: before it, and across it. See {@link org.skerry.module.Liveness}.
 */
final class LivenessTable {
  private static final int EMPTY = -1;

  private final int setWords;
  private final StepBudget budget;
  private final int setsOffset;
  private final int[] offsets;
  private long[] sets;
  private int used;

  /** Open addressing: index of an entry's first word, for entries of one set and of two. */
  private int[] singles = filled(16);

  private int singleCount;
  private int[] pairs = filled(16);
  private int pairCount;

  LivenessTable(int codeWords, int setWords, StepBudget budget) {
    this.setWords = setWords;
    this.budget = budget;
    setsOffset = VerifiedFunction.livenessSetsOffset(codeWords);
    offsets = new int[codeWords];
    sets = new long[8 * setWords];
  }

  /**
   * Adds the sets of an instruction, which are copied.
   *
   * @param across null if it is no call
   */
  void add(int pc, long[] in, long[] across) throws Exceeded {
    budget.take(setWords + 1);
    offsets[pc] = setsOffset + 8 * (across == null ? single(in) : pair(in, across));
  }

  int[] offsets() {
    return offsets;
  }

  long[] sets() {
    return Arrays.copyOf(sets, used);
  }

  private int single(long[] in) throws Exceeded {
    if (setWords == 0) {
      return 0;
    }
    int index = append(in);
    if (2 * ++singleCount > singles.length) {
      singles = grown(singles, setWords);
    }
    int found = intern(singles, index, setWords);
    singleCount -= found == index ? 0 : 1;
    return found;
  }

  private int pair(long[] in, long[] across) throws Exceeded {
    if (setWords == 0) {
      return 0;
    }
    int index = append(in);
    append(across);
    if (2 * ++pairCount > pairs.length) {
      pairs = grown(pairs, 2 * setWords);
    }
    int found = intern(pairs, index, 2 * setWords);
    pairCount -= found == index ? 0 : 1;
    return found;
  }

  private int append(long[] set) {
    if (used + setWords > sets.length) {
      sets = Arrays.copyOf(sets, 2 * sets.length + setWords);
    }
    System.arraycopy(set, 0, sets, used, setWords);
    used += setWords;
    return used - setWords;
  }

  /** Finds an entry equal to the one just appended, which then goes; otherwise keeps it. */
  private int intern(int[] slots, int index, int words) throws Exceeded {
    int slot = hash(index, words) & slots.length - 1;
    while (slots[slot] != EMPTY) {
      int other = slots[slot];
      budget.take(words); // a module may be made to collide
      if (Arrays.equals(sets, other, other + words, sets, index, index + words)) {
        used = index;
        return other;
      }
      slot = slot + 1 & slots.length - 1;
    }
    slots[slot] = index;
    budget.takeSetWords(words);
    return index;
  }

  private int[] grown(int[] slots, int words) {
    int[] larger = filled(2 * slots.length);
    for (int index : slots) {
      if (index != EMPTY) {
        int slot = hash(index, words) & larger.length - 1;
        while (larger[slot] != EMPTY) {
          slot = slot + 1 & larger.length - 1;
        }
        larger[slot] = index;
      }
    }
    return larger;
  }

  private int hash(int index, int words) {
    long hash = 0;
    for (int i = index; i < index + words; i++) {
      hash = (hash ^ sets[i]) * 0x9E37_79B9_7F4A_7C15L;
      hash ^= hash >>> 32;
    }
    return (int) hash;
  }

  private static int[] filled(int length) {
    int[] slots = new int[length];
    Arrays.fill(slots, EMPTY);
    return slots;
  }
}
