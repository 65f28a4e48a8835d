package org.skerry.verify;

import java.util.Arrays;
import org.agrona.collections.Long2LongHashMap;
import org.skerry.verify.StepBudget.Exceeded;

/**
 * Lists of the MVars that a function holds, in the order in which it took them. A list is a number:
 * equal lists are the same number, and one that is longer by an entry knows the one before it.
 */
final class HoldLists {
  /** Most holds of one function at a time: their number has a byte. */
  static final int MAX_HOLDS = 255;

  /** The list without entries. */
  static final int EMPTY = 0;

  private static final int MISSING = -1;

  private final StepBudget budget;
  private final Long2LongHashMap longer = new Long2LongHashMap(MISSING);
  private int[] shorter = new int[16];

  /** Of each list, its last entry: twice the MVar, and one more for writing. */
  private int[] last = new int[16];

  private int[] length = new int[16];
  private int count = 1;
  private final int[] undone = new int[MAX_HOLDS];

  HoldLists(StepBudget budget) {
    this.budget = budget;
  }

  /** An entry of a list. */
  static int entry(int mvar, boolean writes) {
    return 2 * mvar + (writes ? 1 : 0);
  }

  static int mvar(int entry) {
    return entry >>> 1;
  }

  static boolean writes(int entry) {
    return (entry & 1) != 0;
  }

  int length(int list) {
    return length[list];
  }

  /** The list and one entry more; it must not be of the greatest length. */
  int append(int list, int entry) throws Exceeded {
    long key = (long) list << 32 | entry;
    long known = longer.get(key);
    if (known != MISSING) {
      return (int) known;
    }
    budget.takeHoldList();
    if (count == last.length) {
      shorter = Arrays.copyOf(shorter, 2 * count);
      last = Arrays.copyOf(last, 2 * count);
      length = Arrays.copyOf(length, 2 * count);
    }
    shorter[count] = list;
    last[count] = entry;
    length[count] = length[list] + 1;
    longer.put(key, count);
    return count++;
  }

  /** The list without the last entry of an MVar, or -1 if there is none. */
  int remove(int list, int mvar) throws Exceeded {
    int kept = list;
    int later = 0;
    while (kept != EMPTY && mvar(last[kept]) != mvar) {
      undone[later++] = last[kept];
      kept = shorter[kept];
    }
    budget.take(later + 1);
    if (kept == EMPTY) {
      return -1;
    }
    int result = shorter[kept];
    while (later > 0) {
      result = append(result, undone[--later]);
    }
    return result;
  }

  /** Whether a list begins with all of another. */
  boolean beginsWith(int list, int prefix) throws Exceeded {
    int surplus = length[list] - length[prefix];
    budget.take(1 + Math.max(0, surplus));
    int shortened = list;
    for (int i = 0; i < surplus; i++) {
      shortened = shorter[shortened];
    }
    return shortened == prefix;
  }

  /** A list's entries. */
  int[] entries(int list) {
    int[] entries = new int[length[list]];
    int rest = list;
    for (int i = entries.length - 1; i >= 0; i--) {
      entries[i] = last[rest];
      rest = shorter[rest];
    }
    return entries;
  }
}
