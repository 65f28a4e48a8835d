package org.skerry.module;

import java.util.List;

/** Checks on the literals of a file. */
final class LiteralImages {
  private static final int ATOM_TAG = 2;
  private static final int SPECIAL_TAG = 6;

  private LiteralImages() {}

  /** Whether a word is a small integer, an atom of the module, nil, a boolean or the empty list. */
  static boolean isImmediate(long word, int atomCount) {
    if ((word & 1) != 0) {
      return true;
    }
    if ((word & 7) == ATOM_TAG) {
      return word >= 0 && word >>> 3 < atomCount;
    }
    return (word & 15) == SPECIAL_TAG && word >= 0 && word >>> 4 < 4;
  }

  /** What is wrong with an image, or null. */
  static String problem(byte[] image, List<String> atoms) {
    return image.length < 32 ? "no room for its header" : null;
  }
}
