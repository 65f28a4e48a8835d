package org.skerry.verify;

import org.skerry.module.ModuleFile;
import org.skerry.term.ImageChecker;
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
    try (ImageChecker images = new ImageChecker(file.atoms())) {
      for (int i = 0; i < file.literals().size() && !problems.full(); i++) {
        ModuleFile.Literal literal = file.literals().get(i);
        if (literal.image() == null) {
          checkImmediate(i, literal.word());
        } else {
          checkImage(i, literal, images);
        }
      }
    }
  }

  private void checkImmediate(int index, long word) {
    boolean good =
        Term.isAtom(word)
            ? word >>> 3 < file.atoms().size()
            : Term.isGuestImmediate(word) && !Term.isPid(word) && !Term.isRef(word);
    if (!good) {
      problems.add(
          "a literal is no term that a module may hold",
          "literal",
          index,
          "word",
          String.format("0x%x", word),
          "atoms",
          file.atoms().size());
    }
  }

  private void checkImage(int index, ModuleFile.Literal literal, ImageChecker images) {
    String problem =
        literal.word() == 0 ? images.problem(literal.image()) : "it comes with a word as well";
    if (problem != null) {
      problems.add("the image of a literal is malformed, " + problem, "literal", index);
    }
  }
}
