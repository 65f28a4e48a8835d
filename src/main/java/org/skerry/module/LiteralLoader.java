package org.skerry.module;

import static org.skerry.term.ObjectLayout.byteSize;
import static org.skerry.term.ObjectLayout.firstTermOffset;
import static org.skerry.term.ObjectLayout.termCount;

import java.util.List;
import org.skerry.memory.Memory;
import org.skerry.term.Atoms;
import org.skerry.term.Term;
import org.skerry.term.TermImage;

/**
 * Puts the literals of a verified module in place: atoms get the VM's indices, images are copied
 * off-heap once and turned into terms that are used where they lie. They lie outside every heap, so
 * no collector moves or frees them; they live as long as the code space.
 */
final class LiteralLoader {
  private final CodeSpace space;
  private final Atoms atoms;

  LiteralLoader(CodeSpace space, Atoms atoms) {
    this.space = space;
    this.atoms = atoms;
  }

  /** The term of each literal. */
  long[] load(ModuleFile file) throws LinkException {
    long[] atomWords = intern(file);
    long[] words = new long[file.literals().size()];
    for (int i = 0; i < words.length; i++) {
      ModuleFile.Literal literal = file.literals().get(i);
      words[i] =
          literal.image() == null
              ? translated(literal.word(), atomWords)
              : loadImage(file, literal.image(), atomWords);
    }
    return words;
  }

  private long[] intern(ModuleFile file) throws LinkException {
    long[] words = new long[file.atoms().size()];
    for (int i = 0; i < words.length; i++) {
      words[i] = atoms.intern(file.atoms().get(i));
      if (words[i] == Term.NONE) {
        throw new LinkException(
            List.of(file.name() + ": the VM has no room for more atoms: count=" + atoms.count()));
      }
    }
    return words;
  }

  private static long translated(long word, long[] atomWords) {
    return Term.isAtom(word) ? atomWords[Term.atomIndex(word)] : word;
  }

  private long loadImage(ModuleFile file, byte[] bytes, long[] atomWords) throws LinkException {
    long image = space.allocate(bytes.length);
    if (image == Memory.NULL) {
      throw new LinkException(
          List.of(file.name() + ": the VM's memory cap leaves no room for a literal"));
    }
    Memory.copyIn(bytes, 0, bytes.length, image);
    long end = image + bytes.length;
    for (long at = image + TermImage.HEADER_BYTES; at < end; ) {
      long header = Memory.getLong(at);
      long word = at + firstTermOffset(header);
      for (long left = termCount(header); left > 0; left--, word += 8) {
        Memory.putLong(word, translated(Memory.getLong(word), atomWords));
      }
      at += byteSize(header);
    }
    long root = TermImage.toLiteral(image);
    return translated(root, atomWords);
  }
}
