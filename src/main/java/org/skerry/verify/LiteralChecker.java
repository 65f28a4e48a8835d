package org.skerry.verify;

import org.skerry.module.ModuleFile;
import org.skerry.term.Term;

/**
 * Checks the literals of a module. Literals are shared by all processes and never collected, so
 * they hold nothing that could be written to; and nothing that only a running VM can give out, such
 * as pids, refs and closures.
 */
final class LiteralChecker {
  private final ModuleFile file;
  private final Problems problems;

  LiteralChecker(ModuleFile file, Problems problems) {
    this.file = file;
    this.problems = problems;
  }

  /** Adds what is wrong with them. */
  void check() {
    for (int i = 0; i < file.literals().size() && !problems.full(); i++) {
      ModuleFile.Literal literal = file.literals().get(i);
      if (literal.image() == null) {
        checkImmediate(i, literal.word());
      }
    }
  }

  private void checkImmediate(int index, long word) {
    if (Term.isAtom(word)) {
      if (word >>> 3 >= file.atoms().size()) {
        problems.add(
            "an atom of a literal does not exist",
            "literal",
            index,
            "atom",
            word >>> 3,
            "count",
            file.atoms().size());
      }
    } else if (!Term.isGuestImmediate(word) || Term.isPid(word) || Term.isRef(word)) {
      problems.add(
          "a literal is no term that a module may hold",
          "literal",
          index,
          "word",
          String.format("0x%x", word));
    }
  }
}
