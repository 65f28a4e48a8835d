package org.skerry.module;

import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.skerry.isa.InstructionWord;
import org.skerry.memory.Memory;

/**
 * What the references of a linked module to functions mean. Those that name a module mean the
 * version of it that is current: a word of linked code for each instruction that uses one, and a
 * cell for generated code, follow when that changes. See {@code native-notes/hot-code.md}.
 *
 * <p>Threading: switched under the lock of the code space, read by any thread.
 */
final class References {
  private final List<FunctionReference> references;
  private final AtomicIntegerArray targets;
  private final long cells;

  /** Addresses of the words that name qualified references. */
  private final long[] words;

  /** For each of them twice the place of the reference, and 1 where it is in the upper half. */
  private final int[] uses;

  /**
   * @param targets the function index of each reference
   * @param cells address of a cell for each reference, or 0 where none is qualified
   */
  References(
      List<FunctionReference> references, int[] targets, long cells, long[] words, int[] uses) {
    this.references = references;
    this.targets = new AtomicIntegerArray(targets);
    this.cells = cells;
    this.words = words;
    this.uses = uses;
    if (cells != Memory.NULL) {
      for (int i = 0; i < targets.length; i++) {
        Memory.putLong(cell(i), targets[i]);
      }
    }
  }

  /** Bytes of the cells of a module. */
  static long cellBytes(List<FunctionReference> references) {
    boolean isAny = references.stream().anyMatch(FunctionReference::isQualified);
    return isAny ? 8L * references.size() : 0;
  }

  /** The function index that a reference means now. */
  int target(int reference) {
    return targets.get(reference);
  }

  /** Address of the 64 bits that have {@link #target}; of a qualified reference. */
  long cell(int reference) {
    return cells + 8L * reference;
  }

  /**
   * Has references to a module mean another version of it. One to a function that this version does
   * not export with the signature stays what it is.
   */
  void switchTo(LinkedModule version) {
    boolean isAny = false;
    for (int i = 0; i < targets.length(); i++) {
      FunctionReference reference = references.get(i);
      int index = version.name().equals(reference.module()) ? version.exportedIndex(reference) : -1;
      if (index >= 0) {
        targets.set(i, index);
        isAny = true;
      }
    }
    for (int use = 0; isAny && use < words.length; use++) {
      int reference = uses[use] >>> 1;
      long word = Memory.getLong(words[use]);
      long switched = InstructionWord.withHalf(word, uses[use] & 1, targets.get(reference));
      if (switched != word) {
        // Release: who calls by it finds a record that is complete.
        Memory.putLongRelease(words[use], switched);
      }
    }
    for (int i = 0; isAny && i < targets.length(); i++) {
      Memory.putLongRelease(cell(i), targets.get(i));
    }
  }
}
