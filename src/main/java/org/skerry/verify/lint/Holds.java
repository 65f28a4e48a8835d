package org.skerry.verify.lint;

/**
 * A list of holds of one function, the last one taken first.
 *
 * @param below the holds taken before, or null
 * @param mvar the MVar's number in the program
 * @param pc the instruction that took it
 */
record Holds(Holds below, int mvar, boolean writes, int pc) {

  /** The hold of an MVar that was taken first, or null. */
  static Holds outermost(Holds holds, int mvar) {
    Holds found = null;
    for (Holds at = holds; at != null; at = at.below) {
      found = at.mvar == mvar ? at : found;
    }
    return found;
  }

  static boolean holds(Holds holds, int mvar) {
    return outermost(holds, mvar) != null;
  }

  static boolean holdsToWrite(Holds holds, int mvar) {
    for (Holds at = holds; at != null; at = at.below) {
      if (at.mvar == mvar && at.writes) {
        return true;
      }
    }
    return false;
  }

  /** The instruction that took the hold of an MVar that was taken first; -1 where there is none. */
  static int takenBy(Holds holds, int mvar) {
    Holds outermost = outermost(holds, mvar);
    return outermost == null ? -1 : outermost.pc;
  }

  /** The list without its last hold of an MVar. */
  static Holds without(Holds holds, int mvar) {
    if (holds == null || holds.mvar == mvar) {
      return holds == null ? null : holds.below;
    }
    return new Holds(without(holds.below, mvar), holds.mvar, holds.writes, holds.pc);
  }

  /** The first {@code count} holds. */
  static Holds first(Holds holds, int count) {
    int length = 0;
    for (Holds at = holds; at != null; at = at.below) {
      length++;
    }
    Holds kept = holds;
    for (; length > count; length--) {
      kept = kept.below;
    }
    return kept;
  }
}
