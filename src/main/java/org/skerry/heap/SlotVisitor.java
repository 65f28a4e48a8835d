package org.skerry.heap;

/** Is shown the addresses of words that hold terms. */
@FunctionalInterface
interface SlotVisitor {
  /**
   * @param slot address of a word that holds a term, which the visitor may replace
   */
  void visit(long slot);
}
