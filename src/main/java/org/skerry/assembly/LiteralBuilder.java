package org.skerry.assembly;

import java.util.HashMap;
import java.util.Map;
import org.skerry.memory.BlockCache;
import org.skerry.memory.MemoryPool;
import org.skerry.module.ModuleFile.Literal;
import org.skerry.term.Atoms;
import org.skerry.term.Term;
import org.skerry.term.TermBuilder;
import org.skerry.term.TermError;
import org.skerry.term.TermScratch;

/**
 * Builds the terms of one source's literals in memory of its own, which it takes when there is the
 * first that is no immediate. Owner thread only.
 */
final class LiteralBuilder implements AutoCloseable {
  private static final long MAX_MEMORY_BYTES = 16L << 30;

  private final Map<Long, Integer> moduleIndex = new HashMap<>();
  private MemoryPool memory;
  private BlockCache cache;
  private Atoms atoms;
  private TermScratch scratch;
  private TermBuilder terms;

  /** The stack machine, empty. */
  TermBuilder begin() {
    if (terms == null) {
      memory = new MemoryPool(MAX_MEMORY_BYTES);
      cache = memory.newCache();
      atoms = new Atoms(memory, Atoms.DEFAULT_MAX_COUNT + Atoms.predefinedCount());
      scratch = new TermScratch(cache, atoms);
      terms = new TermBuilder(scratch);
    }
    terms.clear();
    return terms;
  }

  /** Pushes an atom that has an index in the module. */
  void pushAtom(String name, int index) {
    terms.pushAtom(name);
    moduleIndex.put(terms.peek(), index);
  }

  /** The term on top as a literal. */
  Literal finish() {
    long term = terms.peek();
    if (Term.isAtom(term)) {
      return new Literal(Term.atom(moduleIndex.get(term)), null);
    }
    if (!Term.isObject(term)) {
      return new Literal(term, null);
    }
    return new Literal(0, terms.popFileImage(atom -> moduleIndex.get(atom)));
  }

  /** What an error says of a term that cannot be built. */
  static String problem(TermError error) {
    return error == TermError.LIMIT_EXCEEDED
        ? "the term is too large"
        : "no such term can be built: " + error.getMessage();
  }

  @Override
  public void close() {
    if (terms != null) {
      terms.close();
      scratch.close();
      cache.close();
      atoms.close();
      memory.close();
      terms = null;
    }
  }
}
