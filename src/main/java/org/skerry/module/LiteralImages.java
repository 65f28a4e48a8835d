package org.skerry.module;

import org.skerry.term.Term;

/** Which words may stand as literals in a file. */
final class LiteralImages {
  private LiteralImages() {}

  /** Whether a word is a small integer, an atom of the module, nil, a boolean or the empty list. */
  static boolean isImmediate(long word, int atomCount) {
    if (Term.isAtom(word)) {
      return word >= 0 && Term.atomIndex(word) < atomCount;
    }
    return Term.isSmallInt(word)
        || word == Term.NIL
        || word == Term.FALSE
        || word == Term.TRUE
        || word == Term.EMPTY_LIST;
  }
}
